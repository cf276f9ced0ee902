import { z } from 'zod';
import { failures } from '../core/failures.js';
import { count } from '../protocol/count.js';
import type { ListPage } from '../core/listPages.js';
import type { GroupAnswer, GroupVerdicts, SolutionSummary, StepNumbers } from '../store/views.js';
import { request } from './messaging.js';

const address = { run: z.string().max(128), step: count, group: count };

export const openGroup = request('group/open', z.strictObject(address))<GroupAnswer | null>();

/** Solutions after the one with this index, or from the first; only those that have each of some failures. */
export const moreSolutions = request(
  'group/more',
  z.strictObject({ ...address, after: count.optional(), limit: count.min(1).max(10_000), only: z.array(z.enum(failures)).optional() }),
)<ListPage<SolutionSummary, number>>();

/** @returns null when the run is not there any more */
export const stepNumbersOf = request('group/step', z.strictObject({ run: address.run, step: count }))<StepNumbers | null>();

/** What another checker said of a step's groups, the first ones. @returns null when it is not there any more */
export const stepVerdictsOf = request('group/stepVerdicts', z.strictObject({ run: address.run, step: count, grades: z.string().max(100) }))<
  GroupVerdicts[] | null
>();
