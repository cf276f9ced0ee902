import { z } from 'zod';
import { failures, type Failure } from '../core/failures.js';
import type { LogpTemperatures } from '../core/logpTemperature.js';
import { count } from '../protocol/count.js';
import type { ListPage } from '../core/listPages.js';
import type { GroupSummary, LengthHistogram, RewardHistogram, StepSummary } from '../store/views.js';
import { request } from './messaging.js';

/** Which groups of a step somebody came for. */
export const narrowings = ['mixed', 'all right', 'all wrong', 'no signal', 'truncated', 'errors'] as const;
export type Narrowing = (typeof narrowings)[number];

export interface GroupsView {
  /** The benchmark that an evaluation asked at this step; null where the groups are there to learn from. */
  suite: string | null;
  run: string;
  runName: string;
  /** At which the KL of groups is. */
  logpTemperatures: LogpTemperatures;
  step: StepSummary;
  /** Failures that every group listed has; empty: all are listed. */
  only: Failure[];
  /** The first of them, in order, and where the next ones begin; null: these are all. */
  groups: GroupSummary[];
  next: number | null;
  /** Nearest steps that have groups, and the newest one. */
  previousStep: number | null;
  nextStep: number | null;
  lastStep: number;
  /** What the page was opened for, once. */
  narrow?: Narrowing;
}

const ofStep = { run: z.string().max(128), step: count };
const limit = count.min(1).max(10_000);
const only = z.array(z.enum(failures)).max(failures.length);

/** @returns null when the step has no groups (yet) */
export const openGroups = request('groups/open', z.strictObject({ ...ofStep, limit, only }))<GroupsView | null>();

/** Those after the one with this number. */
export const moreGroups = request('groups/more', z.strictObject({ ...ofStep, after: count, limit, only }))<
  ListPage<GroupSummary, number>
>();

/** How the rewards and lengths of all solutions of the step are spread. */
export const spreadOf = request('groups/spread', z.strictObject(ofStep))<{ rewards: RewardHistogram; lengths: LengthHistogram }>();
