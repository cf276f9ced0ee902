import { z } from 'zod';
import { subjectSchema } from '../shared/contract.js';
import { request } from '../shared/messaging.js';

/** What an experiment says that a plan can begin with. */
export interface PlannedExperiment {
  name: string;
  method: string;
  /** The preset that its chain of experiments begins with; null when it begins with a model of one's own. */
  preset: string | null;
  /** Tokens of the longest solution. */
  maxTokens: number;
}

/** @returns null when there is no such experiment or run, or it cannot be read */
export const experimentToPlan = request('planner/experiment', z.strictObject({ about: subjectSchema }))<PlannedExperiment | null>();
