import { z } from 'zod';
import type { GroupAnswer } from '../store/views.js';
import { runAddressSchema } from './everyPage.js';
import { request } from './messaging.js';

/** What this workspace has of a method. */
export interface MethodUsage {
  method: string;
  runs: number;
  newest: { run: string; name: string };
  /** Its best held-out accuracy, greedy; null when none was measured. */
  best: { run: string; name: string; step: number; value: number; n: number } | null;
}

export interface ComparedGroup {
  group: GroupAnswer;
  /** Of the run, and `method` of its experiment as it was resolved. */
  method: string;
  settings: unknown;
}

export const usageOfMethods = request('methods/usage', z.strictObject({}))<MethodUsage[]>();
/** The group that the page was opened about, or else a recent one with right and wrong solutions; null when there is none. */
export const groupToCompare = request('methods/group', z.strictObject({ about: runAddressSchema.optional() }))<ComparedGroup | null>();
