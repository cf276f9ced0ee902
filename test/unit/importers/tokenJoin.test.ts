import { expect, test } from 'vitest';
import type { Answer } from '../../../src/importers/episodes/episode.js';
import { TokenJoin } from '../../../src/importers/formats/primeRl/tokenExport.js';

const answer = (sequence: number[], logp_ref?: number[]): Answer => ({
  solution: { text: '' },
  numbers: { ...(logp_ref && { logp_ref }) },
  tokens: sequence.length,
  sequence,
  branches: 1,
});

test('equal sequences of a step are found in turn, with what the export lacks', () => {
  const join = new TokenJoin();
  join.add({ step: 1, group: 0, solution: 0 }, answer([1, 2], [-0.5, -0.25]));
  join.add({ step: 1, group: 0, solution: 1 }, answer([1, 2]));
  expect(join.take(1, [1, 2])).toEqual({ at: { step: 1, group: 0, solution: 0 }, numbers: { logp_ref: [-0.5, -0.25] } });
  expect(join.take(1, [1, 2])).toEqual({ at: { step: 1, group: 0, solution: 1 }, numbers: {} });
  expect(join.take(1, [1, 2])).toBe(null);
  expect(join.take(2, [1, 2])).toBe(null);
});

test('the oldest steps make room when many numbers wait for exports; the newest always stays', () => {
  const join = new TokenJoin(5);
  for (const step of [1, 2, 3]) join.add({ step, group: 0, solution: 0 }, answer([step, 0], [-1, -1]));
  expect(join.take(1, [1, 0])).toBe(null);
  expect(join.take(2, [2, 0])).not.toBe(null);
  join.add({ step: 4, group: 0, solution: 0 }, answer([4, 0], [-1, -1, -1, -1, -1, -1, -1]));
  expect(join.take(3, [3, 0])).toBe(null);
  expect(join.take(4, [4, 0])).not.toBe(null);
});
