import { toWire } from '../../protocol/arrays.js';
import type { Imported } from '../importer.js';

/** Evaluations without a step are told as one: step 0 is what was before training, and cannot be taken back. */
export const EVALUATION_STEP = 1;

export interface Score {
  suite: string;
  mode: string;
  value: number;
  /** Questions; null when the files do not tell. */
  n: number | null;
  checker: string;
  /** Whether the metric is a share of right answers. */
  fraction: boolean;
}

/** Shares of right answers as benchmarks, everything else (perplexity, BLEU, …) as metrics `suite/mode`. */
export function* evaluationValues(step: number, scores: readonly Score[]): Iterable<Imported> {
  const others: Record<string, ReturnType<typeof toWire>> = {};
  for (const { suite, mode, value, n, checker, fraction } of scores)
    if (fraction && n !== null && n >= 1 && value >= 0 && value <= 1)
      yield { kind: 'event', event: { type: 'benchmark', step, suite, mode, value, n, checker } };
    else others[`${suite}/${mode}`.slice(0, 200)] = toWire(value);
  if (Object.keys(others).length > 0) yield { kind: 'event', event: { type: 'metrics', step, values: others } };
}
