import type { Experiment } from '../experiment/schema.js';

/** Absolute paths of the data that an experiment's trainer reads: sources of text, and benchmarks of one's own. */
export function filesOf({ benchmarks, data }: Experiment): string[] {
  const sources = 'mixture' in data ? data.mixture.flatMap((source) => ('path' in source ? [source.path] : [])) : [];
  return [...sources, ...benchmarks.flatMap((benchmark) => ('file' in benchmark ? [benchmark.file] : []))];
}
