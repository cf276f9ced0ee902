import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { GroupSummary, StepSummary } from '../store/views.js';
import { request } from './messaging.js';

export interface GroupsView {
  /** The benchmark that an evaluation asked at this step; null where the groups are there to learn from. */
  suite: string | null;
  run: string;
  runName: string;
  step: StepSummary;
  groups: GroupSummary[];
  /** Nearest steps that have groups, and the newest one. */
  previousStep: number | null;
  nextStep: number | null;
  lastStep: number;
}

/** @returns null when the step has no groups (yet) */
export const openGroups = request('groups/open', z.strictObject({ run: z.string().max(128), step: count }))<GroupsView | null>();
