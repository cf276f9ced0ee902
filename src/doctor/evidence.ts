/** What rules read of a run: who it is, and its steps in order, one at a time. */
import type { Verdict } from '../protocol/events.js';
import type { SeriesName } from './namedSeries.js';

/** What is known of a run before its first step. */
export interface ExaminedRun {
  /** As in run.json. */
  method: string;
  /** What its updates come from. */
  learns: 'rewards' | 'texts' | 'preferences' | 'nothing';
  /** Each step of a solution was rewarded, not the whole alone. */
  stepRewards: boolean;
  /** Written by a trainer of this product: what it leaves out of its events was not there. */
  own: boolean;
  /** What advantages are divided by; null: not recorded. */
  normalisation: 'standardised' | 'centred' | 'leave-one-out' | null;
  /** Weight of the KL to the reference; null: not recorded. */
  beta: number | null;
  /** Longest solution in tokens; null: not recorded. */
  cap: number | null;
  topP: number | null;
  topK: number | null;
  /** Weight of each reward term, as far as recorded. */
  weights: Readonly<Record<string, number>>;
  /** Nothing says that it has ended. */
  live: boolean;
  /** What other checkers said of its solutions. */
  regrades: readonly Regrade[];
}

/** Another checker's verdicts, counted against the run's own or, where it has none, against what was paid. */
export interface Regrade {
  checker: string;
  /** Solutions of which both are known. */
  compared: number;
  differing: number;
}

/** A step: what the trainer measured, and what it sampled. Its groups come before it, one by one. */
export interface ExaminedStep {
  step: number;
  /** When its metrics were written, ms since 1970; null: unknown. */
  time: number | null;
  /** Recorded values by what they are; NaN or ±∞ where something else than a number was written. */
  series: Partial<Record<SeriesName, number>>;
  /** Traces that were looked into. */
  traces: readonly ExaminedTrace[];
}

export interface ExaminedGroup {
  /** 0-based. */
  group: number;
  questionId: string;
  /** Only where the step's texts are read. */
  question?: string | undefined;
  solutions: readonly ExaminedSolution[];
}

/** Null where the trainer recorded none. */
export interface ExaminedSolution {
  reward: number | null;
  /** Raw value of each reward term. */
  terms: Readonly<Record<string, number | null>>;
  advantage: number | null;
  correct: boolean | null;
  verdict: Verdict | null;
  answer: string | null;
  finish: 'stop' | 'length' | 'other';
  /** 0: unknown. */
  tokens: number;
  /** Step of the weights that sampled it, where that is said. */
  policyVersion: number | null;
  error: boolean;
  /** Its end, only where the step's texts are read. */
  text?: string | undefined;
}

/** What one trace says of sampler and trainer. */
export interface ExaminedTrace {
  group: number;
  solution: number;
  /** Null where it lacks one of the two log-probabilities. */
  sampler: {
    /** Tokens that are compared. */
    tokens: number;
    /** Mean of the k3 estimate of KL(π_sampler ‖ π_old), nats. */
    kl: number;
    /** Mean of log π_old − log π_sampler, and of its size, nats. */
    gap: number;
    size: number;
    /** The token about which both differ most, 0-based; -1: they agree. */
    worst: number;
  } | null;
  /** Of its learned tokens, those whose ρ = π_θ/π_old lies outside [½, 2], and the mean of |log ρ|; null where a log-probability is missing. */
  ratio: { tokens: number; outside: number; size: number } | null;
}
