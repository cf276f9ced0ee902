/** What launching needs to know of a backend; `src/backends/` has them. */
import type { Experiment } from '../experiment/schema.js';

/** How to train one experiment in one run directory. */
export interface TrainerCommand {
  /** Executable and arguments; no shell is involved. */
  argv: string[];
  /** Arguments that make it continue from the last checkpoint. */
  resume: string[];
  /** Recorded, for results depend on it. */
  threads: number | null;
  /** Versions of what trains, by package name. */
  versions: Record<string, string>;
}

/** @throws with a message that says what is missing, e.g. a Node of the right version */
export type CommandFor = (experiment: Experiment, runDirectory: string) => Promise<TrainerCommand>;
