/** Measures the store at a million solutions in one run, 2,000 runs and a step of 100,000 groups; `store.mjs` bundles and runs it. Writes its numbers as one line of JSON. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { maxGroupSize } from '../../src/protocol/events.js';
import { StoreClient } from '../../src/store/client.js';
import { placeDatabase } from '../../src/store/placement.js';
import { countGroups, type GroupRange } from '../../src/store/removal.js';
import { bodyBlocks } from '../../src/store/bodyBlocks.js';
import { openDatabase } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { aRun, aStep } from '../builders/aRun.js';

const worker = process.argv[2];
const base = mkdtempSync(join(tmpdir(), 'grpo-lab-scale-'));
const dataFolder = join(base, 'data');
const root = join(base, '.grpo-lab');
const runs = join(root, 'runs');
/** 3,920 steps of 16 groups of 16, and one of 100,000 groups of one: 1,003,520 solutions and 100,000 more. */
const [steps, groups, size, wide] = [3920, 16, 16, 100_000];
const manyRuns = 2000;

/** Rows as the ingest makes them, of a run whose directory holds its first step only. */
async function writeLarge(): Promise<void> {
  mkdirSync(runs, { recursive: true });
  aRun('large').withSteps(1).write(runs);
  for (let i = 0; i < manyRuns; i++) aRun(`run-${i}`).withSteps(1, { groups: 1, size: 2 }).write(runs);
  const store = await Store.open({ root, dataFolder });
  store.catchUp();
  store.close();
  const { db } = await openDatabase(placeDatabase(root, dataFolder).file);
  const key = db.prepare<[], number>("SELECT key FROM runs WHERE id = 'large'").pluck().get()!;
  const step = db.prepare('INSERT INTO steps (run, step, seq) VALUES (?, ?, 1)');
  const group = db.prepare(
    `INSERT INTO groups (run, step, grp, seq, size, correct, reward_mean, reward_std, zero_std, advantages, length_mean, truncated, question_id, question, gold)
     VALUES (?, ?, ?, 1, ?, ?, 0.5, 0.5, 0, ?, 250, 0, ?, ?, '47')`,
  );
  const counts = countGroups.map((sql) => db.prepare<GroupRange>(sql));
  const solution = db.prepare(
    `INSERT INTO solutions (id, reward, advantage, correct, answer, finish, tokens, rewards) VALUES (?, ?, ?, ?, '47', 'stop', 250, '{"correct":1}')`,
  );
  const body = db.prepare('INSERT INTO solution_bodies (first, block) VALUES (?, ?)');
  const aBody = { text: 'step by step '.repeat(20), turns: undefined, grade: null };
  const question = `${'Solve the problem and put the answer into a box. '.repeat(4)}What is`;
  const writeStep = db.transaction((at: number, n: number, each: number) => {
    step.run(key, at);
    const ids: number[] = [];
    for (let g = 0; g < n; g++) {
      const advantages = Buffer.alloc(8 * each);
      const row = group.run(key, at, g, each, each >> 1, advantages, `q${(at * n + g) % 50_000}`, `${question} ${at} + ${g}?`);
      const id = Number(row.lastInsertRowid);
      ids.push(id);
      for (let s = 0; s < each; s++) solution.run(id * maxGroupSize + s, s % 2, s % 2 ? 1 : -1, s % 2);
      for (const { first, block } of bodyBlocks(id * maxGroupSize, Array(each).fill(aBody))) body.run(first, block);
    }
    for (const count of counts) count.run({ first: ids[0], last: ids[n - 1], sign: 1 });
  });
  for (let at = 2; at <= steps + 1; at++) writeStep(at, groups, size);
  writeStep(steps + 2, wide, 1);
  db.close();
}

const p95 = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(0.95 * values.length)];

async function measure() {
  const client = new StoreClient({ root, worker, dataFolder });
  const next = mulberry32(3);
  const pick = (n: number): number => Math.floor(next() * n);
  await client.ask.runs({ limit: 1 });
  const other = aRun('other').write(runs);
  for (let i = 0; i < 300; i += 20) other.append(...Array.from({ length: 20 }, (_, s) => aStep(i + s + 1, groups, size, 250)).flat());
  const measuring = { over: false };
  let taken = 0;
  // Taken in, forgotten, and taken in again, for as long as questions are asked.
  const taking = (async () => {
    while (!measuring.over) {
      await client.catchUp('other');
      taken++;
      await client.forget('other');
    }
  })();
  const questions = {
    explorer: () => client.ask.runs({ limit: 200 }),
    ls: () => client.ask.runs({ limit: 20 }),
    steps: () => client.ask.steps('large', { before: 100 + pick(steps), limit: 100 }),
    groups: () => client.ask.groups('large', 2 + pick(steps), { limit: 500 }),
    group: () => client.ask.group('large', 2 + pick(steps), pick(groups)),
    solution: () => client.ask.solution('large', 2 + pick(steps), pick(groups), pick(size)),
  };
  const times = Object.fromEntries(Object.keys(questions).map((name) => [name, [] as number[]]));
  const first: number[] = [];
  for (let i = 0; i < 150; i++) {
    for (const [name, ask] of Object.entries(questions)) {
      const begun = performance.now();
      await ask();
      times[name].push(performance.now() - begun);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (let i = 0; i < 5; i++) {
    const begun = performance.now();
    await Promise.all([
      client.ask.run('large'),
      client.ask.step('large', steps + 2),
      client.ask.groups('large', steps + 2, { limit: 500 }),
    ]);
    first.push(performance.now() - begun);
  }
  measuring.over = true;
  await taking;
  await client.close();
  return {
    p95: Object.fromEntries(Object.entries(times).map(([name, values]) => [name, p95(values)])),
    wideFirst: first[0],
    wideAgain: p95(first.slice(1)),
    taken,
  };
}

try {
  const begun = performance.now();
  await writeLarge();
  const seconds = (performance.now() - begun) / 1000;
  console.log(JSON.stringify({ ...(await measure()), generatedIn: seconds }));
} finally {
  rmSync(base, { recursive: true, force: true });
}
