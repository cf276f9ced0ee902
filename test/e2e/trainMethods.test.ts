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
const judgedBy = (from: string): ExperimentInput['reward'] => [{ term: 'correct' }, { term: 'reward_model', from, weight: 0.5 }];
const modelOf = (run: string) => ({ run, step: steps, checkpoint: `checkpoints/checkpoint-${steps}` });

describe('methods in Python', () => {
  needs(python, process.env.GRPO_LAB_E2E_NO_TRL ?? 'There is no Python with TRL.');
  let folder = '';

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
      prepare('ppo', { method: { name: 'ppo', group_size: 4, value_warmup_steps: 1, updates_per_exploration: 2 } }, parent),
      prepare('outcome-reward', { method: { name: 'outcome-reward', group_size: 8 } }, parent),
      prepare('process-reward', { method: { name: 'process-reward', group_size: 4, rollouts: 2 } }, parent),
      prepare('iterative', { method: iterative, reward: judgedBy('outcome-reward') }, parent, modelOf('outcome-reward')),
      prepare('supervised', { method: supervised, reward: judgedBy('process-reward') }, parent, modelOf('process-reward')),
    ];
    const env = {
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
