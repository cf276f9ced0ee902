/** What is about to be started, for a person to agree to: a command line of somebody's own is read before it runs. */
import { dirname } from 'node:path';
import type { Experiment } from '../experiment/schema.js';
import type { RunIdentity } from '../protocol/runFiles.js';

export interface Start {
  experiment: Experiment;
  /** Absolute, of the experiment file: what its command's folder is relative to. */
  folder: string;
  /** The run directory, with … for what is not known yet. */
  directory: string;
  /** It goes on rather than begins. */
  resume: boolean;
}

/** @returns whether it may start */
export type Agree = (starts: readonly Start[]) => boolean | Promise<boolean>;

/** The folder of the experiment file of a run, as its run.json says. */
export const experimentFolder = ({ experiment, cwd }: Pick<RunIdentity, 'experiment' | 'cwd'>): string =>
  experiment.path === null ? cwd : dirname(experiment.path);
