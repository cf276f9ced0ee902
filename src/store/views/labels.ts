/** Labels and notes of people, as they stand. */
import type { RunAddress } from '../../protocol/address.js';

/** A label that somebody gave, or somebody's note. */
export interface Mark {
  /** What it is about: a run, or a step, group or solution of it. */
  address: RunAddress;
  /** Null: it is a note. */
  label: string | null;
  /** Null: it is a label. */
  note: string | null;
  author: string;
  /** When: ISO 8601, UTC. */
  time: string;
}

/** Place of a mark among those of its run: the numbers are -1 where there is none, the label '' for a note. */
export interface MarkPlace {
  step: number;
  group: number;
  solution: number;
  label: string;
  file: string;
}

/** A label of a run. */
export interface LabelCount {
  label: string;
  /** Steps, groups and solutions that bear it, and the run itself. */
  places: number;
}

/** What is known of things that are to be labelled. */
export interface MarkTargets {
  /** In the order asked for: the number of the group's event, null where it is not of a group; undefined: there is no such thing. */
  seqs: (number | null | undefined)[];
  /** The latest time of any mark of the run, ms since 1970. */
  newest: number | null;
}
