import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeAdvantages } from '../../src/core/advantages.js';
import { checkpointPath, checkpointSteps, readCheckpoint } from '../../src/engine/checkpoint.js';
import { splitOf } from '../../src/engine/tasks/taskQuestions.js';
import type { ExperimentInput } from '../../src/experiment/schema.js';
import { traceNumbers } from '../../src/protocol/decodeTrace.js';
import { runEvent, type EventOf, type EventType, type RunEvent } from '../../src/protocol/events.js';
import { layout } from '../../src/protocol/layout.js';
import type { RunIdentity } from '../../src/protocol/runFiles.js';
import { metrics } from '../../src/protocol/metrics.js';
import { linesOf, prepareRun, startEngine, untilEvents } from '../builders/engineRun.js';

const sft: ExperimentInput = {
  name: 'small-sft',
  policy: { preset: 'tiny-2l' },
  method: { name: 'sft', batch_size: 8 },
  data: { generator: 'mixed', levels: [1, 2] },
  sampling: { max_tokens: 12 },
  optimiser: { learning_rate: 3e-3, warmup_steps: 2, schedule: 'cosine' },
  steps: 6,
  benchmarks: [{ suite: 'held-out', size: 5, every: 3 }],
  checkpoints: { every: 2, keep: 2 },
  seed: 5,
  launch: { threads: 1 },
};

const grpo: ExperimentInput = {
  ...sft,
  name: 'small-grpo',
  policy: { from: 'small-sft' },
  method: { name: 'grpo', group_size: 3, updates_per_exploration: 2 },
  reward: [{ term: 'correct' }, { term: 'format', weight: 0.5 }],
  sampling: { questions_per_step: 2, max_tokens: 12 },
  steps: 5,
  checkpoints: { every: 1, keep: 10 },
};

let runs: string;
let parent: NonNullable<RunIdentity['parent']>;
beforeAll(async () => {
  runs = mkdtempSync(join(tmpdir(), 'engine-'));
  const end = await startEngine(prepareRun(runs, 'sft', sft)).ended;
  expect(end).toMatchObject({ code: 0, stderr: '' });
  parent = { run: 'sft', step: 6, checkpoint: checkpointPath(6) };
});
afterAll(() => rmSync(runs, { recursive: true, force: true }));

const eventsOf = (runDir: string): RunEvent[] => linesOf(runDir).map((line) => runEvent.parse(line));

const of = <T extends EventType>(events: readonly RunEvent[], type: T): EventOf<T>[] =>
  events.filter((e): e is EventOf<T> => e.type === type);
/** Whether two runs ended with the very same bits: weights, moments, random states (`toEqual` would take a minute for megabytes). */
const endEqually = (a: string, b: string, step: number): boolean =>
  readFileSync(join(a, checkpointPath(step))).equals(readFileSync(join(b, checkpointPath(step))));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('a finished run', () => {
  test('of SFT has metrics at every step, benchmarks on schedule, and the newest checkpoints', () => {
    const events = eventsOf(join(runs, 'sft'));
    const steps = of(events, 'metrics');
    expect(steps.map((e) => e.step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (const e of steps.slice(1))
      expect(Object.keys(e.values)).toEqual(expect.arrayContaining(['loss', 'grad_norm', 'learning_rate', 'tokens/total']));
    expect(Number(steps[6].values.loss)).toBeLessThan(Number(steps[1].values.loss));
    expect(of(events, 'benchmark').map((e) => [e.step, e.suite, e.mode, e.n])).toEqual([0, 3, 6].map((s) => [s, 'held-out', 'greedy', 5]));
    expect(of(events, 'checkpoint').map((e) => [e.step, e.removed ?? false])).toEqual([
      [2, false],
      [4, false],
      [6, false],
      [2, true],
    ]);
    expect(checkpointSteps(join(runs, 'sft'))).toEqual([4, 6]);
    expect(of(events, 'status').at(-1)).toMatchObject({ state: 'finished', step: 6, total_steps: 6 });
  });

  test('of GRPO tells each group and each token of its solutions, and the numbers agree with each other', async () => {
    const runDir = prepareRun(runs, 'grpo-told', { ...grpo, steps: 2 }, parent);
    expect(await startEngine(runDir).ended).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(runDir);
    expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
    const groups = of(events, 'group');
    expect(groups.map((g) => [g.step, g.group])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    for (const g of groups) {
      expect(splitOf(g.question, 0.1)).toBe('train');
      expect(g.solutions.map((s) => s.reward)).toEqual(g.solutions.map((s) => Number(s.rewards.correct) + 0.5 * Number(s.rewards.format)));
      expect(g.solutions.map((s) => s.advantage)).toEqual(outcomeAdvantages(g.solutions.map((s) => Number(s.reward))));
    }
    const traces = of(events, 'trace');
    expect(traces).toHaveLength(2 * 2 * 3);
    for (const t of traces) {
      const s = groups.find((g) => g.step === t.step && g.group === t.group)!.solutions[t.solution];
      const { ends, ids, logp, logpOld, logpRef, kl, ratio, entropy, rank } = traceNumbers(t);
      for (const array of [ends, ids, logp, logpOld, logpRef, kl, ratio, entropy, rank]) expect(array).toHaveLength(s.tokens);
      expect(ends.at(-1)).toBe(s.text.length);
      expect(Math.min(...rank!)).toBeGreaterThanOrEqual(1);
      // Differences are written in half precision, 11 bits: KL goes with their square.
      const mean = Array.from(kl!).reduce((sum, x) => sum + x, 0) / s.tokens;
      expect(Math.abs(mean - Number(s.kl))).toBeLessThan(1e-2 * Number(s.kl) + 1e-7);
    }
    for (const e of of(events, 'metrics').slice(1)) {
      // Those of dynamic sampling, and those that pages make of others.
      const notOfEach = /^(groups\/(rounds|sampled)|tokens\/(sampled|trained)_per_second)$/;
      for (const name of Object.keys(metrics))
        if (!/^(accuracy|critic|reward_model|dpo|loss|mixture|mfu|signal)\//.test(name) && !notOfEach.test(name))
          expect(e.values, name).toHaveProperty(name);
      const solutions = groups.filter((g) => g.step === e.step).flatMap((g) => g.solutions);
      const sampled = solutions.reduce((n, s) => n + s.tokens, 0);
      expect(e.values['tokens/sampled']).toBe(sampled);
      // Two updates, each over prompts and solutions.
      expect(e.values['sequences/trained']).toBe(2 * solutions.length);
      expect(e.values['tokens/trained']).toBeGreaterThan(2 * sampled);
      expect(e.values['reward/term/format']).toBeCloseTo(
        solutions.reduce((sum, s) => sum + Number(s.rewards.format), 0) / solutions.length,
        9,
      );
      expect(e.values['length/mean']).toBeCloseTo(solutions.reduce((sum, s) => sum + s.tokens, 0) / solutions.length, 9);
    }
  });

  test('tells when each phase of a step went on, one after the other, and what the process took', () => {
    const events = eventsOf(join(runs, 'sft'));
    const spans = of(events, 'span');
    const names = (step: number) => spans.filter((s) => s.step === step).map((s) => s.name);
    expect(names(1)).toEqual(['training', 'recording']);
    expect([...new Set(names(0))]).toEqual(['evaluating']);
    expect(names(6).filter((name) => name !== 'evaluating')).toEqual(['training', 'recording', 'checkpoint']);
    expect(new Set(spans.map((s) => s.lane))).toEqual(new Set(['trainer']));
    const times = spans.flatMap((s) => [s.start, s.end]).map((t) => Date.parse(t));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const telemetry = of(events, 'telemetry');
    expect(telemetry).toHaveLength(6);
    for (const { values } of telemetry) {
      expect(values['memory bytes']).toBeGreaterThan(1e6);
      expect(values['cores busy']).toBeGreaterThan(0);
    }
  });

  test('repeats itself bit by bit from the same seed, and differs from another seed', async () => {
    const same = prepareRun(runs, 'sft-same', sft);
    const other = prepareRun(runs, 'sft-other', { ...sft, seed: 6 });
    await startEngine(same).ended;
    await startEngine(other).ended;
    expect(endEqually(same, join(runs, 'sft'), 6)).toBe(true);
    const parameters = (runDir: string) => Buffer.from(readCheckpoint(join(runDir, checkpointPath(6))).arrays.parameters!.buffer);
    expect(parameters(other).equals(parameters(same))).toBe(false);
  });
});

describe('an interrupted run', () => {
  test('that is killed between steps and resumed ends with the very bits of one that was not', async () => {
    const whole = prepareRun(runs, 'grpo-whole', grpo, parent);
    await startEngine(whole).ended;

    const broken = prepareRun(runs, 'grpo-broken', grpo, parent);
    const first = startEngine(broken);
    await until(() => existsSync(join(broken, checkpointPath(2))));
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const reached = checkpointSteps(broken).at(-1)!;
    const before = eventsOf(broken).length;
    // Its parent is needed no more: the checkpoint holds the reference policy too.
    writeFileSync(
      join(broken, layout.identity),
      readFileSync(join(broken, layout.identity), 'utf8').replace('"run":"sft"', '"run":"gone"'),
    );

    expect(await startEngine(broken, { resume: true }).ended).toMatchObject({ code: 0, stderr: '' });
    const after = eventsOf(broken).slice(before);
    expect(after[0]).toMatchObject({ type: 'resume', from_step: reached, checkpoint: checkpointPath(reached) });
    expect(of(after, 'metrics').map((e) => e.step)).toEqual([1, 2, 3, 4, 5].filter((s) => s > reached));
    expect(endEqually(broken, whole, 5)).toBe(true);
  });

  test.each(['stop.request', 'SIGTERM'] as const)('by %s ends its step, saves it, and goes on where it was', async (how) => {
    const runDir = prepareRun(runs, `sft-${how}`, { ...sft, steps: 2000, checkpoints: { every: 1000 } });
    const engine = startEngine(runDir);
    await untilEvents(runDir, (events) => of(events, 'metrics').length > 2);
    if (how === 'SIGTERM') engine.child.kill('SIGTERM');
    else writeFileSync(join(runDir, layout.stopRequest), '');
    expect(await engine.ended).toMatchObject({ code: 0, stderr: '' });
    const status = of(eventsOf(runDir), 'status').at(-1)!;
    expect(status).toMatchObject({ state: 'stopped', total_steps: 2000 });
    expect(checkpointSteps(runDir)).toEqual([status.step]);
    expect(of(eventsOf(runDir), 'metrics').at(-1)!.step).toBe(status.step);
  });

  test('before its first checkpoint begins again', async () => {
    const runDir = prepareRun(runs, 'sft-early', { ...sft, steps: 2 });
    expect((await startEngine(runDir, { resume: true }).ended).code).toBe(0);
    expect(eventsOf(runDir)[0]).toMatchObject({ type: 'resume', from_step: 0, checkpoint: null });
    expect(of(eventsOf(runDir), 'status').at(-1)).toMatchObject({ state: 'finished', step: 2 });
  });
});

describe('a failure says what, where and what to do', () => {
  test('a damaged checkpoint', async () => {
    const runDir = prepareRun(runs, 'sft-damaged', { ...sft, steps: 2 });
    await startEngine(runDir).ended;
    const file = join(runDir, checkpointPath(2));
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(file, bytes);
    const end = await startEngine(runDir, { resume: true }).ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toBe(`The checkpoint ${file} cannot be used: it is damaged. Delete it to go on from the checkpoint before it.\n`);
    expect(eventsOf(runDir).at(-1)).toMatchObject({ type: 'status', state: 'failed', step: 2 });
  });

  test('a parent that is gone', async () => {
    const runDir = prepareRun(runs, 'grpo-orphan', grpo, { ...parent, run: 'nobody' });
    const end = await startEngine(runDir).ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/nobody.*step-000006\.ckpt cannot be used: it is not there/);
  });

  test('a directory that holds no run', async () => {
    const end = await startEngine(join(runs, 'nothing')).ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toMatch(/run\.json cannot be used: it is not there\. Name the directory of a run that was launched\./);
  });

  test('a file that may not grow', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no ulimit.');
    const runDir = prepareRun(runs, 'sft-full', sft);
    const end = await startEngine(runDir, { fileBlocks: 64 }).ended;
    expect(end.code).toBe(1);
    expect(end.stderr).toContain(
      `Could not write the checkpoint to ${join(runDir, checkpointPath(2))}: the file would be larger than the limit`,
    );
    expect(eventsOf(runDir).at(-1)).toMatchObject({ type: 'status', state: 'failed', step: 2 });
    expect(checkpointSteps(runDir)).toEqual([]);
  });
});
