/** Benchmarks on a checkpoint: what comes out agrees with what was written, and a run that is cut off ends with the same numbers. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { passAtK } from '../../src/core/estimators.js';
import { checkpointPath, readCheckpoint } from '../../src/engine/checkpoint.js';
import { evaluationText } from '../../src/experiment/evaluationExperiment.js';
import { parseExperiment } from '../../src/experiment/parse.js';
import { experimentSchema, type EmbeddedExperiment, type ExperimentInput } from '../../src/experiment/schema.js';
import { runEvent, type EventOf, type RunEvent } from '../../src/protocol/events.js';
import { eventsSoFar, prepareRun, startEngine, untilEvents } from '../builders/engineRun.js';

const sft: ExperimentInput = {
  name: 'base',
  policy: { preset: 'tiny-2l' },
  method: { name: 'sft' },
  // Sums within 20 and alike, answered at once: a small policy has one in twenty right before it can reckon.
  data: { generator: 'elementary-zh', levels: [1], direct_fraction: 1 },
  sampling: { max_tokens: 32 },
  optimiser: { learning_rate: 4e-3, warmup_steps: 20, schedule: 'linear' },
  steps: 100,
  benchmarks: [],
  checkpoints: { every: 100 },
  launch: { threads: 1 },
};

let runs: string;
const parent = { run: 'sft', step: 100, checkpoint: checkpointPath(100) };
beforeAll(async () => {
  runs = mkdtempSync(join(tmpdir(), 'evaluate-'));
  expect(await startEngine(prepareRun(runs, 'sft', sft)).ended).toMatchObject({ code: 0, stderr: '' });
}, 600_000);
afterAll(() => rmSync(runs, { recursive: true, force: true }));

const text = evaluationText({ run: 'sft', step: 100, experiment: experimentSchema.parse(sft) as EmbeddedExperiment }, [
  { suite: 'held-out', size: 60, samples: 4, temperature: 0.8 },
  { suite: 'validation', size: 20, shots: 1 },
]);
const of = <T extends RunEvent['type']>(run: string, type: T): EventOf<T>[] =>
  eventsSoFar(join(runs, run))
    .map((e) => runEvent.parse(e))
    .filter((e): e is EventOf<T> => e.type === type);

test('the experiment it launches is a valid one, and changes no weight', { timeout: 600_000 }, async () => {
  const { experiment, problems } = parseExperiment(text);
  expect(problems).toEqual([]);
  const runDir = prepareRun(runs, 'eval', experiment!, parent);
  expect(await startEngine(runDir).ended).toMatchObject({ code: 0, stderr: '' });
  const parameters = (file: string) => readCheckpoint(join(runs, file)).arrays.parameters!;
  const [before, after] = [parameters(`sft/${checkpointPath(100)}`), parameters(`eval/${checkpointPath(2)}`)];
  expect(after.every((x, i) => x === before[i])).toBe(true);
});

test('each result has its interval, its n and its settings', () => {
  const results = of('eval', 'benchmark');
  expect(results.map((r) => [r.step, r.suite, r.mode])).toEqual([
    [1, 'held-out', 'greedy'],
    ...[1, 2, 4].flatMap((k) => ['maj', 'pass'].map((mode) => [1, 'held-out', `${mode}@${k}`])),
    [2, 'validation', 'greedy'],
  ]);
  for (const r of results) {
    expect(Number(r.low)).toBeLessThanOrEqual(Number(r.value));
    expect(Number(r.high)).toBeGreaterThanOrEqual(Number(r.value));
    expect(Number(r.high)).toBeGreaterThan(Number(r.low));
    expect(r.checker).toMatch(/^grpo-lab /);
  }
  expect(results[0]).toMatchObject({ n: 60, temperature: 0 });
  expect(results[1]).toMatchObject({ n: 60, temperature: 0.8, samples: 4 });
  expect(results.at(-1)).toMatchObject({ n: 20, shots: 1 });
});

test('what was written is kept, and the numbers follow from it', () => {
  const groups = of('eval', 'group');
  const sampled = groups.filter((g) => g.step === 1);
  expect(sampled).toHaveLength(60);
  expect(groups.filter((g) => g.step === 2).map((g) => g.solutions.length)).toEqual(Array.from({ length: 20 }, () => 1));
  const right = sampled.map((g) => g.solutions.filter((s) => s.correct).length);
  const value = (mode: string) => Number(of('eval', 'benchmark').find((r) => r.mode === mode)!.value);
  for (const k of [1, 2, 4]) {
    const mean = right.reduce((sum, c) => sum + passAtK(4, c, k), 0) / right.length;
    expect(value(`pass@${k}`)).toBeCloseTo(mean, 12);
  }
  expect(value('pass@4')).toBe(right.filter((c) => c > 0).length / right.length);
  expect(value('maj@1')).toBeCloseTo(value('pass@1'), 12);
  // 240 solutions, of which one in twenty or more is right: that none is has a chance below 1e-5.
  expect(value('pass@4')).toBeGreaterThan(0);
  for (const s of groups.flatMap((g) => g.solutions)) expect(s).toMatchObject({ advantage: null, reward: s.correct ? 1 : 0 });
});

test('killed between its benchmarks and resumed, it ends with the same results', { timeout: 600_000 }, async () => {
  const runDir = prepareRun(runs, 'eval-cut', parseExperiment(text).experiment!, parent);
  const { child, ended } = startEngine(runDir);
  await untilEvents(runDir, (events) => events.some((e) => e.type === 'checkpoint'));
  child.kill('SIGKILL');
  await ended;
  expect(await startEngine(runDir, { resume: true }).ended).toMatchObject({ code: 0, stderr: '' });
  const numbers = (run: string) => of(run, 'benchmark').map((r) => [r.suite, r.mode, r.value, r.low, r.high]);
  expect(numbers('eval-cut')).toEqual(numbers('eval'));
  const bits = (run: string) => readFileSync(join(runs, run, checkpointPath(2)));
  expect(bits('eval-cut').equals(bits('eval'))).toBe(true);
});

test('a file of questions and a suite that no experiment changes are benchmarks like the others', { timeout: 600_000 }, async () => {
  const file = join(runs, 'gsm8k_small.jsonl');
  const lines = [3, 4, 5].map((n) => JSON.stringify({ question: `${n}+4=?`, answer: `It is ${n + 4}.\n#### ${n + 4}` }));
  writeFileSync(file, lines.join('\n'));
  const experimentText = evaluationText({ run: 'sft', step: 100, experiment: experimentSchema.parse(sft) as EmbeddedExperiment }, [
    { file, shots: 2 },
    { suite: 'elementary-zh', size: 4 },
    { suite: 'tools', size: 2 },
  ]);
  const { experiment, problems } = parseExperiment(experimentText);
  expect(problems).toEqual([]);
  expect(await startEngine(prepareRun(runs, 'files', experiment!, parent)).ended).toMatchObject({ code: 0, stderr: '' });
  expect(of('files', 'benchmark').map((r) => [r.suite, r.mode, r.n])).toEqual([
    ['gsm8k_small', 'greedy', 3],
    ['elementary-zh', 'greedy', 4],
    ['tools', 'greedy', 2],
  ]);
  expect(
    of('files', 'group')
      .map((g) => g.gold)
      .slice(0, 3),
  ).toEqual(['7', '8', '9']);
});
