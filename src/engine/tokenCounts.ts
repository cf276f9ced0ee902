/** How many tokens a step has sampled and trained on. */
import type { MetricValues } from '../protocol/metrics.js';
import type { Lesson } from './methods/method.js';
import type { SampledGroup } from './samples.js';

/** What tools wrote is no token of the policy's. */
export const sampledTokens = (groups: readonly SampledGroup[]): number =>
  sum(groups.flatMap((g) => g.solutions.map(({ sample, own }) => (own ? sum([...own]) : sample.tokens.length))));

/** Of the policy, with its μ updates; nothing where none trains. */
export function trainedTokens(lessons: readonly Lesson[], updates: number): MetricValues {
  const sequences = lessons.filter((l) => l.model === 'policy').flatMap((l) => l.batch.sequences);
  if (sequences.length === 0) return {};
  return {
    'tokens/trained': updates * sum(sequences.map((s) => s.prompt.length + s.response.length)),
    'sequences/trained': updates * sequences.length,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
