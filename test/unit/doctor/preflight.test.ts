import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { junkKinds, junkReplies } from '../../../src/doctor/preflight/junkReplies.js';
import { preflightOf } from '../../../src/doctor/preflight/preflightOf.js';
import type { PreflightEvidence, PreflightQuestion, PreflightSettings } from '../../../src/doctor/preflight/report.js';
import { intervalOfShares, sameRewardAt, signalAt, signalRows } from '../../../src/doctor/preflight/signal.js';

/** Every choice of `size` of the values. */
function* choices<T>(values: readonly T[], size: number): Generator<T[]> {
  if (size === 0) yield [];
  else for (const [i, v] of values.entries()) for (const rest of choices(values.slice(i + 1), size - 1)) yield [v, ...rest];
}

const rewards = fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 2, maxLength: 9 });

describe('the chance that a group is paid alike', () => {
  test('is the share of all choices of G samples that are', () => {
    fc.assert(
      fc.property(rewards, fc.integer({ min: 1, max: 9 }), (values, wanted) => {
        const size = Math.min(wanted, values.length);
        const all = [...choices(values, size)];
        const alike = all.filter((c) => c.every((v) => v === c[0])).length;
        expect(sameRewardAt(values, size)).toBeCloseTo(alike / all.length, 12);
      }),
    );
  });

  test('is unbiased for p^G + (1−p)^G: its mean over all outcomes of n draws is exactly that', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.integer({ min: 2, max: 5 }), (p, size) => {
        const n = 6;
        let expected = 0;
        for (let outcome = 0; outcome < 2 ** n; outcome++) {
          const drawn = Array.from({ length: n }, (_, i) => (outcome >> i) & 1);
          const right = drawn.filter(Boolean).length;
          expected += p ** right * (1 - p) ** (n - right) * sameRewardAt(drawn, size);
        }
        expect(expected).toBeCloseTo(p ** size + (1 - p) ** size, 9);
      }),
    );
  });

  test('cannot be had of more samples than there are', () => {
    expect(() => sameRewardAt([0, 1], 3)).toThrow('Groups of 3 cannot be made of 2 samples');
  });
});

describe('the table by group size', () => {
  const sampled = fc.array(
    fc
      .array(fc.boolean(), { minLength: 8, maxLength: 8 })
      .map((right) => ({ rewards: right.map(Number), right: right.filter(Boolean).length })),
    { minLength: 1, maxLength: 24 },
  );

  test('has more signal in larger groups, within its interval, from counting and from the model', () => {
    fc.assert(
      fc.property(sampled, (questions) => {
        const rows = signalRows(questions, 6, 1);
        expect(rows.map((r) => r.size)).toEqual([4, 6, 8, 16, 32, 64]);
        expect(rows.map((r) => r.by).slice(0, 3)).toEqual(['counted', 'counted', 'counted']);
        let last = 0;
        for (const { signal } of rows) {
          expect(signal!.mean).toBeGreaterThanOrEqual(last - 1e-9);
          expect(signal!.low).toBeLessThanOrEqual(signal!.mean + 1e-9);
          expect(signal!.high).toBeGreaterThanOrEqual(signal!.mean - 1e-9);
          last = signal!.mean;
        }
      }),
      { numRuns: 25 },
    );
  });

  test('of right and wrong alone is what is not all wrong and not all right', () => {
    fc.assert(
      fc.property(sampled, (questions) => {
        const { signal, allWrong, allRight } = signalAt(questions, 4, 1);
        expect(signal!.mean + allWrong!.mean + allRight!).toBeCloseTo(1, 9);
      }),
    );
  });

  test('finds the Beta distribution that the questions were drawn from', () => {
    // p of 1/6, 3/6, 5/6 with 12 samples each, many of them: Var and mean are those of a Beta, so groups of 32 are nearly all mixed.
    const questions = Array.from({ length: 60 }, (_, i) => {
      const right = [2, 6, 10][i % 3];
      return { rewards: Array.from({ length: 12 }, (_v, j) => Number(j < right)), right };
    });
    const row = signalAt(questions, 32, 1);
    expect(row.by).toBe('model');
    expect(row.signal!.mean).toBeGreaterThan(0.9);
  });

  test('has an interval with a width where all questions are alike', () => {
    const none = intervalOfShares(Array.from({ length: 32 }, () => 0));
    expect(none).toMatchObject({ mean: 0, low: 0 });
    expect(none.high).toBeCloseTo(0.107, 3);
  });
});

test('junk: "yes" is none where yes is right, and a list of numbers does not end in the answer', () => {
  const of = (gold: string) => junkReplies('Is it so?', gold);
  expect(new Set(of('7').map((r) => r.kind))).toEqual(new Set(junkKinds));
  expect(of('Yes.').map((r) => r.kind)).not.toContain('yes');
  expect(of('7').find((r) => r.kind === 'numbers')!.text).toMatch(/999, 1000$/);
  expect(of('1,000').find((r) => r.kind === 'numbers')!.text).toMatch(/1000, 1001$/);
});

describe('what is made of it', () => {
  const settings: PreflightSettings = {
    ...{ experiment: 'e', method: 'GRPO', size: 4, compares: true, temperature: 1, cap: 40, seed: 1 },
    ...{ terms: ['correct'], unknownTerms: [], ownReward: false },
  };
  /** A question of which so many of eight solutions are right, and so many were cut. */
  const aQuestion = (right: number, cut = 0): PreflightQuestion => ({
    question: `${right} of 8?`,
    gold: '7',
    solutions: Array.from({ length: 8 }, (_, i) => ({
      ...{ text: 'so', tokens: 9, finish: i < cut ? 'length' : 'stop', answer: '7', terms: {} },
      ...{ verdict: i < right ? 'equal' : 'different', reward: Number(i < right) },
    })),
  });
  const evidence = (change: Partial<PreflightEvidence> = {}): PreflightEvidence => ({
    settings,
    policy: { label: 'p' },
    questions: Array.from({ length: 12 }, () => aQuestion(4)),
    noQuestions: null,
    junk: [{ question: 0, kind: 'empty', text: '', reward: 0, terms: {} }],
    golds: { checked: 100, unreadable: [] },
    notes: [],
    seconds: 1,
    ...change,
  });
  const checkOf = (id: string, e: PreflightEvidence) => preflightOf(e).checks.find((c) => c.id === id)!;

  test('a run that may begin has nothing found, each check with its samples and an interval', () => {
    const { checks, right, solutions } = preflightOf(evidence());
    expect(checks.map((c) => c.state)).toEqual(['healthy', 'healthy', 'healthy', 'healthy']);
    expect(right!.mean).toBe(0.5);
    expect(solutions).toBe(96);
    expect(checkOf('signal', evidence())).toMatchObject({ evidence: expect.stringContaining('12 questions, 8 samples each') as string });
    expect(checkOf('truncated', evidence())).toMatchObject({
      evidence: expect.stringMatching(/^0% \(0% to 24%\) were cut at 40 tokens; 96 solutions/) as string,
    });
  });

  test('groups without a difference: which size would help, and where to look', () => {
    const questions = [...Array.from({ length: 11 }, () => aQuestion(0)), aQuestion(4), ...Array.from({ length: 8 }, () => aQuestion(1))];
    const found = checkOf('signal', evidence({ questions }));
    expect(found).toMatchObject({ state: 'sick', questions: [...Array(11).keys()] });
    expect(found).toMatchObject({
      evidence: expect.stringMatching(/^\d+% of the groups of 4 .* \d+% all wrong, 0\.07% all right; by the run’s reward/) as string,
    });
    expect(found).toMatchObject({ advice: expect.stringContaining('take easier questions') as string });
    const solved = checkOf('signal', evidence({ questions: Array.from({ length: 12 }, () => aQuestion(8)) }));
    expect(solved).toMatchObject({ state: 'sick', advice: expect.stringContaining('harder') as string });
    expect(solved).toMatchObject({ advice: expect.stringContaining('what a larger group would leave is not known') as string });
    // A method that imitates what is right learns from them all the same.
    const imitating = { ...settings, compares: false };
    expect(checkOf('signal', evidence({ settings: imitating, questions: Array.from({ length: 12 }, () => aQuestion(8)) })).state).toBe(
      'healthy',
    );
  });

  test('truncated solutions, gold answers and junk are found with the questions that show them', () => {
    const questions = [aQuestion(4, 8), ...Array.from({ length: 5 }, () => aQuestion(4))];
    expect(checkOf('truncated', evidence({ questions }))).toMatchObject({ state: 'sick', questions: [0] });
    const unreadable = [{ question: questions[1].question, gold: '?!', why: 'no' }];
    expect(checkOf('gold', evidence({ golds: { checked: 50, unreadable } }))).toMatchObject({
      state: 'sick',
      evidence: expect.stringMatching(/^1 of 50 gold answers, 2\.0% \(0\.4% to 10%\): .*\?! \(no\)$/) as string,
    });
    const junk = [0, 3].map((question) => ({ question, kind: 'refusal' as const, text: 'no', reward: 0.2, terms: { regex: 1 } }));
    expect(checkOf('junk', evidence({ junk }))).toMatchObject({
      state: 'sick',
      questions: [0, 3],
      evidence: expect.stringContaining('a refusal 2 of 2 times') as string,
    });
    expect(preflightOf(evidence({ junk })).checks[0].id).toBe('junk');
  });

  test('what cannot be judged is said, with what to do', () => {
    const unsampled = evidence({
      policy: { because: 'no weights', record: 'serve them' },
      questions: [{ question: 'q', gold: '7', solutions: [] }],
    });
    for (const id of ['signal', 'truncated'])
      expect(checkOf(id, unsampled)).toMatchObject({ state: 'unjudged', because: 'no weights', record: 'serve them' });
    expect(preflightOf(unsampled)).toMatchObject({ right: null, signal: [] });
    const python = evidence({ settings: { ...settings, terms: [], unknownTerms: ['brevity'] }, junk: [] });
    expect(checkOf('junk', python)).toMatchObject({ state: 'unjudged', because: 'brevity can be called only in training' });
    expect(checkOf('signal', python)).toMatchObject({ evidence: expect.stringContaining('right and wrong alone') as string });
    const partly = evidence({ settings: { ...settings, unknownTerms: ['brevity'] } });
    expect(checkOf('reward', partly)).toMatchObject({ state: 'unjudged' });
    expect(checkOf('junk', partly)).toMatchObject({ state: 'healthy', evidence: expect.stringContaining('without brevity') as string });
    // Twelve questions that are all alike carry no distribution, and groups of 16 are more than was sampled.
    const large = evidence({ settings: { ...settings, size: 16 }, questions: [aQuestion(0), aQuestion(0)] });
    expect(checkOf('signal', large)).toMatchObject({ state: 'unjudged', record: expect.stringContaining('16 samples') as string });
    const rft = { ...settings, compares: false };
    const never = evidence({ settings: rft, questions: Array.from({ length: 12 }, () => aQuestion(0)) });
    expect(checkOf('signal', never)).toMatchObject({
      state: 'sick',
      evidence: expect.stringMatching(/^100% .* without a right solution \(76% to 100%\)/) as string,
    });
    const ppo = evidence({ settings: { ...settings, size: null, method: 'PPO' } });
    expect(checkOf('signal', ppo)).toMatchObject({ state: 'unjudged', because: 'PPO compares no groups of one question' });
    const endless = aQuestion(4);
    const silent = evidence({ questions: [{ ...endless, solutions: endless.solutions.map((s) => ({ ...s, finish: 'other' as const })) }] });
    expect(checkOf('truncated', silent)).toMatchObject({ state: 'unjudged' });
  });
});
