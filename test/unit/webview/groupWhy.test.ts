import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare, estimators, likeliest, nothingTrained, why } from '../../../webview/shared/group/why.js';

/** 9 of 16 right, the example of the group page. */
const rewards = Array.from({ length: 16 }, (_, i) => (i < 9 ? 1 : 0));

describe('the formula with this group in it', () => {
  test('GRPO', () => {
    const { definition, filled, advantage } = why('grpo', rewards, 2);
    expect(definition).toBe('\\hat A_{3} = \\dfrac{r_{3} - \\operatorname{mean}(r)}{\\operatorname{std}(r)}');
    expect(filled).toBe('= \\dfrac{1 - 0.5625}{0.4961} = +0.8819');
    expect(advantage).toBeCloseTo(0.8819, 4);
  });

  test('Dr. GRPO does not divide', () => expect(why('drGrpo', rewards, 15).filled).toBe('= 0 - 0.5625 = -0.5625'));

  test('RLOO leaves the solution itself out of the baseline', () => expect(why('rloo', rewards, 0).filled).toBe('= 1 - 0.5333 = +0.4667'));

  test('negative rewards and tiny ones stay readable', () => {
    expect(why('drGrpo', [-1, -2], 0).filled).toBe('= -1 - (-1.5) = +0.5');
    expect(why('drGrpo', [0.00002, 0], 0).filled).toBe('= 2 \\cdot 10^{-5} - 1 \\cdot 10^{-5} = +1 \\cdot 10^{-5}');
  });

  test('equal rewards: no division by zero, and the reason', () => {
    const { filled, advantage } = why('grpo', [1, 1, 1], 0);
    expect(filled).toContain('\\operatorname{std}(r) = 0');
    expect(advantage).toBe(0);
  });
});

describe('what the trainer recorded', () => {
  const recorded = (estimator: (typeof estimators)[number]) => rewards.map((_, i) => why(estimator, rewards, i).advantage);

  test.each(estimators)('is recognised as %s', (estimator) => {
    expect(likeliest(rewards, recorded(estimator))).toBe(estimator);
    expect(compare(estimator, rewards, recorded(estimator))).toEqual({ kind: 'same' });
  });

  test('is recognised when divided by the sample standard deviation plus a small constant, as TRL does', () => {
    const sample = Math.sqrt((16 / 15) * 0.4961 ** 2) + 1e-4;
    expect(
      compare(
        'grpo',
        rewards,
        rewards.map((r) => (r - 0.5625) / sample),
      ),
    ).toEqual({ kind: 'sampleStd' });
  });

  test('and when it is something else, in how many solutions', () => {
    const odd = recorded('grpo');
    odd[4] = 7;
    expect(compare('grpo', rewards, odd)).toEqual({ kind: 'different', count: 1 });
    expect(likeliest(rewards, odd)).toBe('grpo');
  });

  test('a group without signal is recorded as zeros', () => {
    expect(compare('grpo', [1, 1], [0, 0])).toEqual({ kind: 'same' });
  });

  test('half precision is no mismatch', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 64 }), (r) => {
        const half = r.map((_, i) => why('grpo', r, i).advantage * (1 + 2 ** -11));
        expect(compare('grpo', r, half)).toEqual({ kind: 'same' });
      }),
    );
  });
});

describe('where nothing was trained, nothing got an advantage', () => {
  const group = (method: string, split: 'evaluation' | null = null, advantage: number | null = null) =>
    nothingTrained({ advantages: [advantage, null], method, split });

  test('evaluations, rows of one within a run, and supervised fine-tuning say so', () => {
    expect(group('evaluate')).toBe('This is an evaluation: nothing was trained on it, so no solution got an advantage.');
    expect(group('grpo', 'evaluation')).toBe('These are evaluation rows: nothing was trained on them, so no solution got an advantage.');
    expect(group('sft')).toContain('learns from given texts');
  });

  test('where advantages are recorded, or only not recorded, there is something to explain', () => {
    expect(group('evaluate', null, 1)).toBeNull();
    expect(group('grpo')).toBeNull();
    expect(group('unknown')).toBeNull();
  });
});
