/** What is about to be started, shown to the person who has to agree: a command line is read before it runs. */
import { dirname } from 'node:path';
import type { Experiment } from '../experiment/schema.js';

export interface Start {
  experiment: Experiment;
  /** Absolute folder of the experiment file, to which the folder of its command is relative. */
  folder: string;
  /** Absolute folder in which the trainer starts. */
  cwd: string;
  /** The run directory, with … for what is not known yet. */
  directory: string;
  /** Whether the run is resumed rather than begun. */
  resume: boolean;
}

/** @returns whether it may start */
export type Agree = (starts: readonly Start[]) => boolean | Promise<boolean>;

/** The folder of the experiment file of a run, as its run.json says. */
export const experimentFolder = ({ experiment, cwd }: { experiment: { path: string | null }; cwd: string }): string =>
  experiment.path === null ? cwd : dirname(experiment.path);
