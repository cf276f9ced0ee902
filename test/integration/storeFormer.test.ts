/**
 * Run directories and a database that the code of 0.1.0 itself made (`test/fixtures/store-0.1.0`), with what it answered of them:
 * what people have on their disks is taken over, and says what it said.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeTexts } from '../../src/core/utf8.js';
import { placeDatabase } from '../../src/store/placement.js';
import { Store } from '../../src/store/store.js';
import type { StoreQueries } from '../../src/store/questions.js';

const former = join(import.meta.dirname, '../fixtures/store-0.1.0');
interface FormerAnswers {
  run: { id: string };
  steps: { step: number }[];
  groups: object[][];
  solution: object & { text: string; bestSibling: unknown };
  trace: Record<string, number[]>;
  benchmarks: object[];
  checkpoints: object[];
  logs: object[];
  problems: object[];
}
const answers = JSON.parse(readFileSync(join(former, 'answers.json'), 'utf8')) as FormerAnswers[];

let root: string;
const opened: Store[] = [];
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'grpo-lab-former-')), '.grpo-lab');
  cpSync(join(former, 'runs'), join(root, 'runs'), { recursive: true });
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(dirname(root), { recursive: true, force: true });
});

async function open(): Promise<Store> {
  const store = await Store.open({ root });
  opened.push(store);
  return store;
}

/** Puts the database of 0.1.0 where today's is looked for. */
function takeFormer(): void {
  const { file } = placeDatabase(root);
  mkdirSync(dirname(file), { recursive: true });
  cpSync(join(former, 'database.sqlite'), file);
}

async function builtAnew(): Promise<string[]> {
  for (const suffix of ['', '-wal', '-shm']) rmSync(placeDatabase(root).file + suffix, { force: true });
  const store = await open();
  expect(store.catchUp()).toEqual([]);
  return [...store.dump()];
}

function expectFormerAnswers(queries: StoreQueries): void {
  expect(
    queries
      .runs()
      .rows.map((r) => r.id)
      .sort(),
  ).toEqual(answers.map((a) => a.run.id).sort());
  for (const { run, steps, groups, solution, trace, benchmarks, checkpoints, logs, problems } of answers) {
    const { id } = run;
    expect(queries.run(id)).toMatchObject(run);
    expect(queries.steps(id).rows).toMatchObject(steps);
    for (const [i, { step }] of steps.entries()) expect(queries.groups(id, step).rows).toMatchObject(groups[i]);
    const facts = Object.fromEntries(Object.entries(solution).filter(([name]) => name !== 'bestSibling')); // said otherwise since
    expect(decodeTexts(queries.solution(id, 2, 0, 1)!)).toMatchObject(facts);
    const arrays = Object.entries(queries.trace(id, 2, 0, 1)!).map(([name, numbers]) => [name, Array.from(numbers as ArrayLike<number>)]);
    expect(Object.fromEntries(arrays)).toMatchObject(trace); // today the ratio is derived as well
    expect(queries.benchmarks(id).rows).toEqual(benchmarks);
    expect(queries.checkpoints(id).rows).toEqual(checkpoints);
    expect(queries.logs(id).rows.reverse()).toEqual(logs);
    expect(queries.problems(id).rows).toEqual(problems);
  }
}

test('run directories of 0.1.0 say today what they said then', async () => {
  const store = await open();
  expect(store.catchUp()).toEqual([]);
  expectFormerAnswers(store.queries);
});

test('a database of 0.1.0 that is taken over says the same, and is what one built anew would be', async () => {
  takeFormer();
  const { file } = placeDatabase(root);
  const db = new Database(file, { readonly: true });
  expect(db.pragma('user_version', { simple: true })).toBe(3);
  db.close();
  const store = await open();
  expect(store.notices).toEqual([]);
  expect(store.catchUp()).toEqual([]);
  expectFormerAnswers(store.queries);
  const migrated = [...store.dump()];
  opened.pop()!.close();
  expect(migrated).toEqual(await builtAnew());
});

test('what a database of 0.1.0 holds is answered before its runs have been read again', async () => {
  takeFormer();
  const { queries } = await open();
  expect(
    queries
      .runs()
      .rows.map((r) => r.id)
      .sort(),
  ).toEqual(answers.map((a) => a.run.id).sort());
  expect(decodeTexts(queries.solution('plain', 2, 0, 1)!)).toMatchObject({
    text: answers.find((a) => a.run.id === 'plain')!.solution.text,
  });
});
