import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Opinions } from '../../../src/store/views.js';
import { facts, probabilityText, spansFor } from '../../../webview/reward-model/opinionFacts.js';

const opinions: Opinions = {
  term: 'reward_model',
  otherTerms: [],
  ...{ from: 41, upTo: 60, steps: 20, firstStep: 1, lastStep: 60 },
  ...{ n: 2560, right: 1536, agreeing: 2048, wrongLiked: 300, rightDisliked: 212 },
  ...{ pairs: 1000, pairsInOrder: 912.5 },
  reliability: { bins: [], error: 0.0213 },
  examples: { wrong: { total: 0, listed: [], left: 0 }, right: { total: 0, listed: [], left: 0 } },
};
const values = (o: Opinions): Record<string, string> => Object.fromEntries(facts(o).map((f) => [f.label, f.value]));

test('says how good the model is, and what a model that likes everything would reach', () => {
  expect(values(opinions)).toEqual({
    agrees: '80%',
    'pairs in order': '91%',
    'calibration error': '0.0213',
    judged: '2,560, 60% right',
  });
  expect(facts(opinions)[0].title).toMatch(/2,048 of 2,560 solutions \(95 % interval 78% to 82%\)/);
});

test('has nothing to say of nothing', () => {
  const none = { ...opinions, n: 0, right: 0, agreeing: 0, pairs: 0, pairsInOrder: 0 };
  expect(values(none)).toEqual({ agrees: '–', 'pairs in order': '–', 'calibration error': '–', judged: '0' });
});

test('a probability never reads as certainty unless it is', () => {
  expect([0, 0.00001, 0.0004, 0.004, 0.62, 0.997, 0.9995, 0.999999, 1].map(probabilityText)).toEqual([
    '0',
    '< 0.0001',
    '0.0004',
    '0.004',
    '0.62',
    '0.997',
    '0.9995',
    '> 0.9999',
    '1',
  ]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
      const text = probabilityText(p);
      expect(text === '0').toBe(p === 0);
      expect(text === '1').toBe(p === 1);
      expect(Math.abs(Number(text.replace(/[<>] /, '')) - p)).toBeLessThanOrEqual(0.005 + 1e-12);
    }),
  );
});

test('a choice of steps is offered where it makes a difference', () => {
  expect(spansFor(1, 10)).toEqual([null]);
  expect(spansFor(1, 60)).toEqual([20, null]);
  expect(spansFor(101, 1000)).toEqual([20, 100, null]);
});
