import { afterAll, describe, expect, test } from 'vitest';
import { Policy, type Sequence } from '../../../src/engine/model/policy.js';
import { presetConfig, parameterCount } from '../../../src/engine/model/modelConfig.js';
import { Random } from '../../../src/engine/random.js';
import { grpoGradientCoefficient, grpoTokenLoss, symmetric } from '../../../src/core/objective.js';
import { Graph, gradients, sumAll } from '../../../src/engine/graph/index.js';
import { shaken } from '../../builders/shake.js';
import { compile64, numbers } from './float64.js';
import { grpo, sft } from './objectives.js';

const config = { vocabulary: 12, width: 16, layers: 2, heads: 2, hidden: 24 };
const optimiser = { learningRate: 3e-3, beta1: 0.9, beta2: 0.95, weightDecay: 0.01, maxGradNorm: 1 };
const made: Policy[] = [];
const aPolicy = async (seed = 1) => {
  const policy = await Policy.create(config, { seed: shaken(seed), threads: 2 });
  made.push(policy);
  return policy;
};
afterAll(() => Promise.all(made.map((p) => p.dispose())));

const end = 11;
/** Counting on from the prompt: something to learn. */
const counting = (from: number, length: number): Sequence => ({
  prompt: [from, from + 1],
  response: [...Array.from({ length }, (_, i) => (from + 2 + i) % 10), end],
});
const lessons = Array.from({ length: 9 }, (_, i) => counting(i % 8, 3 + (i % 4)));
const weights = lessons.map((s) => 1 / (lessons.length * s.response.length));
const learn = (policy: Policy) => policy.update({ sequences: lessons, weights }, sft, optimiser);
const options = (seed: number, temperature = 1) => ({
  maxTokens: 12,
  temperature,
  endToken: end,
  random: Random.derive(shaken(seed), 'test').next,
});

test('responses end at a stop token too, and each may be as long as its own limit', async () => {
  const policy = await aPolicy();
  for (let i = 0; i < 150; i++) await learn(policy);
  const prompts = [
    [0, 1],
    [2, 3],
    [4, 5],
  ];
  const samples = await policy.sample(prompts, { ...options(1, 0), maxTokens: [2, 9, 9], stopTokens: [6] });
  expect(samples.map((s) => s.tokens)).toEqual([[2, 3], [4, 5, 6], [6]]);
  expect(samples.map((s) => s.finish)).toEqual(['length', 'stop', 'stop']);
  await expect(policy.sample([[1]], { ...options(1), maxTokens: [0] })).rejects.toThrow('at least one token');
});

test('the presets have the sizes their descriptions promise', () => {
  expect(parameterCount(presetConfig('tiny-2l', 40)) / 1e6).toBeCloseTo(0.34, 2);
  expect(parameterCount(presetConfig('tiny-4l', 40)) / 1e6).toBeCloseTo(0.8, 2);
});

test('a policy learns to count, and then samples what it learned', async () => {
  const policy = await aPolicy();
  const first = (await learn(policy)).loss;
  expect(first).toBeCloseTo(Math.log(config.vocabulary), 5);
  for (let i = 0; i < 150; i++) await learn(policy);
  expect((await learn(policy)).loss).toBeLessThan(0.2 * first);
  const [sample] = await policy.sample([[3, 4]], { ...options(1, 0), maxTokens: 3 });
  expect(sample.tokens).toEqual([5, 6, 7]);
  expect(sample.finish).toBe('length');
});

describe('same seed and threads, same bits', () => {
  test('of parameters, samples and scores', async () => {
    const [a, b, other] = [await aPolicy(5), await aPolicy(5), await aPolicy(6)];
    expect(a.parameters).toEqual(b.parameters);
    expect(a.parameters).not.toEqual(other.parameters);
    for (let i = 0; i < 5; i++) expect(await learn(a)).toEqual(await learn(b));
    expect(a.parameters).toEqual(b.parameters);
    const prompts = [[1, 2], [1, 2], [3], [4, 5, 6]];
    expect(await a.sample(prompts, options(3))).toEqual(await b.sample(prompts, options(3)));
    expect(await a.sample(prompts, options(3))).not.toEqual(await a.sample(prompts, options(4)));
    expect(await a.score(lessons)).toEqual(await b.score(lessons));
  });

  test('of a policy restored from its state, whatever it did before', async () => {
    const a = await aPolicy(5);
    for (let i = 0; i < 4; i++) await learn(a);
    const saved = { parameters: a.parameters.slice(), m: a.moments.m.slice(), v: a.moments.v.slice(), updates: a.updates };
    const b = await aPolicy(99);
    await learn(b);
    await b.sample([[1, 2, 3, 4, 5], [6]], options(8));
    b.parameters.set(saved.parameters);
    b.moments.m.set(saved.m);
    b.moments.v.set(saved.v);
    b.updates = saved.updates;
    for (let i = 0; i < 4; i++) expect(await learn(b)).toEqual(await learn(a));
    expect(b.parameters).toEqual(a.parameters);
    expect(await b.sample([[1, 2]], options(3))).toEqual(await a.sample([[1, 2]], options(3)));
  });
});

describe('sampling', () => {
  test('gives the log-probabilities and entropies that scoring the samples gives, for prompts of any lengths', async () => {
    const policy = await aPolicy(2);
    for (let i = 0; i < 10; i++) await learn(policy);
    const prompts = [[1, 2, 3, 4, 5, 6], [7], [8, 9], [7], [0, 1, 2], ...Array.from({ length: 20 }, (_, i) => [i % 10, 3])];
    const samples = await policy.sample(prompts, options(1));
    expect(new Set(samples.map((s) => s.tokens.length)).size).toBeGreaterThan(3);
    const scores = await policy.score(samples.map((s, i) => ({ prompt: prompts[i], response: s.tokens })));
    samples.forEach((s, i) => {
      expect(s.tokens.indexOf(end)).toBe(s.finish === 'stop' ? s.tokens.length - 1 : -1);
      expect(s.finish === 'length').toBe(s.tokens.length === 12 && s.tokens[11] !== end);
      s.logp.forEach((x, t) => expect(x).toBeCloseTo(scores[i].logp[t], 5));
      s.entropy.forEach((x, t) => expect(x).toBeCloseTo(scores[i].entropy[t], 5));
    });
  });

  test('tells every token as it is drawn, and ends when the one who hears it throws', async () => {
    const policy = await aPolicy(2);
    for (let i = 0; i < 10; i++) await learn(policy);
    const prompts = [[1, 2, 3], [7], [8, 9], [7]];
    const heard = prompts.map((): number[] => []);
    const drawn = (tokens: readonly { row: number; token: number }[]) => tokens.forEach(({ row, token }) => heard[row].push(token));
    const samples = await policy.sample(prompts, { ...options(1), drawn });
    expect(heard).toEqual(samples.map((s) => s.tokens));
    const enough = () => {
      throw new Error('enough');
    };
    await expect(policy.sample(prompts, { ...options(1), drawn: enough })).rejects.toThrow('enough');
    expect(await policy.sample(prompts, options(1))).toEqual(samples);
  });

  test('follows the distribution: tokens come as often as their probability says', async () => {
    const policy = await aPolicy(2);
    for (let i = 0; i < 5; i++) await learn(policy);
    const count = 4000;
    const prompts = Array.from({ length: count }, () => [2, 3]);
    const samples = await policy.sample(prompts, { ...options(1), maxTokens: 1 });
    const probabilities = new Map(samples.map((s) => [s.tokens[0], Math.exp(s.logp[0])]));
    for (const [token, p] of probabilities) {
      const share = samples.filter((s) => s.tokens[0] === token).length / count;
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / count));
    }
  });

  test('at temperature 0 takes the likeliest token and no random number; ranks count the likelier ones', async () => {
    const policy = await aPolicy(2);
    for (let i = 0; i < 10; i++) await learn(policy);
    const forbidden = () => {
      throw new Error('no randomness');
    };
    const greedy = await policy.sample([[2, 3], [5]], { ...options(1, 0), random: forbidden });
    for (const s of greedy) expect(s.rank.every((r) => r === 0)).toBe(true);
    const warm = await policy.sample(
      Array.from({ length: 50 }, () => [2, 3]),
      options(1, 5),
    );
    expect(warm.some((s) => s.rank.some((r) => r > 3))).toBe(true);
  });

  test('one prompt by itself or among others gives the same greedy answer', async () => {
    const policy = await aPolicy(2);
    // Learned well: the likeliest token is so by far, whatever rounding does to it in a larger batch.
    for (let i = 0; i < 150; i++) await learn(policy);
    const [alone] = await policy.sample([[4, 5]], options(1, 0));
    const among = await policy.sample([[1, 2, 3, 4, 5, 6, 7], [4, 5], [9]], options(1, 0));
    expect(among[1].tokens).toEqual(alone.tokens);
    alone.logp.forEach((x, t) => expect(among[1].logp[t]).toBeCloseTo(x, 5));
  });
});

test('a large batch, learned from in parts, moves the parameters as its parts together', async () => {
  const [whole, again] = [await aPolicy(3), await aPolicy(3)];
  const many = Array.from({ length: 400 }, (_, i) => counting(i % 8, 2 + (i % 5)));
  const weightsOf = (list: Sequence[]) => list.map((s) => 1 / (many.length * s.response.length));
  const flat = { ...optimiser, beta1: 0, learningRate: 0, maxGradNorm: 1e9 };
  const { loss } = await whole.update({ sequences: many, weights: weightsOf(many) }, sft, flat);
  const sum = new Float64Array(whole.parameters.length);
  let parts = 0;
  for (const half of [many.slice(0, 150), many.slice(150)]) {
    parts += (await again.update({ sequences: half, weights: weightsOf(half) }, sft, flat)).loss;
    again.moments.m.forEach((x, i) => (sum[i] += x));
  }
  expect(parts).toBeCloseTo(loss, 5);
  whole.moments.m.forEach((x, i) => expect(Math.abs(x - sum[i])).toBeLessThan(1e-5));
});

test('a clone keeps its parameters while the original learns, and outlives it', async () => {
  const policy = await Policy.create(config, { seed: shaken(4), threads: 2 });
  const frozen = policy.clone();
  const before = await frozen.score(lessons);
  await learn(policy);
  expect(await policy.score(lessons)).not.toEqual(before);
  await policy.dispose();
  await policy.dispose();
  expect(await frozen.score(lessons)).toEqual(before);
  expect(() => policy.clone()).toThrow('disposed');
  await frozen.dispose();
});

test('the graph’s slope of the GRPO token loss is the closed-form gradient coefficient, on both sides of the clip', async () => {
  const [epsilon, beta, count] = [0.2, 0.04, 60];
  const g = new Graph();
  const node = (name: string) => g.input(name, [count]);
  const t = {
    logp: node('logp'),
    advantage: node('advantage'),
    logpOld: node('logpOld'),
    logpRef: node('logpRef'),
    label: node('label'),
    response: node('response'),
  };
  const tokenLoss = grpo(epsilon, beta).loss(t);
  const [slope] = gradients(sumAll(tokenLoss), [t.logp]);
  const run = await compile64({ tokenLoss, slope });
  const dims = [count];
  const feeds = {
    logp: { data: numbers(count, -3, -0.1, 1), dims },
    advantage: { data: numbers(count, -2, 2, 2), dims },
    logpOld: { data: numbers(count, -3, -0.1, 3), dims },
    logpRef: { data: numbers(count, -3, -0.1, 4), dims },
  };
  const out = await run(feeds);
  const settings = { clip: symmetric(epsilon), beta };
  for (let i = 0; i < count; i++) {
    const token = {
      logp: feeds.logp.data[i],
      advantage: feeds.advantage.data[i],
      logpOld: feeds.logpOld.data[i],
      logpRef: feeds.logpRef.data[i],
    };
    expect(out.tokenLoss[i]).toBeCloseTo(grpoTokenLoss(token, settings), 10);
    expect(-out.slope[i]).toBeCloseTo(grpoGradientCoefficient(token, settings), 10);
  }
});

describe('what cannot be right is refused with a reason', () => {
  test('token ids outside the vocabulary', async () => {
    const policy = await aPolicy();
    await expect(policy.score([{ prompt: [1], response: [12] }])).rejects.toThrow(
      'Response 0: token id 12 is outside the vocabulary of 12.',
    );
    await expect(policy.sample([[-1]], options(1))).rejects.toThrow('Prompt 0: token id -1');
  });

  test('empty prompts and responses, missing or misaligned inputs', async () => {
    const policy = await aPolicy();
    await expect(policy.sample([[]], options(1))).rejects.toThrow('Prompt 0 is empty');
    await expect(policy.score([{ prompt: [1], response: [] }])).rejects.toThrow('Sequence 0 needs');
    await expect(policy.update({ sequences: lessons, weights: [1] }, sft, optimiser)).rejects.toThrow('1 weights for 9 sequences');
    await expect(policy.update({ sequences: lessons, weights }, grpo(0.2, 0), optimiser)).rejects.toThrow(
      'needs advantage for every token',
    );
  });

  test('a diverged policy', async () => {
    const policy = await aPolicy();
    policy.parameters.fill(NaN);
    await expect(learn(policy)).rejects.toThrow('diverged');
    await expect(policy.sample([[1]], options(1))).rejects.toThrow('diverged');
    expect(policy.updates).toBe(0);
  });
});
