import type { ImportedRun } from './importOnce.js';
import type { ImportLook } from './look.js';

/** What the importer process writes to its standard output, one JSON value a line. */
export type ImporterLine =
  | { kind: 'progress'; bytes: number; of: number }
  | { kind: 'look'; look: ImportLook }
  | { kind: 'following'; directory: string }
  | { kind: 'imported'; run: ImportedRun }
  | { kind: 'failed'; message: string };
