/** What is said between the thread of computer algebra and its owner. */

/** Two LaTeX expressions. */
export interface AlgebraQuestion {
  id: number;
  answer: string;
  gold: string;
}

export interface SymbolicOutcome {
  verdict: 'equal' | 'different' | 'undecided';
  rule: string;
  reason?: string;
}

export interface AlgebraAnswer {
  id: number;
  outcome: SymbolicOutcome;
}

export interface AlgebraWorkerData {
  /** Milliseconds after which the engine gives up by itself, where it looks at the clock. */
  limitMs: number;
}
