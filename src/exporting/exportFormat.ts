/** What solutions can be exported as. */
import type { PairRule } from './pairs.js';

/** Lines of JSON, a table, or preference pairs as lines of JSON. */
export type ExportFormat = { as: 'jsonl' } | { as: 'csv' } | { as: 'pairs'; rule: PairRule };

/** What there was to export, and what became of it. */
export interface ExportSummary {
  /** Lines written: solutions, or pairs. */
  written: number;
  solutions: number;
  groups: number;
  /** Of pairs: groups that gave none. */
  withoutPair: number;
  /** Of pairs: solutions that the rule cannot place, as their reward or their verdict is unknown. */
  unknown: number;
  /** Of pairs: those whose two texts are the same, which say nothing and are left out. */
  same: number;
  /** Solutions that were asked for and are not there any more. */
  gone: number;
}

export const fileEnd = (format: ExportFormat): string => (format.as === 'csv' ? '.csv' : '.jsonl');
