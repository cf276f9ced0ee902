/**
 * The events of a run directory: one JSON object a line. Public and versioned (see README.md beside this file).
 * Readers keep and skip unknown types and unknown keys, so that newer trainers work with older readers.
 */
import { z } from 'zod';
import { count } from './count.js';
import { turn } from './turns.js';
import { wireNumber } from './wireNumber.js';

export const PROTOCOL_VERSION = 1;

/** Per-token numbers: plain, or base64 of little-endian float32, float16, uint32, uint16 or bytes. */
export const wireArray = z.union(
  [
    z.array(wireNumber),
    z.strictObject({ f32: z.string() }),
    z.strictObject({ f16: z.string() }),
    z.strictObject({ u32: z.string() }),
    z.strictObject({ u16: z.string() }),
    z.strictObject({ u8: z.string() }),
  ],
  'expected an array of numbers, or {"f32" | "f16" | "u32" | "u16" | "u8": base64}',
);
export type WireArray = z.output<typeof wireArray>;

/** Solutions in one group, at most. */
export const maxGroupSize = 65_536;

/** [start, end) in UTF-16 code units of the solution's text. */
const span = z.tuple([count, count]);

const envelope = {
  v: z.literal(PROTOCOL_VERSION),
  /** 1, 2, 3, …: strictly increasing within a run, across segments and resumed processes. */
  seq: z.number().int().min(1),
  /** ISO 8601, UTC. */
  time: z.string(),
};

export const gradeVerdict = z.enum(['equal', 'different', 'undecided']);
export type Verdict = z.output<typeof gradeVerdict>;

/** Why a solution counted as right or wrong. */
export const grade = z.object({
  verdict: gradeVerdict,
  /** Extracted answer, or null when none was found. */
  answer: z.string().nullable(),
  /** Where the answer stands in the solution's text. */
  span: span.nullable(),
  /** How it was found, e.g. `The answer is`. */
  extraction: z.string().nullable(),
  /** How it was compared, e.g. `exact integers`. */
  rule: z.string(),
  /** Name and version of the checker, e.g. `grpo-lab 1`. */
  checker: z.string(),
  /** What the checker read on each side, in its own normal form; null where it read nothing. */
  normal: z.object({ answer: z.string().nullable(), gold: z.string().nullable() }).optional(),
  /** Why it is undecided, in words for people. */
  reason: z.string().optional(),
  /** How long the checker took, milliseconds. */
  ms: z.number().min(0).optional(),
});
/**
 * A grade as it stands in events: why a solution counted as right or wrong. What the built-in checker returns is `GradeResult`
 * (grading/grade.ts), which becomes one.
 */
export type Grade = z.output<typeof grade>;

export const solution = z.object({
  text: z.string(),
  /** Raw value of each reward term, before weights. */
  rewards: z.record(z.string(), wireNumber),
  /** Total: the weighted sum. */
  reward: wireNumber,
  /** Â_i under outcome supervision; with per-token advantages, their mean. Null when the trainer has none. */
  advantage: wireNumber.nullable(),
  correct: z.boolean().nullable(),
  grade: grade.nullable(),
  /** stop: the model ended; length: cut at the token limit; other: anything else, e.g. aborted. */
  finish: z.enum(['stop', 'length', 'other']),
  /** Length in tokens. */
  tokens: count,
  /** Mean k3 KL per token against the reference, when known. */
  kl: wireNumber.nullable(),
  /** Who said what in `text`, in order. */
  turns: z.array(turn).optional(),
  /** Of a branch of an episode: the solution of the group that it left, and where in the text. */
  parent: z.strictObject({ solution: count, offset: count }).optional(),
  /** Step of the weights that sampled it, where that is another than the group's. */
  policy_version: count.optional(),
  /** Why the episode failed: of the environment, of a tool, of the engine that sampled. */
  error: z.string().optional(),
  /** How long it was generated, tools included. */
  seconds: z.number().min(0).optional(),
});
export type WireSolution = z.output<typeof solution>;

export const statusEvent = z.object({
  ...envelope,
  type: z.literal('status'),
  state: z.enum(['running', 'finished', 'stopped', 'failed']),
  /** Last finished step. */
  step: count,
  total_steps: count,
  /** What goes on now (`sampling`, `training`, …) or why the run ended. */
  message: z.string().optional(),
});

/**
 * The process continued from a checkpoint: all earlier events of steps > from_step are superseded. -1 takes back step 0 too (an importer,
 * when a file was written anew).
 */
export const resumeEvent = z.object({
  ...envelope,
  type: z.literal('resume'),
  from_step: z.number().int().min(-1),
  checkpoint: z.string().nullable(),
});

export const metricsEvent = z.object({
  ...envelope,
  type: z.literal('metrics'),
  step: count,
  values: z.record(z.string().max(200), wireNumber),
});

export const groupEvent = z.object({
  ...envelope,
  type: z.literal('group'),
  step: count,
  /** 0-based index within the step. */
  group: count,
  /** Stable id of the question: equal questions have equal ids, so that one can be followed over steps. */
  question_id: z.string().max(200),
  question: z.string(),
  /** Who said what in `question`, in order. */
  question_turns: z.array(turn).optional(),
  gold: z.string().nullable(),
  solutions: z.array(solution).min(1).max(maxGroupSize),
  /** Whatever else the trainer knows of the question (level, source, …). */
  info: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export const traceEvent = z.object({
  ...envelope,
  type: z.literal('trace'),
  step: count,
  group: count,
  /** 0-based index within the group. */
  solution: count,
  /** End offset of each token's text in the solution's text (UTF-16 code units); token t spans [ends[t-1], ends[t]). Special tokens may be empty. */
  ends: wireArray.optional(),
  /** Instead of `ends`: the length of each token's text. */
  lengths: wireArray.optional(),
  ids: wireArray.optional(),
  /** Log-probability as the engine that sampled gave it. */
  logp_sampler: wireArray.optional(),
  /** log π_old: the same by the trainer, before the step's updates. */
  logp_old: wireArray.optional(),
  /** log π_ref. */
  logp_ref: wireArray.optional(),
  /** log π_θ at the step's last update, before its parameter change. */
  logp: wireArray.optional(),
  /** Instead of `logp_ref`: log π_ref − log π_old. */
  dlogp_ref: wireArray.optional(),
  /** Instead of `logp`: log π_θ − log π_old. */
  dlogp: wireArray.optional(),
  /** k3 estimate per token; follows from `logp` and `logp_ref`. */
  kl: wireArray.optional(),
  /** π_θ/π_old per token; follows from `logp` and `logp_old`. */
  ratio: wireArray.optional(),
  /** Entropy of the next-token distribution, nats. */
  entropy: wireArray.optional(),
  /** Rank of the sampled token in the distribution, 1 = most likely. */
  rank: wireArray.optional(),
  /** Â_it, only when it differs from token to token. */
  advantage: wireArray.optional(),
  /** 1 for tokens that are learned from, 0 for others (parts of a prompt, answers of tools); all are when left out. */
  mask: wireArray.optional(),
});

/** The arrays of a trace beside `ends` or `lengths`: each has one element per token. */
export const traceArrays = [
  'ids',
  'logp_sampler',
  'logp_old',
  'logp_ref',
  'logp',
  'dlogp_ref',
  'dlogp',
  'kl',
  'ratio',
  'entropy',
  'rank',
  'advantage',
  'mask',
] as const;

export const benchmarkEvent = z.object({
  ...envelope,
  type: z.literal('benchmark'),
  step: count,
  suite: z.string(),
  /** e.g. `greedy`, `maj@8`, `pass@8`. */
  mode: z.string(),
  /** Fraction correct. */
  value: wireNumber,
  /** Questions. */
  n: z.number().int().min(1),
  checker: z.string().optional(),
  /** Ends of the 95 % interval of `value`. */
  low: wireNumber.optional(),
  high: wireNumber.optional(),
  /** Solutions sampled per question; of `pass@K` and `maj@K` at least K. */
  samples: z.number().int().min(1).optional(),
  /** Worked examples in each prompt. */
  shots: count.optional(),
  /** Of the sampling; 0 is greedy. */
  temperature: z.number().min(0).optional(),
});

export const checkpointEvent = z.object({
  ...envelope,
  type: z.literal('checkpoint'),
  step: count,
  /** Relative to the run directory, with forward slashes. */
  path: z.string(),
  bytes: count,
  /** True when a later event of the same step says that it was removed to make room. */
  removed: z.boolean().optional(),
});

export const logEvent = z.object({
  ...envelope,
  type: z.literal('log'),
  level: z.enum(['debug', 'info', 'warning', 'error']),
  message: z.string(),
  step: count.optional(),
});

/** Written by the process that watches the trainer, not by the trainer itself: when the trainer starts and when it has ended. */
export const processEvent = z.object({
  ...envelope,
  type: z.literal('process'),
  state: z.enum(['started', 'exited', 'lost']),
  pid: count,
  exit_code: z.number().int().nullable().optional(),
  signal: z.string().nullable().optional(),
  /** Last lines of stderr, when it ended badly. */
  tail: z.array(z.string()).optional(),
});

/** A piece of work of one worker, for the timeline of a step: who waits for whom. */
export const spanEvent = z.object({
  ...envelope,
  type: z.literal('span'),
  step: count,
  /** e.g. `sampling`, `grading`, `training`, `sync`. */
  name: z.string().max(200),
  /** Who did it, e.g. `rank 0`. */
  lane: z.string().max(200),
  /** ISO 8601, UTC. */
  start: z.string(),
  end: z.string(),
});

/** Measured values of a device at the event's time. */
export const telemetryEvent = z.object({
  ...envelope,
  type: z.literal('telemetry'),
  /** e.g. `gpu-node-17 gpu 0`. */
  device: z.string().max(200),
  /** By name and unit, e.g. `utilisation %`, `memory bytes`, `power W`, `temperature °C`. */
  values: z.record(z.string().max(200), wireNumber),
});

export const runEvent = z.discriminatedUnion('type', [
  statusEvent,
  resumeEvent,
  metricsEvent,
  groupEvent,
  traceEvent,
  benchmarkEvent,
  checkpointEvent,
  logEvent,
  processEvent,
  spanEvent,
  telemetryEvent,
]);

export type RunEvent = z.output<typeof runEvent>;
export type EventType = RunEvent['type'];
export type EventOf<T extends EventType> = Extract<RunEvent, { type: T }>;
/** An event before the writer has numbered and dated it. */
export type EventBody = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'v' | 'seq' | 'time'> : never) : never;
