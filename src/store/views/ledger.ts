import type { LedgerSums } from '../../core/signalLedger.js';

export interface Ledger {
  /** Steps with groups, oldest first. */
  steps: LedgerSums[];
  /** How many steps behind each other are one entry. */
  stride: number;
  /** Reward terms that carry advantages, by their names: those with the largest part first. */
  terms: string[];
  /** Terms beyond those. */
  moreTerms: number;
  /** By term, where the run's experiment has weights. */
  weights: Record<string, number>;
}
