/** What launching needs from a backend; the backends themselves are in `src/backends/`. */
import type { Experiment } from '../experiment/schema.js';
import type { Program } from './job.js';
import type { Settings, Target } from './targets/target.js';

/** What trains one experiment. */
export interface TrainerProgram extends Program {
  /** Versions of what trains, by package name. */
  versions: Record<string, string>;
}

/** Paths on the machine where a program runs: the run directory, and any other. */
export interface Place {
  directory: string;
  /** Where a path of this machine lies there. */
  of(path: string): string;
  /** The interpreter there, where nothing of GRPO Lab is but what its Python package brings along. */
  python?: string;
}

export const placeOn = (target: Target, settings: Settings, directory: string): Place => ({
  directory: target.place(directory, settings),
  of: (path) => target.place(path, settings),
  python: target.python?.(settings),
});

/** How runs become programs. */
export interface Backends {
  /**
   * @param folder absolute, of the experiment file
   * @throws with a message that says what is missing, e.g. a Node of the right version
   */
  trainer(experiment: Experiment, place: Place, folder: string): Promise<TrainerProgram>;
  /** The program that follows the files that a run is imported from. */
  follower(place: Place): Program;
}
