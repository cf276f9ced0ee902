/**
 * One job of the importers' measurement, in a process of its own so that its memory is its own.
 * `make <kind> <MiB> <file>` writes a file, or a folder of them; `decode <kind> <file>` merely decodes it with the library used; `rewrite <kind> <file> <out>`
 * decodes it and writes each record as a line of JSON, which an import has to do at least; `lag <folder> <dist>` follows a file that grows and tells how long each group takes until the store answers with it.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, createReadStream, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { layout } from '../../src/protocol/layout.js';
import { Store } from '../../src/store/store.js';
import { writeParquet } from '../builders/parquetFile.js';

const GROUP = 8;
/** Rows of a step, as verl's examples train. */
const BATCH = 1024 * GROUP;
const MiB = 1024 * 1024;

/** About 1,400 characters, different in each row. */
function textOf(row: number): string {
  let text = '';
  for (let i = 0; i < 24; i++) text += `Step ${i + 1}: we have ${(row * 31 + i * 17) % 9973} and add ${(row + i) % 97}, "so" it is.\n`;
  return `${text}The answer is ${row % 100}.`;
}
const questionOf = (row: number): string => `What is ${Math.floor(row / GROUP)} plus ${Math.floor(row / GROUP) % 13}?`;
const stepOf = (row: number): number => Math.floor(row / (GROUP * 64));
const rewardOf = (row: number): number => Number(row % 3 === 0);
/** Numbers of each token, as prime-rl writes them with a solution. */
const TOKENS = 400;
const perToken = (row: number, of: (t: number) => number): number[] =>
  Array.from({ length: TOKENS }, (_, t) => of(row * 7919 + t * 104729));
const fraction = (seed: number): number => -((seed * 2654435761) % 2 ** 32) / 2 ** 31;
const rowOf = (row: number) => ({ step: stepOf(row), question: questionOf(row), output: textOf(row), reward: rewardOf(row) });

function make(kind: string, bytes: number, file: string): number {
  const perRow = kind === 'prime-rl' ? pieceOf(kind, 0).length / GROUP : textOf(0).length + questionOf(0).length + 40;
  const rows = Math.ceil(bytes / perRow / GROUP) * GROUP;
  if (kind.startsWith('verl')) return makeDumps(kind, Math.ceil(rows / BATCH), file);
  if (kind === 'parquet') {
    writeParquet(
      file,
      rows,
      [
        { name: 'step', type: 'int64', value: stepOf },
        { name: 'question', type: 'string', value: questionOf },
        { name: 'output', type: 'string', value: textOf },
        { name: 'reward', type: 'double', value: rewardOf },
      ],
      { codec: 'zstd' },
    );
  } else if (kind === 'sqlite') {
    const db = new Database(file);
    db.exec('CREATE TABLE rollouts (step INTEGER, question TEXT, output TEXT, reward REAL)');
    const insert = db.prepare('INSERT INTO rollouts VALUES (@step, @question, @output, @reward)');
    db.transaction(() => {
      for (let row = 0; row < rows; row++) insert.run(rowOf(row));
    })();
    db.close();
  } else {
    const fd = openSync(file, 'w');
    if (kind === 'csv') writeSync(fd, 'step,question,output,reward\n');
    for (let first = 0; first < rows; first += GROUP) writeSync(fd, pieceOf(kind, first));
    closeSync(fd);
  }
  return rows;
}

/** verl's `<step>.jsonl` of a batch each, sorted by `uid` in version 1; version 0 writes none, and balances the batch: groups stand among each other. */
function makeDumps(kind: string, steps: number, folder: string): number {
  mkdirSync(folder, { recursive: true });
  for (let step = 1; step <= steps; step++) {
    const rowOf = (i: number) => {
      const row = step * BATCH + i;
      return { input: questionOf(row), output: textOf(row), gts: '1', score: rewardOf(row), step };
    };
    const line = (i: number): unknown =>
      kind === 'verl-v0' ? rowOf((i * 1021) % BATCH) : { ...rowOf(i), uid: `${Math.floor(i / GROUP)}_${i % GROUP}_0` };
    writeFileSync(join(folder, `${step}.jsonl`), Array.from({ length: BATCH }, (_, i) => `${JSON.stringify(line(i))}\n`).join(''));
  }
  return steps * BATCH;
}

function episodeOf(row: number) {
  const asked = { message: { role: 'user', content: questionOf(row) }, sampled: false, token_ids: [1, 18, 9], mask: [false, false, false] };
  const said = {
    parent: 0,
    message: { role: 'assistant', content: textOf(row) },
    sampled: true,
    token_ids: perToken(row, (seed) => seed % 150_000),
    mask: new Array<boolean>(TOKENS).fill(true),
    logprobs: perToken(row, fraction),
    reference_logprobs: perToken(row + 1, fraction),
    advantages: perToken(row, () => 0.7),
  };
  const rewards = { correct: { score: rewardOf(row), weight: 1 } };
  const traces = [{ version: 1, id: `t${row}`, rewards, is_completed: true, ok: true, nodes: [asked, said] }];
  return { id: `e${row}`, env: { id: 'gsm8k' }, group: { id: `g${Math.floor(row / GROUP)}` }, ok: true, errors: [], traces };
}

function pieceOf(kind: string, first: number): string {
  if (kind === 'prime-rl') return Array.from({ length: GROUP }, (_, i) => `${JSON.stringify(episodeOf(first + i))}\n`).join('');
  const rows = Array.from({ length: GROUP }, (_, i) => rowOf(first + i));
  if (kind === 'groups') {
    const { step, question } = rows[0];
    return `${JSON.stringify({ step, question, gold: '1', samples: rows.map(({ output, reward }) => ({ text: output, reward })) })}\n`;
  }
  if (kind === 'rows') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  return rows.map((r) => `${r.step},${r.question},"${r.output.replaceAll('"', '""')}",${r.reward}\n`).join('');
}

/** @param each gets every record, as the library used for its kind of file gives it */
async function decode(kind: string, file: string, each: (record: unknown) => void): Promise<void> {
  if (kind === 'parquet') {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    for (const row of await parquetReadObjects({ file: buffer, metadata, compressors })) each({ ...row, step: Number(row.step) });
  } else if (kind === 'sqlite') {
    const db = new Database(file, { readonly: true });
    for (const row of db.prepare('SELECT * FROM rollouts').iterate()) each(row);
    db.close();
  } else if (kind === 'csv') {
    for await (const row of createReadStream(file).pipe(parse({ columns: true })) as AsyncIterable<unknown>) each(row);
  } else
    for (const path of filesOf(file)) for await (const line of createInterface({ input: createReadStream(path) })) each(JSON.parse(line));
}

const filesOf = (path: string): string[] => (statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]);
const bytesOf = (path: string): number => filesOf(path).reduce((sum, file) => sum + statSync(file).size, 0);

/** @returns records, so that nothing is optimised away */
async function count(kind: string, file: string): Promise<number> {
  let records = 0;
  await decode(kind, file, (record) => (records += Number(record !== undefined)));
  return records;
}

/** @returns records that stand in `out` as lines of JSON, many in one write */
async function rewrite(kind: string, file: string, out: string): Promise<number> {
  const fd = openSync(out, 'w');
  let records = 0;
  let lines = '';
  await decode(kind, file, (record) => {
    lines += `${JSON.stringify(record)}\n`;
    records++;
    if (lines.length < MiB) return;
    writeSync(fd, lines);
    lines = '';
  });
  writeSync(fd, lines);
  closeSync(fd);
  return records;
}

/** @returns ms from the end of each append until the store answers with the group, sorted */
async function lag(folder: string, dist: string): Promise<number[]> {
  const file = join(folder, 'growing.jsonl');
  writeFileSync(file, pieceOf('groups', 0));
  const root = join(folder, '.grpo-lab');
  mkdirSync(join(root, 'runs'), { recursive: true });
  const request = JSON.stringify({ path: file, format: 'groups' });
  const child = spawn(process.execPath, [join(dist, 'importer.cjs'), 'follow', '--into', join(root, 'runs'), '--request', request], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await new Promise((done) => child.once('exit', done));
  const id = readdirSync(join(root, 'runs')).find((name) => !name.startsWith('.'))!;
  const store = await Store.open({ root });
  const told = (step: number, group: number): boolean => {
    store.catchUp(id);
    return store.queries.group(id, step, group) !== null;
  };
  const lags: number[] = [];
  try {
    while (!told(0, 0)) await sleep(20);
    for (let group = 1; group <= 40; group++) {
      appendFileSync(file, pieceOf('groups', group * GROUP));
      const begun = performance.now();
      while (!told(0, group)) {
        if (performance.now() - begun > 30_000) throw new Error(`group ${group} was never told`);
        await sleep(5);
      }
      lags.push(performance.now() - begun);
      await sleep((group * 137) % 700);
    }
  } finally {
    writeFileSync(join(root, 'runs', id, layout.stopRequest), '');
    store.close();
  }
  return lags.sort((a, b) => a - b);
}

const [job, a, b, c] = process.argv.slice(2);
const begun = performance.now();
const result =
  job === 'make'
    ? { rows: make(a, Number(b) * MiB, c), bytes: bytesOf(c) }
    : job === 'decode'
      ? { records: await count(a, b) }
      : job === 'rewrite'
        ? { records: await rewrite(a, b, c) }
        : { lags: await lag(a, b) };
console.log(JSON.stringify({ ...result, seconds: (performance.now() - begun) / 1000, rss: process.resourceUsage().maxRSS * 1024 }));
