/** `run.json`, beside the events and versioned as they are. */
import { z } from 'zod';
import type { TrainingSetup } from '../core/trainingSetup.js';
import { count } from './count.js';
import { PROTOCOL_VERSION } from './events.js';

/** An importer's remark on how a run's events were made. */
export const importNote = z.object({
  /** Stable per kind: a repeated note replaces the former one. */
  id: z.string(),
  level: z.enum(['info', 'warning']),
  message: z.string(),
  /** The option that would settle it. */
  setting: z.enum(['groupSize', 'mapping']).optional(),
});

/** Where the events of a run come from that another trainer wrote. */
export const importOrigin = z.object({
  /** Id of the importer. */
  format: z.string(),
  /** Absolute path of the folder or file. */
  source: z.string(),
  /** Whether it is (or was) followed as it grows. */
  follow: z.boolean(),
  notes: z.array(importNote),
  /** Set by a person, because the files do not say it. */
  groupSize: z.number().int().min(1).optional(),
  mapping: z.record(z.string(), z.string()).optional(),
  run: z.string().optional(),
  /** Written by former versions, and not used: which program runs is for the machine's settings to say. */
  python: z.string().optional(),
});
export type ImportOrigin = z.output<typeof importOrigin>;

/** Another run, and a checkpoint of it (relative to that run's directory). */
const otherCheckpoint = z.object({ run: z.string(), step: count, checkpoint: z.string() });

/** How solutions were sampled; what is not known is left out. */
export const sampling = z.object({
  temperature: z.number().min(0).optional(),
  top_p: z.number().optional(),
  top_k: z.number().int().optional(),
  max_tokens: count.optional(),
  /** The temperature that log-probabilities in traces are at; 1: untempered. */
  logp_temperature: z.number().min(0).optional(),
  /** That of `logp_sampler`, where it is another one. */
  logp_sampler_temperature: z.number().min(0).optional(),
});
export type Sampling = z.output<typeof sampling>;

/** What trains, how and on what, as the trainer tells: `TrainingSetup` of core/trainingSetup.ts. What is not known is left out. */
export const setup = z.object({
  parameters: count.optional(),
  trained: count.optional(),
  architecture: z
    .object({ layers: count, width: count, heads: count.min(1), kv_heads: count.min(1), hidden: count, vocabulary: count })
    .optional(),
  dtype: z.string().max(100).optional(),
  optimiser: z.string().max(100).optional(),
  gradient_checkpointing: z.boolean().optional(),
  micro_batch: count.optional(),
  sequences: count.optional(),
  max_tokens: count.optional(),
  max_prompt: count.optional(),
  sampler: z.string().max(100).optional(),
  zero: z.number().int().min(0).max(3).optional(),
  processes: count.min(1).optional(),
  reference: z.boolean().optional(),
  reward_model: z.boolean().optional(),
  device: z.string().max(200).optional(),
}) satisfies z.ZodType<TrainingSetup>;

/** `run.json`: who this run is. Written once, before the trainer starts, except `name`, `number`, an import's notes, and what the trainer tells of `sampling`, `setup` and `versions`. */
export const runIdentity = z.object({
  v: z.literal(PROTOCOL_VERSION),
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/),
  /** Shown to people; renaming changes only this. */
  name: z.string(),
  /** Ordinal among the runs of its experiment. */
  number: z.number().int().min(1),
  experiment: z.object({
    name: z.string(),
    /** Absolute path at launch, or null when it came from elsewhere. */
    path: z.string().nullable(),
    /** The file's text as it was. */
    source: z.string(),
    /** With all defaults: `Experiment` of experiment/schema.ts for our backends, anything for others. */
    resolved: z.record(z.string(), z.unknown()),
  }),
  backend: z.string(),
  method: z.string(),
  total_steps: count.nullable(),
  /** The run and checkpoint whose weights it starts from. */
  parent: otherCheckpoint.nullable(),
  /** The run and checkpoint of the reward model that its reward asks, when it does. */
  reward_model: otherCheckpoint.nullable().optional(),
  command: z.array(z.string()),
  cwd: z.string(),
  git: z.object({ commit: z.string(), dirty: z.boolean(), diff: z.string().nullable() }).nullable(),
  host: z.string(),
  created: z.string(),
  versions: z.record(z.string(), z.string()),
  seed: z.number().int().nullable(),
  threads: z.number().int().nullable(),
  sampling: sampling.optional(),
  setup: setup.optional(),
  /** Only of runs that were imported. */
  import: importOrigin.optional(),
});
export type RunIdentity = z.output<typeof runIdentity>;
