import { mergedPage } from '../core/listPages.js';
import type { BenchmarkCursor, BenchmarkPage, BenchmarkResult } from './views.js';

export const placeOf = ({ run, suite, mode, step }: BenchmarkResult): BenchmarkCursor => ({ run, suite, mode, step });

/** One page of several stores that were asked for the same one: a run lies in one of them, and results are in the order of run ids. */
export function mergePages(pages: readonly BenchmarkPage[], limit: number): BenchmarkPage {
  const lists = pages.map(({ results, next }) => ({ rows: results, next }));
  const { rows: results, next } = mergedPage(lists, limit, (a, b) => (a.run < b.run ? -1 : a.run > b.run ? 1 : 0), placeOf);
  return { results, runs: pages.flatMap((p) => p.runs), next };
}
