import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeTexts } from '../../src/core/utf8.js';
import { writeIdentity } from '../../src/protocol/identity.js';
import { Store } from '../../src/store/store.js';
import { aBenchmark, aGroup, aMetrics, anIdentity, aRun, aSolution, aStatus, aTrace } from '../builders/aRun.js';

let root: string;
let runs: string;
const opened: Store[] = [];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-store-')), '.grpo-lab');
  runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

async function ingest(): Promise<Store> {
  const store = await Store.open({ root });
  opened.push(store);
  expect(store.catchUp()).toEqual([]);
  return store;
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const stepsOf = (store: Store, run: string) =>
  store.queries
    .steps(run, { limit: 1000 })
    .rows.map((s) => s.step)
    .reverse();

test('a trainer killed in mid-write loses no finished step', async () => {
  const run = aRun().withSteps(12).tornInside(13).write(runs);
  const store = await ingest();
  expect(stepsOf(store, run.id)).toEqual(range(1, 12));
  run.append(aGroup(13, 0), aMetrics(13));
  store.catchUp();
  expect(stepsOf(store, run.id)).toEqual(range(1, 13));
  expect(store.queries.problems(run.id).rows).toMatchObject([{ file: 'events/000001.ndjson' }]);
});

test('a run reads as it was written', async () => {
  const run = aRun()
    .with({ type: 'process', state: 'started', pid: 7 })
    .withSteps(3, { groups: 2, size: 4 })
    .with({ type: 'benchmark', step: 3, suite: 'held-out', mode: 'greedy', value: 0.5, n: 200, checker: 'grpo-lab 1' })
    .with({ ...aBenchmark(3, 'gsm', 0.25), mode: 'maj@8', low: 0.19, high: 0.32, samples: 8, shots: 4, temperature: 0.7 })
    .with({ type: 'checkpoint', step: 2, path: 'checkpoints/2', bytes: 10 })
    .with({ type: 'checkpoint', step: 3, path: 'checkpoints/3', bytes: 11 })
    .with({ type: 'checkpoint', step: 2, path: 'checkpoints/2', bytes: 10, removed: true })
    .with({ type: 'log', level: 'warning', message: 'slow disk', step: 3 })
    .with(aStatus(3, 'finished'))
    .with({ type: 'process', state: 'exited', pid: 7, exit_code: 0 })
    .write(runs);
  const { queries } = await ingest();
  const [summary] = queries.runs().rows;
  expect(summary).toMatchObject({
    id: run.id,
    experiment: 'arith-grpo',
    state: 'finished',
    step: 3,
    totalSteps: 100,
    latest: { 'reward/mean': 0.03, kl: 0.003 },
    spark: { metric: 'reward/mean', values: [0.01, 0.02, 0.03], extent: { low: 0.01, high: 0.03 } },
    secondsPerStep: 2,
    problems: 0,
  });
  expect(queries.run(run.id)).toMatchObject({ seed: 1, directory: run.directory, tail: [], unknownEvents: 0 });
  expect(queries.metricNames(run.id).rows).toContain('tokens/total');
  const none = { groups: 0, unknown: 0 };
  expect(queries.step(run.id, 2)).toEqual({
    failures: { errors: none, 'tool-failures': none, truncated: none, 'wrong-paid': none },
    step: 2,
    rewardMean: 0.02,
    rewardStd: 0.5,
    countedMean: 0.5,
    kl: 0.002,
    groups: 2,
    mixed: 2,
    allRight: 0,
    allWrong: 0,
    solutions: 8,
  });
  expect(queries.steps(run.id, { before: 3, limit: 1 }).rows.map((s) => s.step)).toEqual([2]);
  expect(queries.checkpoints(run.id).rows).toMatchObject([{ step: 3, path: 'checkpoints/3', bytes: 11 }]);
  const untold = { low: null, high: null, samples: null, shots: null, temperature: null };
  const extras = { low: 0.19, high: 0.32, samples: 8, shots: 4, temperature: 0.7 };
  expect(queries.benchmarks(run.id).rows).toEqual([
    { step: 3, suite: 'gsm', mode: 'maj@8', value: 0.25, n: 200, checker: 'grpo-lab 1', ...extras },
    { step: 3, suite: 'held-out', mode: 'greedy', value: 0.5, n: 200, checker: 'grpo-lab 1', ...untold },
  ]);
  expect(queries.logs(run.id, { limit: 5 }).rows).toMatchObject([{ level: 'warning', message: 'slow disk', step: 3 }]);
});

test('who said what, and what became of an episode, is answered; nothing of it where nobody said', async () => {
  const text = 'I compute it.\npython(1/0)\nZeroDivisionError';
  const turns = [
    { role: 'assistant', kind: 'reasoning', start: 0, end: 13 },
    { role: 'assistant', kind: 'tool_call', start: 14, end: 25, name: 'python', call: '1' },
    { role: 'tool', kind: 'tool_result', start: 26, end: 43, call: '1', ok: false, seconds: 0.04, reward: 'NaN' },
  ] as const;
  const extras = { turns: [...turns], parent: { solution: 1, offset: 14 }, policy_version: 0, error: 'x'.repeat(300), seconds: 1.5 };
  const question_turns = [{ role: 'user', kind: 'text', start: 0, end: 15 } as const];
  const group = aGroup(1, 0, 2);
  if (group.type !== 'group') throw new Error('no group');
  const [first, second] = group.solutions;
  const run = aRun()
    .with({ ...group, question_turns, solutions: [{ ...first, ...extras, text, grade: null }, second] }, aGroup(1, 1), aMetrics(1))
    .write(runs);
  const { queries } = await ingest();
  const episode = { turnCounts: { turns: 3, calls: 1, failed: 1 } };
  const nothing = { turnCounts: null, error: null };
  expect(queries.group(run.id, 1, 0)).toMatchObject({
    questionTurns: question_turns,
    solutions: [{ ...episode, error: 'x'.repeat(200) }, nothing],
  });
  expect(queries.group(run.id, 1, 1)).toMatchObject({ questionTurns: null });
  expect(queries.solution(run.id, 1, 0, 0)).toMatchObject({
    ...{ ...episode, turns, questionTurns: question_turns, error: 'x'.repeat(300) },
    ...{ seconds: 1.5, policyVersion: 0, parent: { solution: 1, offset: 14 } },
  });
  expect(queries.solution(run.id, 1, 0, 1)).toMatchObject({ ...nothing, turns: null, seconds: null, policyVersion: null, parent: null });
});

test('a group opens with its solutions, answers and neighbours', async () => {
  const run = aRun().withSteps(9, { groups: 3, size: 4 }).write(runs);
  const { queries } = await ingest();
  const list = queries.groups(run.id, 4).rows;
  expect(list.map((g) => [g.group, g.size, g.correct, g.advantages])).toEqual([
    [0, 4, 2, [1, 1, -1, -1]],
    [1, 4, 2, [1, 1, -1, -1]],
    [2, 4, 2, [1, 1, -1, -1]],
  ]);
  const group = queries.group(run.id, 4, 1)!;
  expect(group).toMatchObject({
    gold: '47',
    rewardMean: 0.5,
    rewardStd: 0.5,
    zeroStd: false,
    groupsInStep: 3,
    previousStep: 3,
    nextStep: 5,
  });
  expect(group.answers).toEqual([
    { answer: '47', count: 2, correct: true },
    { answer: '40', count: 1, correct: false },
    { answer: '42', count: 1, correct: false },
  ]);
  expect(group.sameQuestion).toContainEqual({ step: 4, group: 1, split: null });
  expect(group.sameQuestion.length).toBeGreaterThan(1);
  expect(group.solutions[1]).toMatchObject({ index: 1, correct: true, rewards: { correct: 1 }, hasTrace: true });
  const solution = queries.solution(run.id, 4, 1, 1)!;
  expect(solution).toMatchObject({ weights: { correct: 1 }, groupSize: 4, otherVerdict: 0, bestOther: 3 });
  expect(decodeTexts(solution).text).toBe(aSolution(1).text);
  expect(solution.grade).toEqual(aSolution(1).grade);
  const trace = queries.trace(run.id, 4, 1, 1)!;
  expect(trace.ends).toEqual(Uint32Array.from(range(1, aSolution(1).tokens)));
  expect(trace.logpOld).toEqual(Float32Array.from(range(0, trace.ends.length - 1), (t) => -0.1 - (t % 5) * 0.2));
  expect(trace).not.toHaveProperty('entropy');
  expect(queries.group(run.id, 4, 3)).toBeNull();
  expect(queries.solution(run.id, 4, 1, 4)).toBeNull();
  expect(queries.trace(run.id, 4, 1, 4)).toBeNull();
});

test('numbers that are not finite are stored and shown as none', async () => {
  const run = aRun()
    .with({
      ...aGroup(1, 0),
      type: 'group',
      solutions: [{ ...aSolution(0), reward: 'NaN', advantage: null, kl: 'Infinity' }, aSolution(1)],
    } as never)
    .with({ type: 'metrics', step: 1, values: { loss: 'NaN', kl: 'Infinity', 'reward/mean': 1 } })
    .write(runs);
  const { queries } = await ingest();
  expect(queries.groups(run.id, 1).rows[0]).toMatchObject({ advantages: [1, null], rewardMean: 1, zeroStd: false, klMean: 0.01 });
  expect(queries.series([run.id], { metrics: ['loss', 'kl', 'reward/mean'], room: 100 })[0].metrics.map((m) => m.value)).toEqual([
    [null],
    [null],
    [1],
  ]);
  expect(queries.runs().rows[0].latest).toEqual({ 'reward/mean': 1 });
});

test('a curve of a resumed run is joined, not doubled', async () => {
  const run = aRun().withSteps(10).resumedFrom(6).withSteps(6).write(runs);
  const store = await ingest();
  const [series] = store.queries.series([run.id], { metrics: ['reward/mean'], room: 100 });
  expect(series.step).toEqual(range(1, 12));
  expect(series.tokens).toEqual(range(1, 12).map((s) => s * 1000));
  expect(series.seconds).toEqual([...series.seconds].sort((a, b) => a! - b!));
  expect(store.queries.groups(run.id, 9).rows).toHaveLength(2);
  expect([...store.dump()].at(-1)).toBe('solutions without a group: 0; texts without a solution: 0');
});

test('a step that was never reached again is gone after a resume', async () => {
  const run = aRun().withSteps(10).resumedFrom(6).withSteps(1).write(runs);
  const { queries } = await ingest();
  expect(queries.steps(run.id, { limit: 100 }).rows.map((s) => s.step)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect(queries.groups(run.id, 10).rows).toEqual([]);
  expect(queries.trace(run.id, 10, 0, 0)).toBeNull();
});

test('an importer can take back step 0 too', async () => {
  const run = aRun().with(aGroup(0, 0), aGroup(0, 1), { type: 'resume', from_step: -1, checkpoint: null }, aGroup(0, 0)).write(runs);
  const { queries } = await ingest();
  expect(queries.groups(run.id, 0).rows).toHaveLength(1);
});

test('a died run says why and shows its last words', async () => {
  const run = aRun()
    .with({ type: 'process', state: 'started', pid: 7 }, aStatus(4))
    .with({ type: 'process', state: 'exited', pid: 7, exit_code: null, signal: 'SIGKILL', tail: ['Killed'] })
    .write(runs);
  const store = await ingest();
  expect(store.queries.run(run.id)).toMatchObject({ state: 'died', message: 'killed by SIGKILL', step: 4, tail: ['Killed'] });
  run.append({ type: 'process', state: 'started', pid: 8 }, { type: 'resume', from_step: 2, checkpoint: 'checkpoints/2' });
  store.catchUp();
  expect(store.queries.run(run.id)).toMatchObject({ state: 'starting', step: 2, tail: [] });
});

test('a renamed run is called by its new name', async () => {
  const run = aRun().withSteps(1).write(runs);
  const store = await ingest();
  writeIdentity(run.directory, { ...anIdentity(run.id), name: 'the good one' });
  store.catchUp();
  expect(store.queries.runs().rows[0].name).toBe('the good one');
});

test('a run with an unusable run.json is shown, with the reason, and recovers', async () => {
  const run = aRun().withSteps(2).write(runs);
  writeFileSync(join(run.directory, 'run.json'), '{"id": ');
  const store = await ingest();
  expect(stepsOf(store, run.id)).toEqual([1, 2]);
  expect(store.queries.problems(run.id).rows).toMatchObject([{ file: 'run.json', line: 0 }]);
  writeIdentity(run.directory, anIdentity(run.id));
  store.catchUp();
  expect(store.queries.problems(run.id).rows).toEqual([]);
  expect(store.queries.runs().rows[0]).toMatchObject({ experiment: 'arith-grpo', problems: 0 });
});

test('a trace may come before its group', async () => {
  const run = aRun()
    .with(aTrace(1, 0, 0, 5), aGroup(1, 0))
    .write(runs);
  const { queries } = await ingest();
  expect(queries.group(run.id, 1, 0)!.solutions.map((s) => s.hasTrace)).toEqual([true, false, false, false]);
});

test('folders that are no runs are left alone', async () => {
  mkdirSync(join(runs, '.importing'));
  mkdirSync(join(runs, 'empty'));
  writeFileSync(join(runs, 'notes.txt'), 'hello');
  const { queries } = await ingest();
  expect(queries.runs().rows).toEqual([]);
});

test('a group that is told again without its tokens shows no tokens of the former text', async () => {
  const run = aRun()
    .with(aGroup(1, 0), aTrace(1, 0, 0, 5), aTrace(1, 0, 1, 6), aGroup(1, 1), aTrace(1, 1, 0, 7))
    .with({ ...aGroup(1, 0), question: 'What is 41 + 7?' } as ReturnType<typeof aGroup>)
    .with(aTrace(1, 0, 1, 9))
    .write(runs);
  const { queries } = await ingest();
  expect(queries.group(run.id, 1, 0)?.solutions.map((s) => s.hasTrace)).toEqual([false, true, false, false]);
  expect(queries.trace(run.id, 1, 0, 0)).toBeNull();
  expect(queries.trace(run.id, 1, 0, 1)?.ends).toHaveLength(9);
  expect(queries.solution(run.id, 1, 0, 0)?.hasTrace).toBe(false);
  expect(queries.trace(run.id, 1, 1, 0)?.ends).toHaveLength(7); // of a group that was told once
});

test('tokens that were written before their group are its own, as long as it is told once', async () => {
  const run = aRun()
    .with(aTrace(1, 0, 0, 5), aGroup(1, 0), aMetrics(1))
    .write(runs);
  const store = await ingest();
  expect(store.queries.trace(run.id, 1, 0, 0)?.ends).toHaveLength(5);
  run.append(aGroup(1, 0));
  store.catchUp();
  expect(store.queries.trace(run.id, 1, 0, 0)).toBeNull();
});

test('after a resume a step told anew is told for the first time', async () => {
  const run = aRun()
    .with(aGroup(2, 0), aTrace(2, 0, 0, 5))
    .resumedFrom(1)
    .with(aTrace(2, 0, 0, 6), aGroup(2, 0))
    .write(runs);
  const { queries } = await ingest();
  expect(queries.trace(run.id, 2, 0, 0)?.ends).toHaveLength(6);
});
