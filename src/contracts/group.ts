import { z } from 'zod';
import { failures } from '../core/failures.js';
import { count } from '../protocol/count.js';
import type { ListPage } from '../core/listPages.js';
import type { GroupAnswer, SolutionSummary } from '../store/views.js';
import type { HeldOutSplit } from '../core/heldOutSplit.js';
import type { VariantId } from '../core/advantageVariants.js';
import { request } from './messaging.js';

const address = { run: z.string().max(128), step: count, group: count };

export const openGroup = request('group/open', z.strictObject(address))<GroupAnswer | null>();

/** Solutions after the one with this index, or from the first; only those that have each of some failures. */
export const moreSolutions = request(
  'group/more',
  z.strictObject({ ...address, after: count.optional(), limit: count.min(1).max(10_000), only: z.array(z.enum(failures)).optional() }),
)<ListPage<SolutionSummary, number>>();

/** Groups of a step whose numbers a page takes in. */
export const mostStepGroups = 256;

/** What the advantages of a step are made of; null where it is not known. */
export interface StepNumbers {
  /** The first ones, of how many. */
  groups: {
    group: number;
    /** Of rows that were not trained on. */
    split: HeldOutSplit | null;
    rewards: (number | null)[];
    advantages: (number | null)[];
    terms: Record<string, number | null>[];
  }[];
  all: number;
  /** Weight of each reward term in the run's experiment, and its own normalisation, where they are known. */
  weights: Record<string, number>;
  normalisation: VariantId | null;
}

/** @returns null when the run is not there any more */
export const stepNumbersOf = request('group/step', z.strictObject({ run: address.run, step: count }))<StepNumbers | null>();
