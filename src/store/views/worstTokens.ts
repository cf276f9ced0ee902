import type { LogpTemperatures } from '../../core/logpTemperature.js';
import type { TokenMeasure, TokenTally } from '../../core/worstTokens.js';

/** Which part of a run is looked through; left out: all of it. */
export interface TokenScope {
  step?: number;
  group?: number;
  solution?: number;
}

/** What is to be looked through. */
export interface TokenPlan {
  runName: string;
  /** Solutions of the part, those of them with a trace, and those whose trace is known to tell KL. */
  solutions: number;
  traces: number;
  withKl: number;
  logpTemperatures: LogpTemperatures;
}

export interface WorstToken {
  step: number;
  group: number;
  solution: number;
  /** 0-based. */
  token: number;
  /** Tokens of the solution. */
  of: number;
  /** KL (nats), π_θ/π_old, or log π_old − log π_sampler (nats), whatever the list is by. */
  value: number;
  badness: number;
  /** Of the vocabulary; null: not told. */
  id: number | null;
  /** Its text, (`cut`: its beginning) and some of what stands before and after it; null where its place is not known. */
  text: { before: string; token: string; after: string; cut: boolean } | null;
}

/** Where the next piece begins: after this trace, in the order of the list. */
export interface TokenCursor {
  step: number;
  group: number;
  solution: number;
  /** Of a list by KL. */
  kl: number | null;
}

/** What one piece of a list came to. */
export interface TokenPiece extends TokenTally {
  /** Worst first. */
  rows: WorstToken[];
  /** Traces that were looked at; those among them that do not tell the number; and those that could not be read. */
  read: number;
  lacking: number;
  unreadable: number;
  /** Null: that was all, or nothing that follows can be among the worst. */
  next: TokenCursor | null;
}

/** How far a list is. */
export interface WorstTokens extends TokenTally {
  by: TokenMeasure;
  plan: TokenPlan;
  /** Worst first. */
  rows: WorstToken[];
  read: number;
  lacking: number;
  unreadable: number;
  /** `all`: nothing else can be among the worst. `time`: its time was up. `temperatures`: of two no difference is made. Null: it goes on. */
  end: 'all' | 'time' | 'temperatures' | null;
}
