import { z } from 'zod';
import { count } from '../protocol/count.js';
import type { RunAddress } from '../protocol/address.js';
import { subjectSchema } from './everyPage.js';
import { notification, request } from './messaging.js';

/** What a group is sampled from: a checkpoint of a run, or an endpoint of the settings. */
export const sourceSchema = z.union([
  z.strictObject({ run: z.string().max(128), step: count }),
  z.strictObject({ endpoint: z.string().max(200) }),
]);
export type Source = z.output<typeof sourceSchema>;

export const limits = { size: 64, maxTokens: 32_768, temperature: 10, seed: 2 ** 31 - 1, question: 50_000, gold: 2_000 } as const;

export const sampleRequestSchema = z.strictObject({
  source: sourceSchema,
  question: z.string().min(1).max(limits.question),
  /** Null: nothing is graded, rewards are a person's. */
  gold: z.string().max(limits.gold).nullable(),
  /** G. */
  size: z.number().int().min(1).max(limits.size),
  temperature: z.number().min(0).max(limits.temperature),
  maxTokens: z.number().int().min(1).max(limits.maxTokens),
  seed: count.max(limits.seed),
});
/** What a person asks for. */
export type SampleRequest = z.output<typeof sampleRequestSchema>;

const played = z.object({
  state: z.enum(['writing', 'grading', 'finished']),
  text: z.string(),
  /** Length; null when not (yet) known. */
  tokens: count.nullable(),
  /** Means over the tokens: of log π, and of the entropy in nats; null where the sampler does not say. */
  logp: z.number().nullable(),
  entropy: z.number().nullable(),
  finish: z.enum(['stop', 'length', 'other']).nullable(),
  answer: z.string().nullable(),
  /** Null: not graded, or there is no gold answer. */
  verdict: z.enum(['equal', 'different', 'undecided']).nullable(),
  /** How the answer was found and compared, or why it was not. */
  rule: z.string(),
  /** The solution of the group, earlier or itself, that stands for all with an equal answer; null without an answer. */
  like: count.nullable(),
  /** By the experiment's reward, or 1 for right and 0 for wrong; null without a gold answer. */
  reward: z.number().nullable(),
  /** The terms of the reward, before their weights. */
  terms: z.record(z.string(), z.number()),
});
/** A solution on the playground. */
export type PlayedSolution = z.output<typeof played>;

export type GroupState = 'sampling' | 'done' | 'stopped' | 'failed';

export interface PlayedGroup {
  /** Counts up: what comes of an older group is not shown. */
  id: number;
  request: SampleRequest;
  state: GroupState;
  /** Why it failed. */
  problem: string | null;
  /** The endpoint that wants (another) key. */
  wantsKey: boolean;
  /** What there is to know of how it was sampled. */
  notes: string[];
  solutions: PlayedSolution[];
}

export interface RunChoice {
  run: string;
  name: string;
  /** Steps that have a checkpoint, newest first. */
  steps: number[];
  /** As the experiment samples. */
  temperature: number;
  maxTokens: number;
}

export interface EndpointChoice {
  name: string;
  model: string;
}

export interface Question {
  question: string;
  gold: string | null;
}

export interface PlaygroundView {
  /** Nothing is sampled in a workspace that is not trusted. */
  trusted: boolean;
  /** Runs of the embedded trainer with checkpoints, newest first. */
  runs: RunChoice[];
  endpoints: EndpointChoice[];
  /** What the page was opened about: a question, a checkpoint. */
  about: { question: Question | null; source: Source | null; address: RunAddress | null; label: string } | null;
  /** The group that was sampled last in this tab. */
  group: PlayedGroup | null;
}

export const openPlayground = request('playground/open', z.strictObject({ about: subjectSchema.optional() }))<PlaygroundView>();

/** Stops what is being sampled, and samples anew. @returns once it has begun */
export const sampleGroup = request('playground/sample', sampleRequestSchema)<PlayedGroup>();
export const stopSampling = request('playground/stop', z.strictObject({}))<null>();

/** A question of a run's data, or of its recorded groups; null when it has none. */
export const takeQuestion = request('playground/question', z.strictObject({ run: z.string().max(128) }))<Question | null>();

export const settingsActions = ['manageTrust', 'openEndpoints', 'setKey'] as const;
/** Opens what is to be set elsewhere in VS Code. */
export const openSettings = request(
  'playground/settings',
  z.strictObject({ action: z.enum(settingsActions), endpoint: z.string().max(200).optional() }),
)<null>();

/** Host → page: what was written since, each part with the length of the text before it. */
export const written = notification(
  'playground/written',
  z.object({ group: count, parts: z.array(z.object({ index: count, at: count, more: z.string() })) }),
);
/** Host → page: a solution has ended, or was graded. */
export const solutionChanged = notification('playground/solution', z.object({ group: count, index: count, solution: played }));
/** Host → page: how it ended. */
export const groupEnded = notification(
  'playground/ended',
  z.object({
    group: count,
    state: z.enum(['done', 'stopped', 'failed']),
    problem: z.string().nullable(),
    wantsKey: z.boolean(),
    notes: z.array(z.string()),
  }),
);
/** Host → page: trust, endpoints or checkpoints are others. */
export const choicesChanged = notification('playground/choices', z.object({}));
