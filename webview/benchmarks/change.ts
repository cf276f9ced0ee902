/** What changed from one checkpoint to another, apart for questions like those trained on and others. Pure. */
import { differenceInterval, type MeanInterval } from '../../src/core/estimators.js';
import type { TestedCheckpoint, Column, CellScore } from '../../src/contracts/benchmarkResults.js';

export interface Change {
  column: Column;
  before: CellScore;
  after: CellScore;
  difference: MeanInterval;
  /** The interval of the difference does not hold 0. */
  clear: boolean;
}

export interface Changes {
  inDomain: Change[];
  outOfDomain: Change[];
}

/** Generators whose questions a suite asks, where they are called otherwise. */
const generators: Partial<Record<string, readonly string[]>> = { gsm: ['word-problems', 'mixed'], 'gsm-zh': ['word-problems-zh'] };

/**
 * Whether a suite asks what was trained on. Held-out and validation questions come from the experiment's own source.
 * @param sources names of the generators or data sets that were trained on
 */
export const isInDomain = (suite: string, sources: readonly string[]): boolean =>
  suite === 'held-out' || suite === 'validation' || [suite, ...(generators[suite] ?? [])].some((name) => sources.includes(name));

/** In the order of the columns; those that only one of the two was measured on are left out. */
export function changes(columns: readonly Column[], before: TestedCheckpoint, after: TestedCheckpoint): Changes {
  const sources = after.run?.trainedOn ?? [];
  const both = columns.flatMap((column): Change[] => {
    const [a, b] = [before.scores.get(column.id), after.scores.get(column.id)];
    if (!a || !b) return [];
    const difference = differenceInterval(a, b);
    return [{ column, before: a, after: b, difference, clear: difference.low > 0 || difference.high < 0 }];
  });
  const inside = (c: Change): boolean => isInDomain(c.column.suite, sources);
  return { inDomain: both.filter(inside), outOfDomain: both.filter((c) => !inside(c)) };
}
