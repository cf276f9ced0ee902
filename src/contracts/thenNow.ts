import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { ThenNow, ThenNowTexts } from '../store/views.js';
import { request } from './messaging.js';

/** Rows of each direction that a page lists, and phrases of each order. */
export const mostTurned = 500;
export const mostPhrases = 100;
/** Solutions of each range that a page may want to have read: at first, and all there are. */
export const [usuallyRead, readsAll] = [1000, 1_000_000];
/** How long texts are read at most, milliseconds. */
export const readingLimit = 120_000;

/** Two ranges of steps beside each other. */
export interface ThenNowView {
  run: string;
  runName: string;
  /** The run of the second range, where that is another one. */
  other: { id: string; name: string } | null;
  /** Null: there is nothing to compare. */
  found: ThenNow | null;
  /** Runs that it can be compared with. */
  runs: { id: string; name: string }[];
}

const run = z.string().max(128);
const stepRange = z.strictObject({ from: count, to: count });
const runRange = z.strictObject({ run, from: count, to: count });

/** @returns null when there is no such run */
export const openThenNow = request(
  'then-now/open',
  z.strictObject({
    run,
    other: run.optional(),
    then: stepRange.optional(),
    now: stepRange.optional(),
    limit: count.min(1).max(mostTurned),
  }),
)<ThenNowView | null>();

export const readThenNow = request(
  'then-now/read',
  z.strictObject({ then: runRange, now: runRange, most: count.min(1).max(readsAll), phrases: count.min(1).max(mostPhrases) }),
)<ThenNowTexts>();
