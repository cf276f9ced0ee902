import type { Experiment } from '../experiment/schema.js';

/** Absolute paths of the data that an experiment's trainer reads: questions, sources of text, and benchmarks of one's own. */
export function filesOf({ benchmarks, data }: Experiment): string[] {
  const questions = 'questions' in data ? [data.questions] : [];
  const sources = 'mixture' in data ? data.mixture.flatMap((source) => ('path' in source ? [source.path] : [])) : [];
  return [...questions, ...sources, ...benchmarks.flatMap((benchmark) => ('file' in benchmark ? [benchmark.file] : []))];
}
