/** Every question, asked of a run that is large in every direction: no answer is without a bound, and pages leave nothing out. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRows, pagesOf, type ListPage } from '../../src/core/listPages.js';
import { encodeU32 } from '../../src/protocol/arrays.js';
import { maxGroupSize } from '../../src/protocol/events.js';
import { placeDatabase } from '../../src/store/placement.js';
import { questionNames, type QuestionName, type StoreQueries } from '../../src/store/questions.js';
import { openDatabase } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { facetNames } from '../../src/store/views.js';
import { aRun } from '../builders/aRun.js';

const root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-answers-')), '.grpo-lab');
const most = 10_000;
/** No answer is larger, as it travels between threads. */
const largestAnswer = 8 * 1024 * 1024;

const size = 5000;
const groups = 4000;
/** Of a metric. */
const length = 11_000;
const [metrics, checkpoints, benchmarks, problems, logs, steps, runs, checkers] = [20_000, 12_000, 12_000, 3000, 12_000, 12_000, 3000, 8];
const spans = 60_000;
let store: Store;

beforeAll(async () => {
  mkdirSync(join(root, 'runs'), { recursive: true });
  const many = encodeU32(new Uint32Array(100_000));
  aRun('large').withSteps(1).with({ type: 'trace', step: 2, group: 0, solution: 0, ends: many, ids: many }).write(join(root, 'runs'));
  store = await Store.open({ root });
  store.catchUp();
  store.close();
  const { db } = await openDatabase(placeDatabase(root).file);
  const rows = (n: number): string => `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${n - 1})`;
  const run = "(SELECT key FROM runs WHERE id = 'large')";
  const turn = { role: 'assistant', kind: 'tool_call', start: 0, end: 1, name: 'x'.repeat(100), call: 'c' };
  const turns = JSON.stringify(Array.from({ length: 30 }, () => turn));
  const long = (bytes: number): string => `hex(zeroblob(${bytes / 2}))`;
  db.exec(`
    ${rows(groups)} INSERT INTO groups (id, run, step, grp, seq, size, correct, zero_std, advantages, length_mean, truncated, question_id, question, gold)
      SELECT 1000 + i, ${run}, 2, i, 1, ${size}, 1, 0, zeroblob(${8 * size}), 1, 0, 'same', ${long(2000)} || i, ${long(1000)} FROM n;
    ${rows(size)} INSERT INTO solutions (id, reward, advantage, correct, answer, finish, tokens, rewards, error)
      SELECT 1000 * ${maxGroupSize} + i, i, i, i % 2, ${long(400)} || i, 'stop', 1, '{"reward_model":0.' || (i % 99 + 1) || '}', ${long(5000)} FROM n;
    ${rows(metrics)} INSERT INTO metric_names (id, run, name) SELECT 100000 + i, ${run}, 'metric/' || ${long(150)} || i FROM n;
    ${rows(2 * metrics)} INSERT INTO metrics (metric, step, seq, value) SELECT 100000 + i / 2, i % 2, 1, 1 FROM n;
    INSERT INTO metric_names (id, run, name) SELECT 99999, ${run}, 'long';
    ${rows(length)} INSERT INTO metrics (metric, step, seq, value) SELECT 99999, i, 1, i % 7 FROM n;
    ${rows(checkpoints)} INSERT INTO checkpoints (run, step, seq, time, path, bytes, removed) SELECT ${run}, i, 1, '2026', ${long(300)}, 1, 0 FROM n;
    ${rows(benchmarks)} INSERT INTO benchmarks (run, suite, mode, step, seq, value, n) SELECT ${run}, 'suite' || i % 9, ${long(200)}, i, 1, 0.5, 9 FROM n;
    ${rows(problems)} INSERT INTO problems (run, file, line, reason) SELECT ${run}, 'a file', i, ${long(2000)} FROM n;
    ${rows(logs)} INSERT INTO logs (run, seq, time, level, message) SELECT ${run}, 1000 + i, '2026', 'info', ${long(1000)} FROM n;
    ${rows(200)} INSERT INTO step_terms (run, step, term, groups, signal) SELECT ${run}, 2, ${long(2000)} || i, 1, i FROM n;
    ${rows(steps)} INSERT INTO steps (run, step, seq, groups) SELECT ${run}, 10 + i, 1, 1 FROM n;
    INSERT INTO steps (run, step, seq, groups) VALUES (${run}, 2, 1, ${groups});
    ${rows(checkers)} INSERT INTO grade_files (id, run, name, file_id, checker, time, offset, lines) SELECT 50 + i, ${run}, 'g' || i, '', 'c' || i, '2026', 0, 0 FROM n;
    ${rows(checkers * size)} INSERT INTO regrades (file, step, grp, solution, seq, was, verdict, grade)
      SELECT 50 + i / ${size}, 2, 0, i % ${size}, 1, 'equal', 'different', '{"verdict":"different","answer":"' || ${long(300)} || '","rule":"r"}' FROM n;
    ${rows(groups)} INSERT INTO regrades (file, step, grp, solution, seq, was, verdict, grade)
      SELECT 50, 2, i, 0, 1, 'equal', 'different', '{"verdict":"different","answer":null,"rule":"r"}' FROM n WHERE i > 0;
    ${rows(checkers)} INSERT INTO label_files (id, run, name, file_id, author, time, offset, lines) SELECT 50 + i, ${run}, 'l' || i, '', 'a' || i, '2026', 0, 0 FROM n;
    ${rows(size)} INSERT INTO marks (run, step, grp, solution, label, file, seq, time, removed, note)
      SELECT ${run}, 2, 0, i, '', 50 + i % ${checkers}, 1, i, 0, ${long(10_000)} FROM n;
    ${rows(checkers * 9)} INSERT INTO marks (run, step, grp, solution, label, file, seq, time, removed)
      SELECT ${run}, 2, 1, -1, ${long(90)} || i / 9, 50 + i / 9, 1, i, 0 FROM n WHERE i % 9 = 0;
    ${rows(groups)} INSERT INTO solutions (id, reward, correct, answer, finish, tokens, rewards)
      SELECT (1000 + i) * ${maxGroupSize}, 1, 1, ${long(400)}, 'stop', 1, '{}' FROM n WHERE i > 0;
    INSERT INTO solution_bodies (first, block)
      SELECT min(id), iif(id < 1001 * ${maxGroupSize}, body_block(id, ${long(5000)}, NULL, '${turns}'), body_block(id, 'x', NULL, NULL))
      FROM solutions WHERE id >= 1000 * ${maxGroupSize} GROUP BY id / 16;
    ${rows(spans)} INSERT INTO spans (run, step, seq, name, lane, start, "end")
      SELECT ${run}, i / 4, 100000 + i, ${long(150)} || i % 500, ${long(150)} || i % 700, 10 * i, 10 * i + i % 5000 FROM n;
    ${rows(spans)} INSERT INTO telemetry (run, seq, time, device, "values")
      SELECT ${run}, 200000 + i, 10 * i, ${long(150)} || i % 80, '{"power W":' || i % 700 || ',"memory bytes":' || i || '}' FROM n;
    ${rows(runs)} INSERT INTO runs (id, version, name, created, latest) SELECT 'r' || i, 1, ${long(600)}, '2020-' || i, '{}' FROM n;`);
  db.close();
  store = await Store.open({ root });
}, 120_000);
afterAll(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const manyMetrics = Array.from({ length: 300 }, () => 'long');
/** The most that each question may be asked for: whoever adds a question says so here. */
const argumentsOf: { [N in QuestionName]: Parameters<StoreQueries[N]>[] } = {
  runs: [[], [{ limit: most }]],
  run: [['large']],
  hasCurves: [['large']],
  metricNames: [['large'], ['large', { limit: most }]],
  steps: [['large'], ['large', { limit: most }]],
  step: [['large', 2]],
  groupSteps: [['large'], ['large', { limit: most }]],
  series: [
    [['large'], { metrics: ['long'], room: most, smoothing: 0.5 }],
    [['large'], { metrics: manyMetrics, room: most, smoothing: 0.5 }],
    [Array.from({ length: 20 }, () => 'large'), { metrics: manyMetrics.slice(0, 50), room: most, smoothing: 0.5 }],
  ],
  constants: [
    ['large', 2],
    ['large', 1, { limit: most }],
  ],
  rewards: [['large', 2]],
  lengths: [['large', 2]],
  trends: [['large', manyMetrics, 200]],
  groups: [
    ['large', 2],
    ['large', 2, { limit: most }],
    ['large', 2, { limit: most, only: ['errors', 'tool-failures', 'truncated', 'wrong-paid'] }],
  ],
  solutions: [
    ['large', 2, 0],
    ['large', 2, 0, { limit: most }],
    ['large', 2, 0, { limit: most, only: ['errors'] }],
  ],
  group: [['large', 2, 0]],
  solution: [['large', 2, 0, 0]],
  trace: [['large', 2, 0, 0]],
  searchPlan: [
    ['', null],
    ['step > 0', ['large']],
  ],
  searchPiece: [
    [
      '',
      { run: 'large', firstStep: 0, lastStep: 2, solutions: 1 },
      { limit: 1000, budgetMs: 60_000, facets: [...facetNames], stepWidth: 1 },
    ],
    [
      '',
      { run: 'large', firstStep: 0, lastStep: 2, solutions: 1 },
      { limit: 1000, paged: true, budgetMs: 60_000, facets: [], stepWidth: 1 },
    ],
    [
      'text ~ /0/',
      { run: 'large', firstStep: 0, lastStep: 2, solutions: 1 },
      { limit: 1000, budgetMs: 60_000, facets: [], stepWidth: 1, sort: { by: { name: 'reward' }, descending: true } },
    ],
  ],
  exported: [['large', 2, 0, Array.from({ length: 1000 }, (_, i) => i)]],
  examinationFacts: [['large']],
  examinedMetrics: [
    ['large', ['long']],
    ['large', ['long', ...Array.from({ length: 31 }, () => 'long')], { limit: most }],
  ],
  examinedGroups: [['large'], ['large', { limit: most }]],
  examinedTexts: [
    ['large', 2],
    ['large', 2, { limit: most }],
  ],
  tracedSolutions: [['large', 2, 64]],
  regrades: [['large', { limit: most }]],
  disagreements: [['large', 'g0', { direction: 'all', limit: most }]],
  stepVerdicts: [['large', 2, 'g0', { limit: most }]],
  otherVerdicts: [['large', 2, 0, { limit: most }]],
  otherGrades: [
    ['large', 2, 0],
    ['large', 2, 0, { limit: most }],
  ],
  solutionsToGrade: [
    ['large', 2, 0, 'g0'],
    ['large', 2, 0, 'g0', { limit: most }],
  ],
  marks: [
    ['large', {}, { limit: most, within: true }],
    ['large', { step: 2, group: 1 }, { limit: most }],
  ],
  labels: [['large'], ['large', { limit: most }]],
  markTargets: [['large', Array.from({ length: 1000 }, (_, solution) => ({ step: 2, group: 0, solution }))]],
  ledger: [['large', { room: 4000 }]],
  tokenPlan: [['large', {}]],
  tokenPiece: [
    ['large', {}, { by: 'kl', top: 500, floor: 0, budgetMs: 400 }],
    ['large', {}, { by: 'ratio', top: 500, floor: 0, budgetMs: 400 }],
  ],
  nearDuplicates: [
    ['large', { step: 2 }, { rows: 200, budgetMs: 60_000 }],
    ['large', { step: 2, group: 0 }, { rows: 200, budgetMs: 60_000 }],
    ['large', { question: 'same' }, { rows: 200, budgetMs: 60_000 }],
  ],
  stepModes: [['large'], ['large', { limit: most }]],
  thenNow: [['large', { then: { from: 0, to: 2 }, now: { from: 2, to: 20_000 }, limit: 500 }]],
  thenNowTexts: [
    [
      'large',
      {
        ...{ then: { run: 'large', from: 0, to: 2 }, now: { run: 'large', from: 2, to: 20_000 }, most: 2000, phrases: 100 },
        budgetMs: 60_000,
      },
    ],
  ],
  questionCourses: [['large'], ['large', { limit: most }]],
  questionAskings: [['large', 'same', { limit: most }]],
  opinions: [['large', { limit: most }]],
  checkpoints: [['large'], ['large', { limit: most }]],
  benchmarks: [['large'], ['large', { limit: most }]],
  problems: [['large'], ['large', { limit: most }]],
  logs: [['large'], ['large', { limit: most }]],
  allBenchmarks: [[{ limit: most }]],
  timeline: [
    ['large', { room: 4000 }],
    ['large', { room: 4000, from: 100_000, to: 200_000 }],
    ['large', { room: 4000, step: 7 }],
  ],
  timeShares: [['large', { room: 4000 }]],
  deviceMemory: [['large']],
  speed: [['large', { room: 4000 }]],
  telemetry: [
    ['large', { room: 4000 }],
    ['large', { room: 4000, from: 100_000, to: 200_000 }],
  ],
};
const answer = (name: QuestionName, args: unknown[]): unknown => (store.queries[name] as (...args: unknown[]) => unknown)(...args);

test('each question of the table is asked here', () => {
  expect(Object.keys(argumentsOf).sort()).toEqual([...questionNames].sort());
});

for (const name of Object.keys(argumentsOf) as QuestionName[])
  test(`the answer to "${name}" has a bound`, () => {
    for (const args of argumentsOf[name]) {
      const found = answer(name, args);
      expect(found).not.toBeNull();
      expect(serialize(found).byteLength).toBeGreaterThan(0);
      expect(serialize(found).byteLength).toBeLessThanOrEqual(largestAnswer);
    }
  });

test('pages leave nothing out, and say nothing twice', async () => {
  const { queries } = store;
  const lists: Record<string, [there: number, ask: (after: never) => ListPage<unknown, unknown>]> = {
    runs: [runs + 1, (after) => queries.runs({ after })],
    metricNames: [metrics, (after) => queries.metricNames('large', { after })],
    steps: [steps + 2, (before) => queries.steps('large', { before })],
    groupSteps: [steps + 2, (before) => queries.groupSteps('large', { before })],
    constants: [metrics, (after) => queries.constants('large', 2, { after })],
    groups: [groups, (after) => queries.groups('large', 2, { after })],
    solutions: [size, (after) => queries.solutions('large', 2, 0, { after })],
    examinedMetrics: [length, (after) => queries.examinedMetrics('large', ['long', 'no such'], { after })],
    examinedGroups: [groups, (after) => queries.examinedGroups('large', { after })],
    examinedTexts: [groups, (after) => queries.examinedTexts('large', 2, { after })],
    regrades: [checkers, (after) => queries.regrades('large', { after, limit: 3 })],
    stepVerdicts: [groups, (after) => queries.stepVerdicts('large', 2, 'g0', { after })!],
    otherVerdicts: [checkers, (after) => queries.otherVerdicts('large', 2, 0, { after, limit: 3 })],
    disagreements: [groups, (after) => queries.disagreements('large', 'g0', { direction: 'all', after })!],
    otherGrades: [checkers * size, (after) => queries.otherGrades('large', 2, 0, { after })],
    gradesOfOne: [checkers, (after) => queries.otherGrades('large', 2, 0, { after, only: 7, limit: 3 })],
    solutionsToGrade: [size, (after) => queries.solutionsToGrade('large', 2, 0, 'g0', { after })!],
    marks: [size + checkers, (after) => queries.marks('large', {}, { after, within: true })],
    marksOfOne: [checkers, (after) => queries.marks('large', { step: 2, group: 1 }, { after, limit: 3 })],
    questionAskings: [groups, (after) => queries.questionAskings('large', 'same', { after })],
    labels: [checkers, (after) => queries.labels('large', { after, limit: 3 })],
    checkpoints: [checkpoints, (after) => queries.checkpoints('large', { after })],
    benchmarks: [benchmarks, (after) => queries.benchmarks('large', { after })],
    problems: [problems, (after) => queries.problems('large', { after })],
    logs: [logs, (after) => queries.logs('large', { after })],
  };
  for (const [name, [there, ask]] of Object.entries(lists)) {
    const all = await allRows(ask);
    const different = new Set(all.map((row) => JSON.stringify(row))).size;
    // What the run itself told beside, and lines that are alike but for what is not shown of them.
    if (name === 'logs') expect(all.length, name).toBe(there);
    else expect(different, name).toBe(all.length);
    expect(all.length, name).toBeGreaterThanOrEqual(there);
    expect(all.length, name).toBeLessThanOrEqual(there + 20);
  }
  let results = 0;
  for await (const page of pagesOf((after) => queries.allBenchmarks({ limit: most, after }))) results += page.results.length;
  expect(results).toBe(benchmarks);
});

test('a group says of all its solutions what its first page does not list', () => {
  const group = store.queries.group('large', 2, 0)!;
  expect(group.solutions.length).toBeLessThan(size);
  expect(group.rewardOf).toEqual(Float64Array.from({ length: size }, (_, i) => i));
  expect(group.distinctAnswers).toBe(size);
  expect(group.answers.length).toBeLessThan(size);
  expect(group.advantages).toHaveLength(256);
  expect(store.queries.trace('large', 2, 0, 0)).toEqual({ ends: new Uint32Array(100_000), ids: new Uint32Array(100_000) });
});
