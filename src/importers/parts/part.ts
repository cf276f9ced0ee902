import type { ImportItem, SourceFile } from '../importer.js';

/** Says that a file tells less than it did: `from` and later steps hold no longer, and every part is to be told again. */
export interface Superseded {
  kind: 'superseded';
  from: number;
}

export type PartEvent = ImportItem | Superseded;

/** One file (or a few that belong together) of a source, and how far it has been told. */
export interface Part {
  /** The file that `read` reads; its size and time say whether it needs to. */
  readonly file: SourceFile;
  /** Read although the file is what it was: something else that it depends on has changed. */
  due?(): boolean;
  /**
   * What is new since the last call, or everything after `reset`.
   * @throws ImportError
   */
  read(signal: AbortSignal): AsyncIterable<PartEvent> | Iterable<PartEvent>;
  /** A last line that is not complete, 1-based. */
  torn?(): number | null;
  /**
   * Everything is read from the beginning at the next `read`.
   * @param takenBack what has been told holds no longer. False after an error: then it still stands, and what the file has no more when it
   * is read next has to be taken back
   */
  reset(takenBack: boolean): void;
}
