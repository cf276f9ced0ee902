/** What solutions can be exported as. */
import type { PairRule } from './pairs.js';

/** Solutions as lines of JSON or as a table, or preference pairs of them. */
export type ExportFormat = { as: 'jsonl' | 'csv' | 'parquet' } | { as: 'pairs'; rule: PairRule; file: 'jsonl' | 'parquet' };

/** The end of a file's name, without the dot. */
export const fileEnd = (format: ExportFormat): 'jsonl' | 'csv' | 'parquet' => (format.as === 'pairs' ? format.file : format.as);

/** What there was to export, and what became of it. */
export interface ExportSummary {
  /** Rows written: solutions, or pairs. */
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
