import { expect, test } from 'vitest';
import { tokenWeights } from '../../../src/core/aggregate.js';
import { lengthsOf, meanOfOwn } from '../../../src/engine/methods/method.js';

/** Two solutions of a group: the first has asked a tool, whose answer is its second and third token. */
const sequences = [
  { prompt: [1], response: [5, 6, 7, 8] },
  { prompt: [1], response: [5, 8] },
];
const own = [Uint8Array.of(1, 0, 0, 1), Uint8Array.of(1, 1)];

test('a tool’s tokens are not counted in |o|: both solutions teach as much as their own tokens say', () => {
  expect(lengthsOf(sequences, own)).toEqual([2, 2]);
  expect(lengthsOf(sequences, undefined)).toEqual([4, 2]);
  const weights = tokenWeights(lengthsOf(sequences, own), 'output', 1);
  // What all learned tokens of a batch weigh together is 1, as without tools.
  const total = weights.reduce((sum, w, i) => sum + w * own[i].reduce((a, b) => a + b, 0), 0);
  expect(total).toBe(1);
});

test('nor in means over tokens, like the KL of a solution', () => {
  expect(meanOfOwn(Float32Array.of(1, 0, 0, 3), { own: own[0] })).toBe(2);
  expect(meanOfOwn(Float32Array.of(1, 3), {})).toBe(2);
  expect(meanOfOwn(Float32Array.of(0), { own: Uint8Array.of(0) })).toBe(0);
});
