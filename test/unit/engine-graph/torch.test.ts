/** The trainer's arithmetic against numbers that PyTorch computed in float64 (python/fixtures/make_torch_fixtures.py). */
import { afterAll, beforeEach, expect, test } from 'vitest';
import fixture from '../../fixtures/torch/transformer.json' with { type: 'json' };
import { parameterLayout } from '../../../src/engine/model/modelConfig.js';
import { Policy, type Optimiser } from '../../../src/engine/model/policy.js';
import { grpo, sft } from './objectives.js';

const { config, sequences } = fixture;
const weights = sequences.map((s) => 1 / (sequences.length * s.response.length));
/** Keeps the parameters where they are, so that a loss can be read from an update. */
const still: Optimiser = { learningRate: 0, beta1: 0, beta2: 0.95, weightDecay: 0, maxGradNorm: 1e9 };

const original = await Policy.create(config, { seed: 1, threads: 2 });
original.parameters.set(fixture.parameters);
let policy: Policy;
beforeEach(() => {
  policy = original.clone();
});
afterAll(() => original.dispose());

/** Largest difference, in units of the largest expected number. */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return expected.reduce((worst, x, i) => Math.max(worst, Math.abs(actual[i] - x) / scale), 0);
}

/** With β₁ = 0 Adam's first moment is the gradient itself. */
const gradientOfLastUpdate = (): Float32Array => policy.moments.m;

test('both agree on how many parameters there are and in which order', () => {
  const layout = parameterLayout(config);
  expect(layout.at(-1)!.offset + layout.at(-1)!.size).toBe(fixture.parameters.length);
});

test('log-probabilities and entropies of response tokens', async () => {
  const scores = await policy.score(sequences);
  fixture.scores.forEach((expected, i) => {
    expect(distance(scores[i].logp, expected.logp)).toBeLessThan(2e-6);
    expect(distance(scores[i].entropy, expected.entropy)).toBeLessThan(2e-6);
  });
});

test('what the sampler sees after a prompt is the distribution that PyTorch gives', async () => {
  const prompt = fixture.sequences[0].prompt;
  const expected = fixture.logProbabilities.slice((prompt.length - 1) * config.vocabulary);
  const [greedy] = await policy.sample([prompt], { maxTokens: 1, temperature: 0, endToken: -1, random: () => 0 });
  expect(greedy.tokens).toEqual([expected.indexOf(Math.max(...expected))]);
  expect(greedy.logp[0]).toBeCloseTo(Math.max(...expected), 5);
});

test('SFT: loss and gradient', async () => {
  const { loss, gradNorm } = await policy.update({ sequences, weights }, sft, still);
  expect(loss).toBeCloseTo(fixture.sft.loss, 5);
  expect(distance(gradientOfLastUpdate(), fixture.sft.gradient)).toBeLessThan(5e-6);
  expect(gradNorm).toBeCloseTo(Math.hypot(...fixture.sft.gradient), 5);
});

test('GRPO: loss and gradient, with ratios on both sides of the clip range', async () => {
  const { epsilon, beta, inputs } = fixture.grpo;
  const of = (name: 'advantage' | 'logpOld' | 'logpRef') => inputs.map((x) => x[name]);
  const batch = { sequences, weights, advantage: of('advantage'), logpOld: of('logpOld'), logpRef: of('logpRef') };
  const { loss, logp } = await policy.update(batch, grpo(epsilon, beta), still);
  expect(loss).toBeCloseTo(fixture.grpo.loss, 5);
  expect(distance(gradientOfLastUpdate(), fixture.grpo.gradient)).toBeLessThan(1e-5);
  fixture.scores.forEach((expected, i) => expect(distance(logp[i], expected.logp)).toBeLessThan(2e-6));
});

test('a few steps of AdamW with weight decay and a clipped gradient', async () => {
  for (const [i, expected] of fixture.adamw.losses.entries()) {
    const { loss, gradNorm } = await policy.update({ sequences, weights }, sft, fixture.adamw);
    expect(loss).toBeCloseTo(expected, 4);
    expect(gradNorm).toBeGreaterThan(fixture.adamw.maxGradNorm);
    expect(gradNorm).toBeCloseTo(fixture.adamw.gradNorms[i], 4);
  }
  expect(distance(policy.parameters, fixture.adamw.parameters)).toBeLessThan(1e-4);
});
