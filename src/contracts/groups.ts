import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { ListPage } from '../core/listPages.js';
import type { GroupSummary, StepSummary } from '../store/views.js';
import { request } from './messaging.js';

export interface GroupsView {
  /** The benchmark that an evaluation asked at this step; null where the groups are there to learn from. */
  suite: string | null;
  run: string;
  runName: string;
  step: StepSummary;
  /** The first of them, in order; how many there are the step says. */
  groups: GroupSummary[];
  /** Nearest steps that have groups, and the newest one. */
  previousStep: number | null;
  nextStep: number | null;
  lastStep: number;
}

const ofStep = { run: z.string().max(128), step: count };
const limit = count.min(1).max(10_000);

/** @returns null when the step has no groups (yet) */
export const openGroups = request('groups/open', z.strictObject({ ...ofStep, limit }))<GroupsView | null>();

/** Those after the one with this number. */
export const moreGroups = request('groups/more', z.strictObject({ ...ofStep, after: count, limit }))<ListPage<GroupSummary, number>>();
