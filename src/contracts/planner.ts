import { z } from 'zod';
import { subjectSchema } from './everyPage.js';
import { request } from './messaging.js';

/** What an experiment says that a plan can begin with; null where it does not say. */
export interface PlannedExperiment {
  name: string;
  /** As in its file: `grpo`. */
  method: string;
  /** The preset that its chain of experiments begins with. */
  preset: string | null;
  /** Trained by the embedded trainer: fp32 on one machine, the whole batch at once. */
  embedded: boolean;
  /** β > 0, so that a reference stays beside the policy. */
  reference: boolean | null;
  /** A learned reward is among its reward terms. */
  rewardModel: boolean;
  /** Solutions sampled in a step. */
  sequences: number | null;
  /** Sequences of an update. */
  batch: number | null;
  /** Tokens of the longest solution. */
  maxTokens: number;
}

/** @returns null when there is no such experiment or run, or it cannot be read */
export const experimentToPlan = request('planner/experiment', z.strictObject({ about: subjectSchema }))<PlannedExperiment | null>();
