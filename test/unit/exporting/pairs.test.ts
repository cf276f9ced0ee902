import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairRules, pairsOf } from '../../../src/exporting/pairs.js';
import type { ExportedSolution } from '../../../src/store/views.js';

const solution = (index: number, more: Partial<ExportedSolution> = {}): ExportedSolution => ({
  ...{ index, text: `text ${index}`, turns: null, reward: null, rewards: {}, advantage: null, correct: null, answer: null },
  ...{ finish: 'stop', tokens: 1, kl: null },
  ...more,
});
const numbers = (pairs: { chosen: ExportedSolution; rejected: ExportedSolution }[]): number[][] =>
  pairs.map(({ chosen, rejected }) => [chosen.index, rejected.index]);

test('best against worst: one pair of a group, the first sampled of those that share a reward', () => {
  const group = [0.5, 1, 0, 1, 0, null].map((reward, i) => solution(i, { reward }));
  const { pairs, unknown, same } = pairsOf(group, 'best-worst');
  expect(numbers(pairs)).toEqual([[1, 2]]);
  expect({ unknown, same }).toEqual({ unknown: 1, same: 0 });
});

test('equal rewards, a single one, or none known give no pair', () => {
  for (const rewards of [[1, 1, 1], [1], [1, null, null], [null, null], []])
    expect(
      pairsOf(
        rewards.map((reward, i) => solution(i, { reward })),
        'best-worst',
      ).pairs,
    ).toEqual([]);
});

test('right against wrong: in the order sampled, each once; what nobody judged is counted', () => {
  const group = [false, true, null, true, false, true].map((correct, i) => solution(i, { correct }));
  const { pairs, unknown } = pairsOf(group.toReversed(), 'right-wrong');
  expect(numbers(pairs)).toEqual([
    [1, 0],
    [3, 4],
  ]);
  expect(unknown).toBe(1);
});

test('two equal texts prefer nothing', () => {
  const group = [solution(0, { reward: 1, text: 'x' }), solution(1, { reward: 0, text: 'x' })];
  expect(pairsOf(group, 'best-worst')).toEqual({ pairs: [], unknown: 0, same: 1 });
});

const anySolution = fc.record({
  reward: fc.option(fc.constantFrom(-1, 0, 0.5, 1)),
  correct: fc.option(fc.boolean()),
  text: fc.constantFrom('a', 'b', 'c'),
});

test('whatever a group is: who is chosen is better by the rule, texts differ, and no solution stands twice', () => {
  fc.assert(
    fc.property(fc.array(anySolution, { maxLength: 12 }), fc.constantFrom(...pairRules), (facts, rule) => {
      const group = facts.map((more, i) => solution(i, more));
      const { pairs, unknown, same } = pairsOf(group, rule);
      for (const { chosen, rejected } of pairs) {
        if (rule === 'best-worst') expect(chosen.reward!).toBeGreaterThan(rejected.reward!);
        else expect([chosen.correct, rejected.correct]).toEqual([true, false]);
        expect(chosen.text).not.toBe(rejected.text);
      }
      const used = numbers(pairs).flat();
      expect(new Set(used).size).toBe(used.length);
      const placed = group.filter((s) => (rule === 'best-worst' ? s.reward : s.correct) !== null);
      expect(unknown).toBe(group.length - placed.length);
      if (rule === 'best-worst') {
        const known = placed.map((s) => s.reward!);
        expect(pairs.length + same).toBe(new Set(known).size > 1 ? 1 : 0);
      } else {
        const right = placed.filter((s) => s.correct).length;
        expect(pairs.length + same).toBe(Math.min(right, placed.length - right));
      }
    }),
  );
});
