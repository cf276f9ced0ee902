/** Every method of `grpo_lab.train` on the model that SFT has made, in one process of Python; what they have written follows from the method. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mean, populationStd } from '../../src/core/stats.js';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import { decodeArray, fromWire } from '../../src/protocol/arrays.js';
import type { EventOf, RunEvent } from '../../src/protocol/events.js';
import { readIdentity } from '../../src/protocol/identity.js';
import { linesOf, prepareRun } from '../builders/engineRun.js';
import { needs } from '../builders/needs.js';

const python = process.env.GRPO_LAB_E2E_TRL ?? '';

const of = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T): EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

/** One-digit sums: a small model gets some of them right after a few steps, and never all. */
const sums = Array.from({ length: 60 }, (_, i) => {
  const [a, b] = [i % 6, Math.floor(i / 6) % 5];
  return JSON.stringify({ question: `${i}: ${a}+${b}=?`, answer: `so\n#### ${a + b}` });
});

const steps = 3;
const base: Omit<ExperimentInput, 'name' | 'method' | 'policy'> = {
  backend: 'python',
  data: { questions: 'sums.jsonl' },
  sampling: { questions_per_step: 6, max_tokens: 13 },
  optimiser: { learning_rate: 1e-3 },
  benchmarks: [{ suite: 'held-out', size: 3, every: 100 }],
  python: { batch: 12 },
  steps,
};

const iterative: ExperimentInput['method'] = { name: 'grpo', group_size: 4, beta: 0.04, iterations: { every: 2, reward_updates: 2 } };
const supervised: ExperimentInput['method'] = { name: 'grpo', group_size: 4, supervision: 'process' };
/** Half of the groups of so easy sums are right as a whole, or wrong as a whole. */
const dapo: ExperimentInput['method'] = {
  ...{ name: 'grpo', group_size: 4, beta: 0.04, kl: 'k2', clip: { low: 0.2, high: 0.28 }, aggregate: 'token' },
  dynamic_sampling: true,
};
/** Far from what a new value model says, and nearly the same for all: whatever is sampled, its error falls. */
const nearlyConstant: ExperimentInput['reward'] = [
  { term: 'correct', weight: 0.1 },
  { term: 'regex', pattern: '^', weight: 4 },
];
const judgedBy = (from: string): ExperimentInput['reward'] => [{ term: 'correct' }, { term: 'reward_model', from, weight: 0.5 }];
const modelOf = (run: string) => ({ run, step: steps, checkpoint: `checkpoints/checkpoint-${steps}` });

describe('methods in Python', () => {
  needs(python, process.env.GRPO_LAB_E2E_NO_TRL ?? 'There is no Python with TRL.');
  let folder = '';
  let env: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    if (python === '') return;
    folder = mkdtempSync(join(tmpdir(), 'grpo-lab-methods-'));
    const questions = join(folder, 'sums.jsonl');
    writeFileSync(questions, sums.join('\n'));
    const data = { questions };
    const parent = { run: 'sft', step: 60, checkpoint: 'checkpoints/checkpoint-60' };
    const policy = { from: 'sft' };
    const prepare = (id: string, input: Partial<ExperimentInput>, ...origins: (typeof parent)[]): string =>
      prepareRun(folder, id, { ...base, name: id, data, policy, ...input } as ExperimentInput, ...origins);
    const directories = [
      prepare('pretrain', {
        policy: { preset: 'nano-2l' },
        data: { preset: 'deepseekmath', context_length: 64 },
        method: { name: 'pretrain', batch_tokens: 512 },
        benchmarks: [{ suite: 'held-out', size: 2, every: 100 }],
        optimiser: { learning_rate: 4e-3 },
      }),
      prepare('sft', {
        policy: { preset: 'nano-2l' },
        method: { name: 'sft', batch_size: 16 },
        optimiser: { learning_rate: 4e-3 },
        steps: 60,
      }),
      prepare('rft', { method: { name: 'rft', group_size: 8 } }, parent),
      prepare('online-rft', { method: { name: 'online-rft', group_size: 8 } }, parent),
      prepare('dpo', { method: { name: 'dpo', group_size: 8 } }, parent),
      prepare(
        'ppo',
        {
          method: { name: 'ppo', group_size: 4, value_warmup_steps: 1, updates_per_exploration: 2, value_learning_rate: 1e-2 },
          reward: nearlyConstant,
        },
        parent,
      ),
      prepare('outcome-reward', { method: { name: 'outcome-reward', group_size: 8 } }, parent),
      prepare('process-reward', { method: { name: 'process-reward', group_size: 4, rollouts: 2 } }, parent),
      prepare('iterative', { method: iterative, reward: judgedBy('outcome-reward') }, parent, modelOf('outcome-reward')),
      prepare('dapo', { method: dapo }, parent),
      prepare('supervised', { method: supervised, reward: judgedBy('process-reward') }, parent, modelOf('process-reward')),
    ];
    prepare('kl', { method: { name: 'grpo', group_size: 4, beta: 0.3 } }, parent);
    env = {
      ...process.env,
      PYTHONPATH: [resolve('python'), process.env.PYTHONPATH ?? ''].join(delimiter),
      GRPO_LAB_NODE: process.execPath,
      OMP_NUM_THREADS: '1',
      HF_HUB_OFFLINE: '1',
    };
    await promisify(execFile)(python, ['-B', resolve('test/fixtures/train/methods.py'), ...directories], { env, maxBuffer: 64e6 });
  }, 1_800_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  const eventsOf = (run: string): RunEvent[] => linesOf(join(folder, run)) as RunEvent[];
  const curve = (run: string, name: string): number[] =>
    of(eventsOf(run), 'metrics').flatMap(({ values }) => (name in values ? [fromWire(values[name])] : []));
  const solutionsOf = (run: string) => of(eventsOf(run), 'group').flatMap(({ solutions }) => solutions);

  test.each(['rft', 'online-rft', 'dpo', 'ppo', 'iterative', 'supervised'])('%s comes to its end, with all of its groups', (run) => {
    const events = eventsOf(run);
    expect(of(events, 'status').at(-1)).toMatchObject({ state: 'finished', step: steps });
    expect(of(events, 'log').filter(({ level }) => level !== 'info')).toEqual([]);
    expect(of(events, 'group').map(({ step, group }) => `${step}.${group}`)).toEqual(
      Array.from({ length: 18 }, (_, i) => `${Math.floor(i / 6) + 1}.${i % 6}`),
    );
    expect(curve(run, 'accuracy/train').length).toBe(steps);
    const right = solutionsOf(run).map((s) => s.correct);
    expect([right.includes(true), right.includes(false)]).toEqual([true, true]);
    expect(of(events, 'checkpoint').at(-1)?.step).toBe(steps);
  });

  test.each(['pretrain', 'sft', 'rft', 'dpo', 'outcome-reward', 'process-reward'])('%s tells what it trains on, and how long', (run) => {
    const { setup } = readIdentity(join(folder, run))!;
    expect(setup).toMatchObject({ architecture: { layers: 2, width: 64 }, dtype: 'float32', processes: 1, device: 'cpu', max_tokens: 13 });
    const [tokens, seconds] = [curve(run, 'tokens/trained'), curve(run, 'seconds/train')];
    expect(tokens.length).toBe(run === 'sft' ? 60 : steps);
    expect(tokens.every((n) => n > 0)).toBe(true);
    expect(seconds.every((n) => n > 0)).toBe(true);
    expect(tokens.length).toBe(seconds.length);
  });

  test.each(['online-rft', 'ppo', 'iterative'])('%s tells what it samples and trains on', (run) => {
    const updates = run === 'ppo' ? 2 : 1;
    const told = of(eventsOf(run), 'group');
    for (const [i, sampled] of curve(run, 'tokens/sampled').entries()) {
      const solutions = told.flatMap((g) => (g.step === i + 1 ? g.solutions : []));
      expect(sampled).toBe(solutions.reduce((sum, s) => sum + s.tokens, 0));
      expect(curve(run, 'sequences/trained')[i]).toBe(updates * solutions.length);
      expect(curve(run, 'tokens/trained')[i]).toBeGreaterThan(updates * sampled);
    }
    expect(curve(run, 'tokens/sampled')).toHaveLength(steps);
    expect(readIdentity(join(folder, run))!.setup).toMatchObject({ sampler: 'policy', reward_model: run === 'iterative' });
  });

  test.each(['rft', 'online-rft'])('the coefficients of %s are I(o)', (run) => {
    for (const s of solutionsOf(run)) expect(fromWire(s.advantage!)).toBe(s.correct ? 1 : 0);
  });

  test('pre-training reads a mixture, and gets better at documents that it has not read', () => {
    expect(of(eventsOf('pretrain'), 'status').at(-1)).toMatchObject({ state: 'finished', step: steps });
    const shares = ['math-web', 'algebra', 'arxiv', 'code', 'prose'].map((source) => curve('pretrain', `mixture/${source}`)[0]);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    expect(shares[0]).toBeGreaterThan(0.4);
    const losses = curve('pretrain', 'loss/held_out');
    // Nearly ln 258 where nothing is known of the next byte.
    expect(losses[0]).toBeCloseTo(Math.log(258), 0);
    expect(losses.at(-1)).toBeLessThan(losses[0]);
  });

  test('estimates of KL: loss and gradient are those of autograd over the formula, k3 those of TRL', async () => {
    const { stdout } = await promisify(execFile)(python, ['-B', resolve('test/fixtures/train/kl.py'), join(folder, 'kl')], { env });
    const found = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, number>[];
    expect(found.map(({ loss_type, estimator }) => `${loss_type} ${estimator}`)).toHaveLength(9);
    for (const { loss, expected, kl, mean: ofTokens, error, ...which } of found) {
      expect(Math.abs(loss - expected), JSON.stringify(which)).toBeLessThan(1e-5);
      expect(Math.abs(kl - ofTokens), JSON.stringify(which)).toBeLessThan(1e-5);
      expect(error, JSON.stringify(which)).toBeLessThan(1e-4);
    }
  });

  test('dynamic sampling: every group that is learned from has a signal, the others are told as not learned from', () => {
    expect(of(eventsOf('dapo'), 'status').at(-1)).toMatchObject({ state: 'finished', step: steps });
    const traces = of(eventsOf('dapo'), 'trace');
    let learned = 0;
    for (const { step, group, solutions } of of(eventsOf('dapo'), 'group')) {
      const hasSignal = new Set(solutions.map(({ reward }) => fromWire(reward))).size > 1;
      for (const trace of traces.filter((t) => t.step === step && t.group === group)) {
        // Left out: all are learned from.
        expect(trace.mask === undefined || decodeArray(trace.mask).some((m) => m === 1)).toBe(hasSignal);
      }
      if (hasSignal) learned++;
    }
    const [rounds, sampled] = [curve('dapo', 'groups/rounds'), curve('dapo', 'groups/sampled')];
    expect(learned).toBeGreaterThan(0);
    expect(sampled).toEqual(rounds.map((n) => 6 * n));
    expect(Math.max(...rounds)).toBeGreaterThan(1);
    expect(Math.max(...rounds)).toBeLessThanOrEqual(5);
    expect(curve('dapo', 'tokens/sampled').every((n, i) => rounds[i] === 1 || n > solutionTokens('dapo', i + 1))).toBe(true);
    expect(curve('dapo', 'kl').length).toBe(steps);
  });

  const solutionTokens = (run: string, step: number): number =>
    of(eventsOf(run), 'group').reduce((sum, g) => (g.step === step ? g.solutions.reduce((n, s) => n + s.tokens, sum) : sum), 0);

  test('DPO begins where policy and reference are one: −log σ(0)', () => {
    expect(curve('dpo', 'loss')[0]).toBeCloseTo(Math.LN2, 4);
    expect(curve('dpo', 'loss').at(-1)).not.toBeCloseTo(Math.LN2, 4);
  });

  test.each(['outcome-reward', 'process-reward'])('%s begins between right and wrong, and says how it orders held-out solutions', (run) => {
    expect(of(eventsOf(run), 'status').at(-1)).toMatchObject({ state: 'finished', step: steps });
    expect(curve(run, 'loss')[0]).toBeCloseTo(Math.LN2, 0);
    const judged = of(eventsOf(run), 'benchmark');
    expect(judged.map(({ step, mode }) => `${step} ${mode}`)).toEqual(['0 pairs in order', `${steps} pairs in order`]);
    expect(curve(run, 'reward_model/accuracy')).toEqual(judged.map(({ value }) => fromWire(value)));
  });

  test('iterative GRPO adds what the reward model says, and teaches it on with replayed pairs', () => {
    for (const s of solutionsOf('iterative')) {
      const [right, probability] = [fromWire(s.rewards.correct), fromWire(s.rewards.reward_model)];
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
      expect(fromWire(s.reward)).toBeCloseTo(right + 0.5 * probability, 4);
    }
    expect(curve('iterative', 'reward_model/loss')).toHaveLength(1);
    // The reference follows after the second step: the third begins where policy and reference are one.
    const taught = of(eventsOf('iterative'), 'group').some((g) => g.step === 1 && g.solutions.some((s) => fromWire(s.advantage!) !== 0));
    expect(curve('iterative', 'kl')[1] > 0).toBe(taught);
    expect(Math.abs(curve('iterative', 'kl')[2])).toBeLessThan(1e-6);
  });

  test('process supervision weighs tokens by the steps from there on', () => {
    const traces = of(eventsOf('supervised'), 'trace');
    expect(traces).toHaveLength(18 * 4);
    const differ = traces.filter((t) => new Set(decodeArray(t.advantage!)).size > 1);
    expect(differ.length).toBeGreaterThan(0);
    for (const { step, group, solutions } of of(eventsOf('supervised'), 'group')) {
      solutions.forEach((s, i) => {
        const trace = traces.find((t) => t.step === step && t.group === group && t.solution === i)!;
        expect(fromWire(s.advantage!)).toBeCloseTo(mean([...decodeArray(trace.advantage!)]), 4);
      });
    }
  });

  test('PPO weighs tokens by whitened advantages, and its value model learns', () => {
    const traces = of(eventsOf('ppo'), 'trace');
    expect(traces).toHaveLength(18 * 4);
    for (let step = 1; step <= steps; step++) {
      const advantages = traces.filter((t) => t.step === step).flatMap((t) => [...decodeArray(t.advantage!)]);
      expect(mean(advantages)).toBeCloseTo(0, 4);
      expect(populationStd(advantages)).toBeCloseTo(1, 4);
    }
    const losses = curve('ppo', 'critic/loss');
    expect(losses).toHaveLength(steps);
    expect(losses.at(-1)).toBeLessThan(losses[0]);
    // The first step teaches the value model alone; from then on the policy moves away from the reference.
    expect(curve('ppo', 'loss')[0]).toBe(0);
    expect(curve('ppo', 'loss').at(-1)).not.toBe(0);
  });
});
