/** Errors, failed tools, cut solutions and wrong answers that were paid: counted when events are read, and found however many groups a step has. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRows } from '../../src/core/listPages.js';
import { failures, type Failure } from '../../src/core/failures.js';
import type { EventBody, WireSolution } from '../../src/protocol/events.js';
import type { Turn } from '../../src/protocol/turns.js';
import { migrations } from '../../src/store/migrations.js';
import { placeDatabase } from '../../src/store/placement.js';
import { openDatabase } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { aRun, aSolution } from '../builders/aRun.js';

const root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-failures-')), '.grpo-lab');
const call: Turn = { role: 'assistant', kind: 'tool_call', start: 0, end: 1 };
const result = (ok?: boolean): Turn => ({ role: 'tool', kind: 'tool_result', start: 1, end: 2, ...(ok !== undefined && { ok }) });
const group = (step: number, index: number, ...solutions: Partial<WireSolution>[]): EventBody => ({
  ...{ type: 'group', step, group: index, question_id: 'q', question: 'q', gold: null },
  solutions: solutions.map((more, i) => ({ ...aSolution(i), ...more })),
});

/** Eight groups of step 1: one fails in each way, one in all, one in none, and of three something is not known. */
const kinds: Partial<WireSolution>[][] = [
  [{}, { error: 'Out of turns.' }],
  [{}, { turns: [call, result(false)] }, { turns: [call, result(true)] }],
  [{ finish: 'length' }, { finish: 'length' }],
  [{ error: '', finish: 'length', turns: [call, result(), { ...call, start: 2, end: 3 }, { ...result(false), start: 3, end: 4 }] }, {}],
  [{}, { turns: [call, result(true)] }],
  [{ finish: 'other' }, {}],
  [{ turns: [call, result()] }, { turns: [call, result(true)] }],
  [{ finish: 'other' }, { finish: 'length' }],
];
const many = 3000;

let store: Store;
beforeAll(async () => {
  const step2 = Array.from({ length: many }, (_, i) => group(2, i, i % 1000 === 999 ? { error: 'late' } : {}));
  aRun('r')
    .with(...kinds.map((solutions, i) => group(1, i, ...solutions)), ...step2)
    .write(join(root, 'runs'));
  store = await Store.open({ root });
  store.catchUp();
});
afterAll(() => {
  store.close();
  rmSync(join(root, '..'), { recursive: true, force: true });
});

const found = async (step: number, ...only: Failure[]): Promise<number[]> =>
  (await allRows((after) => store.queries.groups('r', step, { after, limit: 2, only }))).map((g) => g.group);

describe('of a step', () => {
  test('groups are counted, and those of which it is not known apart', () => {
    expect(store.queries.step('r', 1)!.failures).toEqual({
      errors: { groups: 2, unknown: 0 },
      'tool-failures': { groups: 2, unknown: 1 },
      truncated: { groups: 3, unknown: 1 },
      'wrong-paid': { groups: 0, unknown: 0 },
    });
  });

  test('groups are narrowed to, page by page; of several all must hold', async () => {
    expect(await found(1, 'errors')).toEqual([0, 3]);
    expect(await found(1, 'tool-failures')).toEqual([1, 3]);
    expect(await found(1, 'truncated')).toEqual([2, 3, 7]);
    expect(await found(1, 'errors', 'tool-failures', 'truncated')).toEqual([3]);
    expect(await found(1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('the last of thousands is found without reading the others', async () => {
    expect(await found(2, 'errors')).toEqual([999, 1999, 2999]);
    const { db } = await openDatabase(placeDatabase(root).file);
    for (const [column, index] of [
      ['errors', 'groups_with_errors'],
      ['tool_failures', 'groups_with_tool_failures'],
      ['truncated', 'groups_truncated'],
      ['wrong_paid', 'groups_with_wrong_paid'],
    ]) {
      const plan = db
        .prepare<[], { detail: string }>(
          `EXPLAIN QUERY PLAN SELECT g.*, r.name FROM groups g JOIN runs r ON r.key = g.run AND r.gone = 0
           WHERE r.id = 'r' AND g.step = 2 AND g.grp > -1 AND g.${column} > 0 ORDER BY g.grp LIMIT 9`,
        )
        .all();
      expect(plan.map((line) => line.detail).join('\n')).toContain(index);
    }
    db.close();
  });
});

describe('of a group', () => {
  test('solutions are counted; what of none is known is not none', () => {
    const counts = store.queries.groups('r', 1).rows.map((g) => failures.map((f) => g.failures[f]));
    expect(counts).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 2, 0],
      [1, 1, 1, 0],
      [0, 0, 0, 0],
      [0, 0, null, 0],
      [0, null, 0, 0],
      [0, 0, 1, 0],
    ]);
  });

  test('solutions are narrowed to', () => {
    const of = (index: number, only: Failure): number[] =>
      store.queries.solutions('r', 1, index, { only: [only] }).rows.map((s) => s.index);
    expect(of(0, 'errors')).toEqual([1]);
    expect(of(1, 'tool-failures')).toEqual([1]);
    expect(of(2, 'truncated')).toEqual([0, 1]);
    expect(of(4, 'tool-failures')).toEqual([]);
  });
});

describe('a wrong answer that was paid', () => {
  /** By group: a wrong one paid, twice; right ones paid and wrong ones not; no verdict; no verdict and a paid wrong one; no reward. */
  const judged: Partial<WireSolution>[][] = [
    [
      { correct: false, reward: 0.1 },
      { correct: true, reward: 1 },
      { correct: false, reward: 2 },
    ],
    [
      { correct: true, reward: 1 },
      { correct: false, reward: 0 },
      { correct: false, reward: -1 },
    ],
    [
      { correct: null, reward: 1 },
      { correct: null, reward: 0 },
    ],
    [
      { correct: null, reward: 1 },
      { correct: false, reward: 1 },
    ],
    [
      { correct: false, reward: 'NaN' },
      { correct: false, reward: 0 },
    ],
    // Nothing was paid, whatever it was.
    [
      { correct: null, reward: 0 },
      { correct: true, reward: 'NaN' },
    ],
  ];
  const counts = [2, 0, null, 1, null, 0];
  const check = async (of: Store): Promise<void> => {
    expect(of.queries.groups('paid', 1).rows.map((g) => g.failures['wrong-paid'])).toEqual(counts);
    expect(of.queries.step('paid', 1)!.failures['wrong-paid']).toEqual({ groups: 2, unknown: 2 });
    expect((await allRows((after) => of.queries.groups('paid', 1, { after, only: ['wrong-paid'] }))).map((g) => g.group)).toEqual([0, 3]);
    expect(of.queries.solutions('paid', 1, 0, { only: ['wrong-paid'] }).rows.map((s) => s.index)).toEqual([0, 2]);
  };

  test('is counted and found; without a verdict or a reward it is not known', async () => {
    aRun('paid')
      .with(...judged.map((solutions, i) => group(1, i, ...solutions)))
      .write(join(root, 'runs'));
    store.catchUp('paid');
    await check(store);
  });

  test('in an earlier database it is counted from the rows', async () => {
    const dump = [...store.dump()];
    store.close();
    const { file } = placeDatabase(root);
    const { db } = await openDatabase(file);
    db.exec(`DROP INDEX groups_with_wrong_paid; ALTER TABLE groups DROP COLUMN wrong_paid;
      ALTER TABLE steps DROP COLUMN wrong_paid; ALTER TABLE steps DROP COLUMN wrong_paid_known;`);
    // Its migration alone: what later ones have made is there already.
    db.exec(migrations.find((sql) => sql.includes('wrong_paid'))!);
    db.close();
    store = await Store.open({ root });
    await check(store);
    expect([...store.dump()]).toEqual(dump);
  });
});

test('a group that is told again, or taken back, is counted as it is now', () => {
  const run = aRun('again')
    .with(group(1, 0, { error: 'x' }), group(2, 0, { finish: 'length' }))
    .write(join(root, 'runs'));
  store.catchUp('again');
  run.append(group(1, 0, { finish: 'other' }), { type: 'resume', from_step: 1, checkpoint: null });
  store.catchUp('again');
  const none = { groups: 0, unknown: 0 };
  expect(store.queries.step('again', 1)!.failures).toEqual({
    errors: none,
    'tool-failures': none,
    truncated: { groups: 0, unknown: 1 },
    'wrong-paid': none,
  });
  expect(store.queries.step('again', 2)).toBeNull();
});
