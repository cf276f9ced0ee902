/**
 * What passes between the host and the sampling process (`src/engine/service/`): one JSON object a line, requests on its standard input,
 * answers on its standard output. The process ends when its input does. The key of an endpoint goes this way only: arguments and environment of
 * a process are there for others to read, and files remain.
 */
import { z } from 'zod';
import { count } from '../protocol/count.js';
import { data, generator } from '../experiment/data.js';
import { rewardTerm } from '../experiment/rewardTerms.js';
import { conventions } from '../grading/extract/conventions.js';
import { grade } from '../protocol/events.js';
import { endpointProblems } from './endpoint/endpoint.js';

const id = z.number().int().min(1);

const group = {
  question: z.string().min(1),
  size: count.min(1).max(1024),
  temperature: z.number().min(0),
  max_tokens: count.min(1).max(1_000_000),
  seed: count.max(2 ** 32 - 1),
};

export const serviceRequest = z.discriminatedUnion('kind', [
  /** A group from a checkpoint file; answered by `text`s, `solution`s and `done`. */
  z.strictObject({
    kind: z.literal('sample'),
    id,
    ...group,
    checkpoint: z.string(),
    /** What kind of questions the policy learned from: whether its programs are run. Null: unknown, none is run. */
    generator: generator.nullable(),
  }),
  /** A group from a model behind an endpoint; answered alike. */
  z.strictObject({
    kind: z.literal('endpoint'),
    id,
    ...group,
    endpoint: z.strictObject({ name: z.string(), url: z.string(), model: z.string() }),
    /** Of the endpoint's origin; null: it has none. */
    key: z.string().nullable(),
  }),
  /** Grades and rewards one solution; answered by `judged`. */
  z.strictObject({
    kind: z.literal('judge'),
    id,
    text: z.string(),
    /** Length in tokens. */
    length: count,
    /** What a reward model says of it; null: none was asked, and a term of the reward that asks one is left out. */
    model: z.number().nullable(),
    /** Null: only its answer is looked for. */
    gold: z.string().nullable(),
    /** Where its answer is looked for first; the general order when left out. */
    convention: z.enum(conventions).optional(),
    /** Answers of other solutions, in order. */
    others: z.array(z.string()),
    terms: z.array(rewardTerm),
    /** sampling.max_tokens. */
    longest: count,
  }),
  /** A held-out question of a data setting; answered by `question`. */
  z.strictObject({ kind: z.literal('question'), id, data, seed: count.max(2 ** 32 - 1) }),
  /** Questions that training on these data asks, in an order that hangs on the seed; answered by `tasks`. */
  z.strictObject({ kind: z.literal('tasks'), id, data, seed: count.max(2 ** 32 - 1), count: count.min(1).max(100_000) }),
  /** Ends a `sample` or `endpoint` under way; it is answered by `error` then. Without effect when it has ended. */
  z.strictObject({ kind: z.literal('cancel'), id }),
]);
export type ServiceRequest = z.output<typeof serviceRequest>;

export const serviceAnswer = z.discriminatedUnion('kind', [
  /** What was written since the last one: solution and text. */
  z.object({ kind: z.literal('text'), id, parts: z.array(z.tuple([count, z.string()])) }),
  z.object({
    kind: z.literal('solution'),
    id,
    index: count,
    text: z.string(),
    /** As in `SampledText`. */
    tokens: count.nullable(),
    logp: z.array(z.number()).nullable(),
    ends: z.array(count).nullable(),
    entropy: z.array(z.number()).nullable(),
    finish: z.enum(['stop', 'length', 'other']),
    model: z.number().nullable(),
  }),
  z.object({
    kind: z.literal('done'),
    id,
    /** What a person should know of how the group was sampled. */
    notes: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('judged'),
    id,
    grade,
    /** Which of the others has an equal answer; null: none. */
    like: count.nullable(),
    /** Null without a gold answer. */
    reward: z.object({ terms: z.record(z.string(), z.number()), total: z.number() }).nullable(),
  }),
  z.object({ kind: z.literal('question'), id, question: z.string(), gold: z.string() }),
  /** As many as were wanted; of a file that holds fewer they come again. */
  z.object({
    kind: z.literal('tasks'),
    id,
    tasks: z.array(z.object({ question: z.string(), answer: z.string(), convention: z.enum(conventions).optional() })),
  }),
  z.object({
    kind: z.literal('error'),
    id,
    message: z.string(),
    /** What is wrong with the endpoint that was asked; null: it is something else. */
    problem: z.enum(endpointProblems).nullable(),
  }),
]);
export type ServiceAnswer = z.output<typeof serviceAnswer>;
export type AnswerOf<K extends ServiceAnswer['kind']> = Extract<ServiceAnswer, { kind: K }>;
