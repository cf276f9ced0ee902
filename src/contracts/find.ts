/** The page of a search asks for it piece by piece: what has been found since, until it says that that is all. */
import { z } from 'zod';
import { longestFilter } from '../protocol/address.js';
import { count } from '../protocol/count.js';
import type { FacetName, FoundSolution } from '../store/views.js';
import { request } from './messaging.js';

export interface RunName {
  id: string;
  name: string;
}

export interface FindView {
  /** The run that is searched; null: all of them. */
  run: RunName | null;
  /** Newest first. */
  runs: RunName[];
  /** Reward terms and facts of questions, as the newest group there has them: what completion offers. */
  rewards: string[];
  info: string[];
  /** Those that the run has, or the newest one. */
  labels: string[];
}

/** How far a search is. */
export interface Found {
  /** Those that were not told before. */
  rows: FoundSolution[];
  matched: number;
  /** Solutions of which the filter is unknown. */
  unknown: number;
  /** Solutions looked at, of so many that can match, of all that there are; and those that one search does not come to. */
  seen: number;
  solutions: number;
  all: number;
  left: number;
  /** All were looked at; or its time was up; null: it goes on. */
  end: 'all' | 'time' | null;
}

/** How often each value occurs among what matches, in no order; what '' and … stand for: see `FacetCounts`. */
export interface FoundFacets extends Omit<Found, 'rows'> {
  counts: Partial<Record<FacetName, [value: string, n: number][]>>;
  /** Steps of a bin. */
  stepWidth: number;
}

/** Rows that can be listed: newest first, and in an order. */
export const mostListed = { newest: 100_000, sorted: 1000 } as const;
/** Solutions that can be selected at a time. */
export const mostChosen = 10_000;

const run = z.string().max(128);
const filter = z.string().max(longestFilter);
const what = { filter, run: run.nullable() };

/** @returns null when there is no such run */
export const openFind = request('find/open', z.strictObject({ run: run.optional() }))<FindView | null>();

/** Begins a search, and ends the former one of this page. */
export const beginSearch = request(
  'find/search',
  z.strictObject({ ...what, order: z.string().max(300).optional(), limit: count.min(1).max(mostListed.newest) }),
)<Found>();
/** What the search has found since. */
export const moreFound = request('find/more', z.strictObject({}))<Found>();

/** Counted beside the search, for two seconds at most. */
export const facetsFound = request('find/facets', z.strictObject(what))<FoundFacets>();

const place = z.strictObject({ run, step: count, group: count, solution: count });
/**
 * Writes solutions to a file; VS Code asks in which form and where to, and says what was written.
 * @property chosen these; null: all that match
 */
export const exportFound = request(
  'find/export',
  z.strictObject({ ...what, chosen: z.array(place).min(1).max(mostChosen).nullable() }),
)<null>();
