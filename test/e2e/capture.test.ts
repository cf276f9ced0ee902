/**
 * An unchanged TRL script, launched with capture from the command line. What was captured is compared with what it must follow from: rewards,
 * TRL's own metrics, and forward passes of another process over the checkpoints.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/protocol/events.js';
import { decodeArray, fromWire } from '../../src/protocol/arrays.js';
import { readIdentity } from '../../src/protocol/identity.js';
import { needs } from '../builders/needs.js';
import { type Captured, CaptureWorld, expectWhole, fixtures, logs, of, type Tokens, tokensOf } from './captureWorld.js';
import { trainerPython } from './trainers.js';

const versions = [
  {
    version: '1.13',
    python: process.env.GRPO_LAB_E2E_TRL ?? '',
    missing: process.env.GRPO_LAB_E2E_NO_TRL ?? 'There is no Python with TRL.',
  },
  { version: '1.16', ...trainerPython('trl-1.16.0') },
];
describe.each(versions)('a script of TRL $version is captured to the token without a change to it', ({ version, python, missing }) => {
  needs(python, missing);
  let world: CaptureWorld;

  beforeAll(() => {
    world = new CaptureWorld(python);
  });
  afterAll(() => world.remove());

  /**
   * Â of TRL: (r − mean) / (std + 1e-4), std with G − 1; the total r is the weighted sum of what functions had to say.
   * Source: TRL, GRPOTrainer._generate_and_score_completions.
   */
  function expectAdvantages({ events }: Captured): void {
    const weights: Record<string, number> = { checksum: 1, brevity: 0.5 };
    for (const { solutions } of of(events, 'group')) {
      const totals = solutions.map(({ rewards }) =>
        Object.entries(rewards).reduce((sum, [term, value]) => sum + weights[term] * fromWire(value), 0),
      );
      const mean = totals.reduce((sum, r) => sum + r, 0) / totals.length;
      const std = Math.sqrt(totals.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (totals.length - 1));
      solutions.forEach((solution, i) => {
        expect(Math.abs(fromWire(solution.reward) - totals[i])).toBeLessThan(1e-5);
        expect(Math.abs(fromWire(solution.advantage!) - (totals[i] - mean) / (std + 1e-4))).toBeLessThan(1e-5);
      });
    }
  }

  /** Mean over tokens of k3 × ratio: what TRL logs as `kl`, where one batch is one step. */
  const meanKl = (tokens: Tokens[]): number => {
    const terms = tokens.flatMap(({ old, ref, current }) =>
      current.map((logp, t) => (Math.exp(ref[t] - logp) - (ref[t] - logp) - 1) * Math.exp(logp - old[t])),
    );
    return terms.reduce((sum, k) => sum + k, 0) / terms.length;
  };
  const metric = ({ events }: Captured, step: number, name: string): number =>
    fromWire(of(events, 'metrics').find((event) => event.step === step && name in event.values)!.values[name]);

  /** The tokens of each step, as what was sampled then: prompts are read as bytes, of which the tiny tokenizer may put two together. */
  function expectTokenCounts(captured: Captured, steps: number[], sampledAt: (step: number) => number): void {
    for (const step of steps) {
      const solutions = of(captured.events, 'group').flatMap((g) => (g.step === sampledAt(step) ? g.solutions : []));
      const sampled = solutions.reduce((sum, s) => sum + s.tokens, 0);
      if (sampledAt(step) === step) expect(metric(captured, step, 'tokens/sampled')).toBe(sampled);
      const trained = metric(captured, step, 'tokens/trained');
      expect(metric(captured, step, 'sequences/trained')).toBe(solutions.length);
      // Each prompt is four bytes, in one to four tokens.
      expect(trained).toBeGreaterThanOrEqual(sampled + solutions.length);
      expect(trained).toBeLessThanOrEqual(sampled + 4 * solutions.length);
    }
  }

  test('one process: advantages, log-probabilities and KL are those of TRL and of forward passes of their own', async () => {
    const captured = await world.launch('one');
    expectWhole(captured, [1, 2, 3], 2);
    expectAdvantages(captured);
    await world.expectForwards(captured, (step) => step);
    for (const step of [1, 2, 3])
      expect(Math.abs(meanKl(tokensOf(captured).filter((t) => t.step === step)) - metric(captured, step, 'kl'))).toBeLessThan(1e-6);
    expect(metric(captured, 3, 'kl')).toBeGreaterThan(1e-3);
    expectTokenCounts(captured, [1, 2, 3], (step) => step);

    const { events, directory } = captured;
    const [group] = of(events, 'group');
    const [x, y] = group.question.slice(0, -1).split('+').map(Number);
    expect(group).toMatchObject({ gold: String(x + y), info: { level: x } });
    for (const { solutions } of of(events, 'group'))
      for (const { kl, finish, tokens, rewards, text } of solutions) {
        expect(kl).not.toBeNull();
        expect(finish).toBe(tokens < 12 ? 'stop' : finish);
        const sum = Array.from(text).reduce((n, c) => n + c.codePointAt(0)!, 0);
        expect('brevity' in rewards).toBe(sum % 3 !== 0); // None is not 0
      }
    expect(new Set(of(events, 'span').map(({ name }) => name))).toEqual(new Set(['sampling', 'grading', 'training']));
    expect(metric(captured, 2, 'reward/term/checksum')).toBeGreaterThan(0);
    expect(readIdentity(directory)!.sampling).toMatchObject({ temperature: 0.7, logp_temperature: 0.7, max_tokens: 12 });
    // Two layers of 32: 288 · 32 · 2 of the two tables at most, and some thousands of the layers.
    expect(readIdentity(directory)!.setup).toMatchObject({
      architecture: { layers: 2, width: 32, heads: 2, kv_heads: 1, hidden: 64 },
      ...{ dtype: 'float32', gradient_checkpointing: true, micro_batch: 8, sequences: 8, max_tokens: 12, sampler: 'policy' },
      ...{ zero: 0, processes: 1, reference: true, reward_model: false, device: 'cpu' },
    });
    const { parameters, trained, optimiser } = readIdentity(directory)!.setup!;
    expect(parameters).toBe(trained);
    expect(parameters).toBeGreaterThan(20_000);
    expect(optimiser).toMatch(/^adamw/);
    const handshake = JSON.parse(readFileSync(join(directory, 'capture', 'capture.json'), 'utf8')) as Record<string, unknown>;
    expect(handshake).toMatchObject({ trainer: 'trl.trainer.grpo_trainer.GRPOTrainer', ended: null });
    expect(logs(events, 'info').filter((message) => message.startsWith('Capture'))).toEqual([
      expect.stringContaining('has taken hold'),
      'Captured 6 groups, 24 solutions, 24 traces.',
    ]);
  });

  test('two updates over what was sampled, in two batches each', async () => {
    const captured = await world.launch('several', { args: ['--iterations=2', '--accumulation=2'] });
    expectWhole(captured, [1, 3], 4);
    expectAdvantages(captured);
    // Two steps learn from what the first of them has sampled.
    expectTokenCounts(captured, [1, 2], () => 1);
    // Of step 3 the last update is beyond the end of this run.
    await world.expectForwards(captured, (step) => Math.min(step + 1, 3));
    const [, ...moved] = tokensOf(captured).map(({ old, current }) => Math.max(...current.map((logp, t) => Math.abs(logp - old[t]))));
    expect(Math.max(...moved)).toBeGreaterThan(1e-3);
  });

  if (version !== '1.13') {
    test('LoRA: the reference is the policy without its adapter', async () => {
      const captured = await world.launch('lora', { args: ['--lora', '--batch=4'] });
      expectWhole(captured, [1, 2, 3], 1);
      expectAdvantages(captured);
      await world.expectForwards(captured, (step) => step);
      const moved = tokensOf(captured).flatMap(({ old, ref }) => old.map((logp, t) => Math.abs(logp - ref[t])));
      expect(Math.max(...moved)).toBeGreaterThan(1e-3);
    });
    return;
  }
  // What follows hangs on no version.

  test('two processes, of which each has a part of a group', async () => {
    const starter = ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=2'];
    const captured = await world.launch('both', { starter, args: ['--batch=6'] });
    expectWhole(captured, [1, 2, 3], 3);
    expectAdvantages(captured);
    await world.expectForwards(captured, (step) => step);
    expectTokenCounts(captured, [1, 2, 3], (step) => step);
    expect(readIdentity(captured.directory)!.setup).toMatchObject({ processes: 2, micro_batch: 6 });
    expect(new Set(of(captured.events, 'span').map(({ lane }) => lane))).toEqual(new Set(['rank 0', 'rank 1']));
    const [held] = of(captured.events, 'log').filter(({ message }) => message.includes('taken hold'));
    expect(held.message).toContain('2 processes');
  });

  test.each([
    ['one process', 'ends', []],
    ['two processes', 'goes on from there', ['-m', 'torch.distributed.run', '--standalone', '--nproc_per_node=2']],
  ])('%s: a script that looks for no request to stop saves a checkpoint at the very step, and %s', async (name, then, starter) => {
    const [id, steps] = [name.replace(' ', '-'), 6];
    const ended = world.start(id, { script: 'stoppable.py', starter, steps });
    const begun = (): Captured | undefined => {
      try {
        return world.read(id);
      } catch {
        return undefined; // not there yet
      }
    };
    let captured = begun();
    for (; !captured || of(captured.events, 'metrics').length < 2; captured = begun()) await sleep(200);
    writeFileSync(join(captured.directory, 'stop.request'), '');
    await ended.catch(() => undefined);
    const stopped = world.read(id);
    const last = of(stopped.events, 'status').at(-1)!;
    expect(last.state).toBe('stopped');
    expect(last.step).toBeLessThan(steps);
    expect(readdirSync(stopped.output).filter((file) => file.startsWith('checkpoint-'))).toEqual([`checkpoint-${last.step}`]);
    expect(Math.max(...of(stopped.events, 'group').map(({ step }) => step))).toBe(last.step);
    expect(logs(stopped.events, 'info')).toContain(`Asked to stop: a checkpoint is saved at step ${last.step}, and the training ends.`);

    if (then === 'ends') return;
    await world.cli('resume', world.idOf(id), '--python', python);
    const { events } = world.read(id);
    expect(of(events, 'resume').map(({ from_step }) => from_step)).toEqual([last.step]);
    expect(of(events, 'status').at(-1)).toMatchObject({ state: 'finished', step: steps });
    expect(of(events, 'group').map(({ step }) => step)).toEqual(Array.from({ length: 2 * steps }, (_, i) => Math.floor(i / 2) + 1));
  });

  test('an environment: its words are masked, the sampler has its own log-probabilities, the chat its turns', async () => {
    const captured = await world.launch('environment', { args: ['--environment', '--batch=4'] });
    expectWhole(captured, [1, 2, 3], 1);
    await world.expectForwards(captured, (step) => step);
    for (const trace of of(captured.events, 'trace')) {
      const mask = [...decodeArray(trace.mask!)];
      expect([mask.slice(0, 4), mask.slice(-3)]).toEqual([
        [1, 1, 1, 1],
        [1, 1, 1],
      ]);
      expect(mask.slice(4, -3)).toEqual(mask.slice(4, -3).map(() => 0));
      expect([...decodeArray(trace.logp_sampler!)]).toEqual(mask.map((_, t) => -0.125 * (t + 1)));
    }
    const [group] = of(captured.events, 'group');
    expect(group.question_turns).toMatchObject([{ role: 'user', kind: 'text' }]);
    const [{ start, end }] = group.question_turns!;
    expect(group.question.slice(start, end)).toMatch(/^\d\+\d=$/);
    for (const { text, turns } of group.solutions) {
      expect(text).toContain(' 漢:7 ');
      expect(turns).toMatchObject([{ role: 'assistant', kind: 'text' }]);
    }
  });

  test('what keeps the hook out is said with its reason, and the training goes on', async () => {
    const { events, output } = await world.launch('isolated', { script: 'untouched.py', starter: ['-E'] });
    expect(readdirSync(output)).toEqual(['trained']);
    expect(logs(events, 'warning').filter((message) => message.includes('captured'))).toEqual([
      expect.stringContaining('Python runs with -E'),
    ]);
    expect(of(events, 'status').at(-1)).toMatchObject({ state: 'finished' });
    expect(of(events, 'trace')).toEqual([]);
  });

  test('a fault in capture leaves the training as it is, to the last digit, and is told once', async () => {
    const output = join(world.folder, 'guard');
    const environment = { ...process.env, PYTHONPATH: resolve('python'), OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' };
    const { stdout } = await promisify(execFile)(python, [join(fixtures, 'guard.py'), output], { env: environment, maxBuffer: 64e6 });
    const results = JSON.parse(stdout) as Record<string, { log: unknown; events: RunEvent[]; stderr: string[] }>;
    const { plain, captured, start, thread, ...faults } = results;
    expect(plain).toMatchObject({ events: [], stderr: [] });
    expect(of(captured.events, 'trace')).toHaveLength(8);
    expect(captured.stderr).toEqual([]);
    for (const [name, { log }] of Object.entries(results)) expect(log, name).toEqual(plain.log);
    expect(Object.keys(faults).sort()).toEqual([
      '_after_forward',
      '_after_generation',
      '_after_log',
      '_after_loss',
      '_after_rewards',
      '_after_sampling',
      '_after_training_step',
    ]);
    for (const [name, { events, stderr }] of Object.entries(faults)) {
      // What is logged of a step is logged after it.
      const step = name === '_after_log' ? 2 : 1;
      expect(stderr, name).toEqual([expect.stringContaining(`capture has ended at step ${step}`)]);
      expect(logs(events, 'error'), name).toEqual([expect.stringContaining('a fault made by the test')]);
    }
    expect(start).toMatchObject({ events: [], stderr: [expect.stringContaining('nothing is captured')] });
    // What goes wrong with a trace leaves its solution as it is.
    expect(of(thread.events, 'group')).toHaveLength(2);
    expect(of(thread.events, 'trace')).toEqual([]);
    expect(logs(thread.events, 'warning')).toEqual(['Capture: 8 solutions have no trace: RuntimeError: a fault made by the test.']);
    expect(thread.stderr).toEqual([]);
  });
});
