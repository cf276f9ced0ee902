import { expect, test } from 'vitest';
import type { ExaminedTrace } from '../../../src/doctor/evidence.js';
import { endToken, truncation } from '../../../src/doctor/rules/endings.js';
import { entropyCollapse, entropyExplosion } from '../../../src/doctor/rules/entropy.js';
import { klRunAway, rewardCollapse } from '../../../src/doctor/rules/kl.js';
import { lengthExplosion } from '../../../src/doctor/rules/lengths.js';
import { gradientSpike, notFinite } from '../../../src/doctor/rules/numbers.js';
import { clipNeverActive, samplerMismatch, staleSamples, truncatedSampling } from '../../../src/doctor/rules/sampler.js';
import { aHealthyRun, judge, withoutSeries, withSeries, withSolutions, type BuiltStep } from '../../builders/examined.js';

const plateau = (): BuiltStep[] => aHealthyRun({ success: () => 0.4 });

test('entropy far below its base with nothing gained is a collapse, by its threshold', () => {
  const fallen = (to: number) =>
    withSolutions(
      withSeries(plateau(), () => ({ entropy: to, reward: 0.4 }), 30),
      () => ({ answer: '1' }),
      30,
    );
  // The base is the median of steps 5 to 25, near 0.75.
  expect(judge(entropyCollapse, fallen(0.1))).toMatchObject({ state: 'sick', onset: 30, until: null });
  expect(judge(entropyCollapse, fallen(0.2)).state).toBe('healthy');
  // While the reward still rises it is exploitation, not collapse.
  expect(
    judge(
      entropyCollapse,
      withSeries(fallen(0.1), ({ step }) => ({ reward: step / 60 })),
    ).state,
  ).toBe('healthy');
  expect(judge(entropyCollapse, withoutSeries(plateau(), 'entropy'))).toMatchObject({
    state: 'unjudged',
    record: 'the metric entropy (mean over tokens)',
  });
  expect(judge(entropyCollapse, fallen(0.1).slice(0, 20)).state).toBe('unjudged');
});

test('entropy beyond twice its base with results falling is an explosion', () => {
  const risen = (to: number) => withSeries(aHealthyRun({ success: (s) => (s < 30 ? 0.5 : 0.1) }), () => ({ entropy: to }), 32);
  expect(judge(entropyExplosion, risen(2.5))).toMatchObject({ state: 'sick', onset: 32 });
  expect(judge(entropyExplosion, risen(1.4)).state).toBe('healthy');
  expect(
    judge(
      entropyExplosion,
      withSeries(aHealthyRun(), () => ({ entropy: 2.5 }), 32),
    ).state,
  ).toBe('healthy');
  expect(judge(entropyExplosion, withoutSeries(risen(2.5), 'entropy')).state).toBe('unjudged');
});

test('KL that runs away for nothing', () => {
  const away = (kl: number, reward: number) => withSeries(plateau(), () => ({ kl, reward }), 30);
  expect(judge(klRunAway, away(0.8, 0.3))).toMatchObject({ state: 'sick', onset: 30 });
  expect(judge(klRunAway, away(0.8, 0.9)).state).toBe('healthy');
  // Ten times a base near 0 is nothing yet.
  expect(judge(klRunAway, away(0.08, 0.3)).state).toBe('healthy');
  // What is large from the start does not run away.
  expect(
    judge(
      klRunAway,
      withSeries(away(0.8, 0.3), () => ({ kl: 4.4, reward: 0.3 })),
    ).state,
  ).toBe('healthy');
  expect(judge(klRunAway, away(0.8, 0.3), { beta: 0 })).toMatchObject({ state: 'unjudged', record: null });
  expect(judge(klRunAway, withoutSeries(plateau(), 'kl')).state).toBe('unjudged');
});

test('a reward that was there and is gone', () => {
  const fall = (to: number) => withSeries(plateau(), () => ({ reward: to }), 40);
  expect(judge(rewardCollapse, fall(0.05))).toMatchObject({ state: 'sick', onset: 40 });
  expect(judge(rewardCollapse, fall(0.3)).state).toBe('healthy');
  expect(judge(rewardCollapse, fall(0.05).slice(0, 10)).state).toBe('unjudged');
  const nothing = withSolutions(withoutSeries(plateau(), 'reward'), () => ({ reward: null }));
  expect(judge(rewardCollapse, nothing).state).toBe('unjudged');
});

test('what is no number is found at once', () => {
  expect(
    judge(
      notFinite,
      withSeries(plateau(), () => ({ loss: NaN }), 37),
    ),
  ).toMatchObject({ state: 'sick', onset: 37, doors: [{ step: 37 }, {}, {}, {}, {}] });
  expect(
    judge(
      notFinite,
      withSeries(plateau(), ({ step }) => ({ gradient: step === 12 ? Infinity : 1 })),
    ),
  ).toMatchObject({ state: 'sick', onset: 12, until: 12 });
  expect(
    judge(
      notFinite,
      withSolutions(plateau(), ({ text }) => ({ text: `${text}${'!'.repeat(80)}` }), 50),
    ),
  ).toMatchObject({ state: 'sick' });
  expect(
    judge(
      notFinite,
      withSolutions(plateau(), ({ text }) => ({ text: `${text}${'!'.repeat(60)}` }), 50),
    ).state,
  ).toBe('healthy');
  expect(judge(notFinite, []).state).toBe('unjudged');
});

test('gradient spikes are told and are no finding', () => {
  const spiked = judge(
    gradientSpike,
    withSeries(plateau(), ({ step }) => ({ gradient: step === 40 ? 50 : 1 + (step % 3) / 10 })),
  );
  expect(spiked).toMatchObject({ state: 'healthy', doors: [{ step: 40 }] });
  expect(
    judge(
      gradientSpike,
      withSeries(plateau(), ({ step }) => ({ gradient: 1 + (step % 3) / 10 })),
    ),
  ).not.toHaveProperty('doors');
  expect(judge(gradientSpike, withoutSeries(plateau(), 'gradient')).state).toBe('unjudged');
});

test('truncation, by its threshold and as a curve alone', () => {
  const cut = (share: number) =>
    withSolutions(plateau(), (_, { solution, group }) => ({ finish: (solution + 8 * group) % 16 < 16 * share ? 'length' : 'stop' }), 21);
  expect(judge(truncation, cut(0.5))).toMatchObject({ state: 'sick', onset: 21 });
  expect(judge(truncation, cut(0.125)).state).toBe('healthy');
  const unknown = withSolutions(plateau(), () => ({ finish: 'other' }));
  expect(judge(truncation, unknown)).toMatchObject({ state: 'unjudged' });
  expect(
    judge(
      truncation,
      withSeries(unknown, () => ({ truncated: 0.3 }), 11),
    ),
  ).toMatchObject({ state: 'sick', onset: 11 });
});

test('an end token that nobody counts', () => {
  const ended = (share: number) =>
    withSolutions(plateau(), (s, { step, solution }) => ({
      finish: (step * 8 + solution) % 100 < 100 * share ? 'length' : 'stop',
      text: `${s.text}<|im_end|>`,
    }));
  expect(judge(endToken, ended(0.9), { cap: 64 })).toMatchObject({ state: 'sick', onset: 1 });
  expect(judge(endToken, ended(0.9), { cap: 64 })).toHaveProperty('evidence', expect.stringContaining('<|im_end|>') as string);
  expect(judge(endToken, ended(0), { cap: 64 }).state).toBe('healthy');
  // At the cap it is truncation.
  expect(
    judge(
      endToken,
      withSolutions(ended(0.9), () => ({ tokens: 64 })),
      { cap: 64 },
    ).state,
  ).toBe('healthy');
  expect(judge(endToken, ended(0.9), { cap: null })).toEqual({
    state: 'unjudged',
    because: 'the cap on tokens is not recorded',
    record: '`sampling.max_tokens` in run.json',
  });
});

test('wrong solutions that grow to the cap', () => {
  const grown = (tokens: number) => withSolutions(plateau(), ({ correct }) => ({ tokens: correct === true ? 30 : tokens }), 30);
  expect(judge(lengthExplosion, grown(62), { cap: 50 })).toMatchObject({ state: 'sick' });
  expect(judge(lengthExplosion, grown(62), { cap: 80 }).state).toBe('healthy');
  expect(
    judge(
      lengthExplosion,
      withSolutions(plateau(), () => ({ tokens: 62 }), 30),
      { cap: 64 },
    ).state,
  ).toBe('healthy');
  expect(judge(lengthExplosion, grown(62), { cap: null }).state).toBe('unjudged');
  expect(
    judge(
      lengthExplosion,
      withSolutions(plateau(), () => ({ tokens: 0 })),
      { cap: 64 },
    ),
  ).toMatchObject({ record: '`tokens` of each solution' });
});

const traced = (run: readonly BuiltStep[], trace: (step: number) => Partial<ExaminedTrace>): BuiltStep[] =>
  run.map(({ step, groups }) => ({
    groups,
    step: { ...step, traces: [{ group: 0, solution: 1, sampler: null, ratio: null, ...trace(step.step) }] },
  }));
const gap = (kl: number, gap = -0.01) => ({ sampler: { tokens: 50, kl, gap, size: Math.abs(gap), worst: 7 } });

test('sampler and trainer that disagree, with the worst tokens', () => {
  expect(
    judge(
      samplerMismatch,
      traced(plateau(), (s) => gap(s < 20 ? 1e-4 : 0.02)),
    ),
  ).toMatchObject({
    state: 'sick',
    onset: 20,
    doors: [{ group: 0, solution: 1, token: 7 }, {}, {}, {}, {}],
  });
  expect(
    judge(
      samplerMismatch,
      traced(plateau(), () => gap(0.009)),
    ).state,
  ).toBe('healthy');
  expect(
    judge(
      samplerMismatch,
      traced(plateau(), () => gap(1e-4, 0.06)),
    ).state,
  ).toBe('sick');
  expect(judge(samplerMismatch, plateau())).toMatchObject({ state: 'unjudged' });
  // Three steps have 150 tokens.
  expect(judge(samplerMismatch, traced(plateau(), () => gap(0.02)).slice(0, 3)).state).toBe('unjudged');
});

test('top-p bias', () => {
  const below = traced(plateau(), (s) => gap(1e-4, s % 10 === 0 ? 0.01 : -0.01));
  expect(judge(truncatedSampling, below, { topP: 0.9 })).toMatchObject({ state: 'sick', onset: 1 });
  expect(judge(truncatedSampling, below, { topP: 1 }).state).toBe('healthy');
  expect(
    judge(
      truncatedSampling,
      traced(plateau(), (s) => gap(1e-4, s % 2 === 0 ? 0.01 : -0.01)),
      { topK: 20 },
    ).state,
  ).toBe('healthy');
  expect(judge(truncatedSampling, plateau(), { topP: 0.9 }).state).toBe('unjudged');
  expect(judge(truncatedSampling, below, { topP: null, topK: null }).state).toBe('unjudged');
});

test('stale samples, by version or by ratio', () => {
  const behind = (lag: number) => withSolutions(plateau(), (_, { step }) => ({ policyVersion: Math.max(0, step - lag) }), 20);
  expect(judge(staleSamples, behind(9))).toMatchObject({ state: 'sick', onset: 20 });
  expect(judge(staleSamples, behind(8)).state).toBe('healthy');
  const ratio = (outside: number) =>
    withSolutions(
      traced(plateau(), () => ({ ratio: { tokens: 100, outside, size: 0.1 } })),
      () => ({ advantage: -1 }),
    );
  expect(judge(staleSamples, ratio(6), { own: false })).toMatchObject({ state: 'sick', onset: 1 });
  expect(judge(staleSamples, ratio(5), { own: false }).state).toBe('healthy');
  expect(judge(staleSamples, plateau(), { own: false })).toMatchObject({ state: 'unjudged' });
});

test('stale samples of a policy that learned once from its own samples, by the ratio that is 1 no more', () => {
  const sized = (size: (step: number) => number) => traced(plateau(), (s) => ({ ratio: { tokens: 80, outside: 0, size: size(s) } }));
  expect(
    judge(
      staleSamples,
      sized((s) => (s < 30 ? 1e-7 : 0.03)),
    ),
  ).toMatchObject({ state: 'sick', onset: 30, evidence: expect.stringContaining('was 1 at first') as string });
  // Several updates for each exploration: never 1, and as far from it as at first.
  expect(
    judge(
      staleSamples,
      sized(() => 0.03),
    ).state,
  ).toBe('healthy');
  expect(
    judge(
      staleSamples,
      sized((s) => (s < 30 ? 1e-7 : 5e-4)),
    ).state,
  ).toBe('healthy');
});

test('a clip that never acts says nothing on policy, and something while the sampler drifts away', () => {
  const still = withSeries(plateau(), () => ({ 'clip-low': 0, 'clip-high': 0 }));
  expect(judge(clipNeverActive, plateau()).state).toBe('healthy');
  expect(judge(clipNeverActive, still).state).toBe('unjudged');
  expect(
    judge(
      clipNeverActive,
      traced(still, () => gap(1e-4)),
    ).state,
  ).toBe('healthy');
  expect(
    judge(
      clipNeverActive,
      traced(still, (s) => gap(s < 40 ? 5e-4 : 5e-3)),
    ),
  ).toMatchObject({ state: 'sick' });
  expect(judge(clipNeverActive, withoutSeries(plateau(), 'clip-low', 'clip-high')).state).toBe('unjudged');
});
