import { z } from 'zod';
import { count } from '../protocol/count.js';
import {
  preflightMost,
  type JudgedJunk,
  type Preflight,
  type PreflightQuestion,
  type PreflightSettings,
} from '../doctor/preflight/report.js';
import { subjectSchema } from './everyPage.js';
import { notification, request } from './messaging.js';
import type { EndpointChoice } from './playground.js';

/** A question in a list: its texts are asked for one by one. */
export interface PreflightRow {
  /** Without its end where it is long. */
  question: string;
  gold: string;
  solutions: number;
  right: number;
  truncated: number;
  /** Of the rewards; null without solutions. */
  least: number | null;
  most: number | null;
  /** Junk replies that were paid. */
  paid: number;
}

/** What was found, without the texts. */
export interface PreflightFound extends Omit<Preflight, 'questions' | 'replies'> {
  rows: PreflightRow[];
}

export interface PreflightView {
  /** Nothing is sampled in a workspace that is not trusted. */
  trusted: boolean;
  experiment: string;
  /** Null: there is nothing to try, and why. */
  settings: PreflightSettings | null;
  why: string;
  /** The checkpoint that the experiment starts from, or why it cannot be sampled from. */
  start: { label: string } | { because: string; record: string };
  endpoints: EndpointChoice[];
  /** Solutions that were sampled, of all; null: nothing is being sampled. */
  running: { done: number; total: number } | null;
  /** Why the last one failed; of an endpoint that wants a key, which. */
  problem: { message: string; wantsKey: string | null } | null;
  found: PreflightFound | null;
  /** The file says something else by now. */
  stale: boolean;
}

/** @returns null when there is no such experiment in this workspace */
export const openPreflight = request('preflight/open', z.strictObject({ about: subjectSchema }))<PreflightView | null>();

/** The experiment's checkpoint, an endpoint of the settings, or nothing: then gold answers and junk alone are looked at. */
const source = z.union([z.literal('checkpoint'), z.literal('nothing'), z.strictObject({ endpoint: z.string().max(200) })]);
export type PreflightSource = z.output<typeof source>;

/** Begins, in the place of what is under way in this tab. @returns once it has begun */
export const startPreflight = request(
  'preflight/start',
  z.strictObject({
    about: subjectSchema,
    source,
    questions: z.number().int().min(1).max(preflightMost.questions),
    samples: z.number().int().min(1).max(preflightMost.samples),
  }),
)<null>();
export const stopPreflight = request('preflight/stop', z.strictObject({}))<null>();

/** All that was written to one question, and what junk replies to it were paid; null when it is not there any more. */
export const preflightQuestion = request('preflight/question', z.strictObject({ question: count }))<{
  question: PreflightQuestion;
  junk: JudgedJunk[];
} | null>();

/** Host → page: how far it is. */
export const preflightProgress = notification('preflight/progress', z.object({ done: count, total: count }));
/** Host → page: it has ended, or what can be sampled from is another. */
export const preflightChanged = notification('preflight/changed', z.object({}));
