import type { BenchmarkPage, BenchmarkResult } from './views.js';

/**
 * The first `limit` of results that are in order of their runs, and where the next page begins.
 * @param more whether there are others after them
 */
export function cutPage(results: readonly BenchmarkResult[], limit: number, more = false): Pick<BenchmarkPage, 'results' | 'next'> {
  const page = results.slice(0, limit);
  const last = page.at(-1);
  const next = last && (more || results.length > limit) ? { run: last.run, suite: last.suite, mode: last.mode, step: last.step } : null;
  return { results: page, next };
}

/** One page of several stores that were asked for the same one: a run lies in one of them, and results are in the order of run ids. */
export function mergePages(pages: readonly BenchmarkPage[], limit: number): BenchmarkPage {
  const inOrder = pages.flatMap((p) => p.results).sort((a, b) => (a.run < b.run ? -1 : a.run > b.run ? 1 : 0));
  const more = pages.some((p) => p.next !== null);
  return { ...cutPage(inOrder, limit, more), runs: pages.flatMap((p) => p.runs) };
}
