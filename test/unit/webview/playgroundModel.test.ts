import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeAdvantages, rlooAdvantages } from '../../../src/core/advantages.js';
import type { PlayedSolution } from '../../../src/contracts/playground.js';
import { answerClasses, grown, summaries, toggled, withReward } from '../../../webview/playground/playgroundModel.js';

const played = (reward: number | null, more: Partial<PlayedSolution> = {}): PlayedSolution => ({
  ...{ state: 'finished', text: 'so', tokens: 3, logp: -0.1, entropy: 0.2, finish: 'stop', answer: '7', verdict: 'equal', rule: 'same' },
  ...{ like: 0, terms: {}, reward },
  ...more,
});
const unfinished = played(null, { state: 'writing', finish: null, answer: null, verdict: null, like: null });

describe('advantages on the playground', () => {
  test('move for all solutions when a person changes one reward, and move back', () => {
    const group = [1, 1, 0, 0].map((r) => played(r));
    const advantages = (byHand: Record<number, number>) => summaries(group, byHand, 'grpo').map((s) => s.advantage);
    expect(advantages({})).toEqual([1, 1, -1, -1]);
    expect(advantages({ 2: 1 })).toEqual(outcomeAdvantages([1, 1, 1, 0]));
    expect(advantages(withReward({ 2: 1 }, 2, null, 0))).toEqual([1, 1, -1, -1]);
  });

  test('are those of the solutions that have a reward so far; 0 is a reward', () => {
    const shown = summaries([played(1), unfinished, played(null), played(0)], { 2: 0 }, 'rloo');
    const [a, b, c] = rlooAdvantages([1, 0, 0]);
    expect(shown.map((s) => s.advantage)).toEqual([a, null, b, c]);
    expect(shown.map((s) => s.reward)).toEqual([1, null, 0, 0]);
  });

  test('of an undecided solution count it as not right, of one without gold as not graded', () => {
    const shown = summaries([played(0, { verdict: 'undecided' }), played(null, { verdict: null })], {}, 'grpo');
    expect(shown.map((s) => s.correct)).toEqual([false, null]);
  });
});

test('a reward by hand that equals the graded one is none by hand', () => {
  expect(withReward({}, 1, 0.5, 1)).toEqual({ 1: 0.5 });
  expect(withReward({ 1: 0.5, 2: 3 }, 1, 1, 1)).toEqual({ 2: 3 });
  expect(withReward({}, 0, 0, null)).toEqual({ 0: 0 });
});

test('toggling a reward twice ends at right or wrong', () => {
  expect([null, 0, 0.2, 1, 1.5].map(toggled)).toEqual([1, 1, 1, 0, 0]);
});

test('answers that mean the same are one class, most frequent first; unfinished ones are in none', () => {
  const wrong = { verdict: 'different', answer: '8' } as const;
  const group = [
    played(0, { ...wrong, like: 0 }),
    played(1, { like: 1 }),
    played(1, { like: 1, answer: '14/2' }),
    played(0, { answer: null, like: null, verdict: 'different' }),
    unfinished,
  ];
  expect(answerClasses(group)).toEqual([
    { first: 1, answer: '7', count: 2, correct: true },
    { first: 0, answer: '8', count: 1, correct: false },
    { first: null, answer: null, count: 1, correct: false },
  ]);
});

test('a text grows the same however often its parts are told', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 6 }), fc.nat(5), (parts, again) => {
      const whole = parts.join('');
      const pieces = parts.map((more, i) => ({ at: parts.slice(0, i).join('').length, more }));
      const twice = [...pieces.slice(0, again), ...pieces];
      expect(twice.reduce((text, { at, more }) => grown(text, at, more), '')).toBe(whole);
    }),
  );
  expect(grown('ab', 5, 'x')).toBe('ab');
});
