/** `grpo-lab find` and `grpo-lab index`, and the index that a window builds beside. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parquetRows, parquetSchema } from '../../src/importers/files/parquet.js';
import { StoreClient } from '../../src/store/client.js';
import { placeDatabase } from '../../src/store/placement.js';
import { textIndexPath } from '../../src/store/textIndex/textIndexFile.js';
import type { FoundSolution } from '../../src/store/views.js';
import { aGroup, aRun } from '../builders/aRun.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-find-'));
const root = join(folder, '.grpo-lab');
const dataFolder = join(folder, 'data');
const database = placeDatabase(root, dataFolder).file;
const env = { ...process.env, GRPO_LAB_DATA: dataFolder };

/** Enough to be searched in several threads. */
const steps = 84;
const size = 256;

beforeAll(() => {
  const runs = join(root, 'runs');
  mkdirSync(runs, { recursive: true });
  const large = aRun('large-1').being({ created: '2026-01-02T00:00:00.000Z' });
  for (let step = 1; step <= steps; step++) large.with(aGroup(step, 0, size));
  large.write(runs);
  const [group] = [aGroup(7, 0, 2)];
  if (group.type !== 'group') throw new Error('no group');
  group.solutions[1].text = 'Let me\ncheck: \u001b[31m«wait», let me CHECK it';
  group.solutions[0].correct = null;
  aRun('small-1').with(group).write(runs);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, [resolve('dist/cli.cjs'), ...args], { cwd: folder, env })).stdout;
interface Found {
  matched: number;
  unknown: number;
  seen: number;
  of: number;
  end: string;
  rows: (FoundSolution & { path: string })[];
  facets: Record<string, Record<string, number>>;
}
const json = async (...args: string[]): Promise<Found> => JSON.parse(await cli('find', ...args, '--json')) as Found;
const all = steps * size + 2;

test('what is found is told with its address, what was sought in marks, and how much there is', async () => {
  const lines = (await cli('find', '"let me check"')).split('\n');
  expect(lines[0]).toMatch(/^\/runs\/small-1\/step 7\/group 1\/solution 2 {2}reward 1 · Â \+1 · right · answer 47 · \d+ tokens$/);
  // Control characters are shown, not obeyed.
  expect(lines[1]).toBe('    »Let me check«: ␛[31m«wait», »let me CHECK« it');
  expect(lines.at(-2)).toBe(`1 solution of ${all.toLocaleString('en-US')}`);
});

test('texts of many solutions are read in threads, newest first', async () => {
  const found = await json('text ~ /answer is [0-9]+/', '--limit', '30');
  expect(found).toMatchObject({ matched: steps * size + 1, seen: all, of: all, end: 'all' });
  expect(found.rows.map((row) => row.path)).toEqual(
    Array.from({ length: 30 }, (_, i) => `/runs/large-1/step ${steps}/group 1/solution ${i + 1}`),
  );
  expect(await json('text ~ /answer is [0-9]+/', '--limit', '3', '--no-count')).toMatchObject({ end: 'limit', rows: { length: 3 } });
});

test('a run, an order and facets narrow and count it; what is unknown is said', async () => {
  const found = await json('correct and kl > 0.1', '--run', 'large', '--sort', 'kl', '--limit', '2', '--facets', 'step,correct');
  expect(found.rows.map((row) => [row.address.step, row.address.solution])).toEqual([
    [steps, size - 1],
    [steps - 1, size - 1],
  ]);
  expect(found.facets.correct).toEqual({ yes: found.matched });
  expect(Object.values(found.facets.step).reduce((a, b) => a + b)).toBe(found.matched);
  const text = await cli('find', 'correct', '--run', 'small-1', '--facets', 'answer');
  expect(text).toMatch(/of 1 solution it is unknown whether they match/);
  expect(text).toMatch(/^answer +solutions\n47 +1$/m);
});

test('a mistake is shown where it is, with what would be right', () => {
  const { status, stderr } = spawnSync(process.execPath, [resolve('dist/cli.cjs'), 'find', 'correct and rewrad > 1'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'There is no property "rewrad"; did you mean reward?\n  correct and rewrad > 1\n              ^^^^^^\n',
  });
});

test('all that match are exported with whole texts, as lines of JSON, a table, or pairs by a stated rule', async () => {
  const file = join(folder, 'out.jsonl');
  const said = await cli('find', 'text ~ /answer is/', '--export', 'out.jsonl');
  expect(said.split('\n')[0]).toBe(`${file}: 21,505 solutions in 85 groups`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(steps * size + 1);
  const rows = lines.map((line) => JSON.parse(line) as { run: string; step: number; group: number; solution: number; text: string });
  expect(new Set(rows.map((r) => `${r.run} ${r.step} ${r.group} ${r.solution}`)).size).toBe(rows.length);
  expect(rows[0]).toMatchObject({ step: steps, group: 1, solution: 1, question: expect.stringContaining('What is 40 + 7?') as string });
  expect(rows.every((r) => /The answer is \d+$/.test(r.text))).toBe(true);

  await cli('find', 'step = 7', '--run', 'small-1', '--export', 'small.csv');
  const table = parse(readFileSync(join(folder, 'small.csv'), 'utf8'), { columns: true }) as unknown as Record<string, string>[];
  expect(table.map((r) => [r.solution, r.correct, r.text.slice(0, 12)])).toEqual([
    ['1', '', 'step by step'],
    ['2', 'true', 'Let me\ncheck'],
  ]);

  const pairs = await cli('find', '', '--export', 'pairs.jsonl', '--pairs', 'best-worst');
  expect(pairs.split('\n').slice(0, 2)).toEqual([
    `${join(folder, 'pairs.jsonl')}: 85 pairs of 21,506 solutions in 85 groups`,
    expect.stringContaining('best-worst: of each group the highest reward') as string,
  ]);
  const [pair] = readFileSync(join(folder, 'pairs.jsonl'), 'utf8').split('\n');
  expect(JSON.parse(pair)).toMatchObject({ chosen_reward: 1, rejected_reward: 0, step: steps, chosen_solution: 2, rejected_solution: 1 });
  const right = await json('', '--run', 'small-1', '--export', 'right.jsonl', '--pairs', 'right-wrong');
  expect(right).toMatchObject({ written: 0, solutions: 2, groups: 1, withoutPair: 1, unknown: 1 });
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('Parquet has the same rows in typed columns, and pairs', async () => {
  const said = await cli('find', 'text ~ /answer is/', '--export', 'out.parquet');
  expect(said.split('\n')[0]).toBe(`${join(folder, 'out.parquet')}: 21,505 solutions in 85 groups`);
  const { columns, rows } = await parquetSchema(join(folder, 'out.parquet'));
  expect(rows).toBe(21_505);
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toMatchObject({
    ...{ run: 'string', step: 'int64', text: 'string', reward: 'double', correct: 'boolean', rewards: 'list', turns: 'list' },
  });
  const seen = new Set<string>();
  for await (const row of parquetRows(join(folder, 'out.parquet'), { signal: new AbortController().signal })) {
    expect(row.text).toMatch(/The answer is \d+$/);
    seen.add([row.run, row.step, row.group, row.solution].join(' '));
  }
  expect(seen.size).toBe(rows);
  const pairs = await json('', '--export', 'pairs.parquet', '--pairs', 'best-worst');
  expect(pairs).toMatchObject({ as: 'pairs', rule: 'best-worst', written: 85, groups: 85 });
  expect((await parquetSchema(join(folder, 'pairs.parquet'))).rows).toBe(85);
});

test('an export that cannot be says why', () => {
  const failed = (...args: string[]) =>
    spawnSync(process.execPath, [resolve('dist/cli.cjs'), 'find', '', ...args], { cwd: folder, env, encoding: 'utf8' });
  expect(failed('--export', 'out.txt').stderr).toBe('--export writes .jsonl, .csv or .parquet, not "out.txt".\n');
  expect(failed('--pairs', 'best-worst').stderr).toBe('--pairs needs a file: --export pairs.jsonl\n');
  expect(failed('--export', 'out.csv', '--pairs', 'best-worst').stderr).toBe('Pairs are written to .jsonl or .parquet, not "out.csv".\n');
  expect(failed('--export', join('nowhere', 'out.csv')).stderr).toContain('could not be written');
});

test('the index of words is built, used, and removed', async () => {
  const before = await json('"answer is 47" and not "let"', '--limit', '5');
  expect(await cli('index')).toMatch(/^The words of 85 groups are indexed: [\d.]+ [kM]B\.\n$/);
  expect(await json('"answer is 47" and not "let"', '--limit', '5')).toEqual(before);
  expect(before.matched).toBeGreaterThan(1000);
  expect(await cli('index', '--drop')).toMatch(/^The index of words was removed: /);
  expect(existsSync(textIndexPath(database))).toBe(false);
});

test('a window builds it when what there is has been read, and removes it when it is switched off', async () => {
  const client = new StoreClient({ root, worker: resolve('dist/storeWorker.cjs'), dataFolder, textIndex: true });
  try {
    await client.catchUp();
    await expect
      .poll(async () => (await client.ask.searchPlan('', null)).index, { interval: 200 })
      .toEqual({ indexed: steps + 1, groups: steps + 1 });
    const [piece] = (await client.ask.searchPlan('', ['small-1'])).pieces;
    const answer = await client.ask.searchPiece('"let me check"', piece, { limit: 5, budgetMs: 1000, facets: [], stepWidth: 1 });
    expect(answer.rows.map((row) => row.places)).toEqual([
      [
        [0, 12],
        [27, 39],
      ],
    ]);
  } finally {
    await client.close();
  }
  const without = new StoreClient({ root, worker: resolve('dist/storeWorker.cjs'), dataFolder, textIndex: false });
  try {
    await without.catchUp();
    expect(existsSync(textIndexPath(database))).toBe(false);
    expect((await without.ask.searchPlan('', null)).index).toBeNull();
  } finally {
    await without.close();
  }
});
