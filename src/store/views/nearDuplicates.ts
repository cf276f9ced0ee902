/** Solutions that nearly say the same. */

/** Whose solutions are compared with each other: of a step, of one of its groups, or of a question whenever it was asked. */
export type NearScope = { step: number; group?: number } | { question: string };

/** One solution. */
export interface NearMember {
  step: number;
  group: number;
  solution: number;
}

export interface NearRow {
  size: number;
  /** Smallest estimated similarity of a member to the first one. */
  loosest: number;
  /** Members whose text stands, letter by letter, in one before. */
  equal: number;
  /** Members that were judged, and the right ones among them. */
  judged: number;
  right: number;
  /** Mean over the members whose advantage is known; null: none is. */
  advantage: number | null;
  /** Beginning of the first one's text. */
  preview: string;
  /** The first ones. */
  members: NearMember[];
}

export interface NearDuplicates {
  /** Solutions that there are, and those that were read and compared: the first ones. */
  solutions: number;
  compared: number;
  /** Of these, such as would be left out if one of each cluster stayed. */
  near: number;
  clusters: number;
  /** The largest ones. */
  rows: NearRow[];
}
