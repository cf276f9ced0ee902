/**
 * Measures searching a large run beside its peers; `find.mjs` bundles and runs it. Writes its numbers as one line of JSON.
 * The run: groups of 16, 16 a step, of 4,000 questions that come again; lengths log-normal around 250 tokens (σ 0.5, 20 to 2,000); right by a
 * chance of its question that is uniform and squared; a phrase in one of 2,000 solutions, a word in one of 20,000; traces in the last tenth.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { mulberry32 } from '../../src/core/mulberry32.js';
import type { EventBody, WireSolution } from '../../src/protocol/events.js';
import { eventsFolder } from '../../src/protocol/segments.js';
import { RunWriter } from '../../src/protocol/runWriter.js';
import { StoreClient } from '../../src/store/client.js';
import { search } from '../../src/store/finding/search.js';
import { placeDatabase } from '../../src/store/placement.js';
import { openDatabase } from '../../src/store/sqlite.js';
import { Store } from '../../src/store/store.js';
import { TextIndexer } from '../../src/store/textIndex/textIndexer.js';
import { textIndexBytes } from '../../src/store/textIndex/textIndexFile.js';
import { aRun, aStatus, aStep } from '../builders/aRun.js';
import { Language } from './language.js';

const [worker = '', wanted = '1000000', ripgrep = ''] = process.argv.slice(2);
const base = mkdtempSync(join(tmpdir(), 'grpo-lab-find-'));
const dataFolder = join(base, 'data');
const root = join(base, 'lab');
const runs = join(root, 'runs');
const shape = { groups: 16, size: 16, questions: 4000 };
const steps = Math.ceil(Number(wanted) / (shape.groups * shape.size));
const solutions = steps * shape.groups * shape.size;
const next = mulberry32(11);
const language = new Language(next);
const planted = { phrase: 'let me reconsider the sign', word: 'zugzwang' };
const atOnce = Math.min(8, availableParallelism());

const any = (of: number): number => Math.floor(next() * of);
const tokensOfOne = (): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return Math.min(2000, Math.max(20, Math.round(250 * Math.exp(0.5 * normal))));
};
const questions = Array.from({ length: shape.questions }, () => ({ text: language.sample(40).text, p: next() ** 2 }));

function aGroup(step: number, group: number): EventBody[] {
  const number = any(shape.questions);
  const { text: question, p } = questions[number];
  const sampled = Array.from({ length: shape.size }, () => language.sample(tokensOfOne()));
  const right = sampled.map(() => next() < p);
  const mean = right.filter(Boolean).length / shape.size;
  const std = Math.sqrt(mean * (1 - mean));
  const wire = sampled.map(({ ids, text }, i): WireSolution => {
    const seed = any(20_000);
    const more = seed === 0 ? ` ${planted.word}.` : seed <= 10 ? ` Wait, ${planted.phrase}.` : '';
    const reward = Number(right[i]);
    return {
      ...{
        text: text + more,
        rewards: { correct: reward, format: Number(next() < 0.9) },
        reward,
        advantage: std === 0 ? 0 : (reward - mean) / std,
      },
      ...{ correct: right[i], grade: null, finish: ids.length === 2000 ? 'length' : 'stop', tokens: ids.length, kl: next() / 50 },
    };
  });
  const event: EventBody = { type: 'group', step, group, question_id: `q${number}`, question, gold: '42', solutions: wire };
  // A token for the planted words would change nothing of what is measured.
  const traces = step > 0.9 * steps ? sampled.map((one, i) => language.trace(one, step, group, i)) : [];
  return [event, ...traces.filter((_, i) => wire[i].text === sampled[i].text)];
}

function writeRun(): string {
  const { directory } = aRun('large').write(runs);
  const writer = RunWriter.open(directory);
  for (let step = 1; step <= steps; step++) {
    for (let group = 0; group < shape.groups; group++) for (const event of aGroup(step, group)) writer.append(event);
    writer.append(aStatus(step, step < steps ? 'running' : 'finished'));
  }
  writer.close();
  return directory;
}

async function seconds(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}
const p95 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(0.95 * values.length)];

/** Milliseconds until the first rows have come (or the end, where there are none) and, where all is wanted, until the end; and what matched. */
async function searched(client: StoreClient, filter: string, whole: boolean): Promise<{ first: number; all: number; matched: number }> {
  const begun = performance.now();
  const since = (): number => performance.now() - begun;
  let [first, matched] = [NaN, 0];
  for await (const state of search((signal) => client.asking({ signal }), { filter, runs: null, limit: 100, counting: true, atOnce })) {
    if (Number.isNaN(first) && (state.rows.length > 0 || state.end !== null)) first = since();
    matched = state.matched;
    if (!whole && !Number.isNaN(first)) break;
  }
  return { first, all: since(), matched };
}

/** Three words behind each other that stand in a solution, or one. */
function someWords(texts: readonly string[], count: number): string {
  for (;;) {
    const words = texts[any(texts.length)].match(/[a-z]{3,}(?: [a-z]{3,})*/g)?.flatMap((run) => run.split(' ')) ?? [];
    const at = any(Math.max(1, words.length - count));
    const some = words.slice(at, at + count);
    if (some.length === count) return `"${some.join(' ')}"`;
  }
}

const filters = (): string[] => [
  `reward < 0.5 and tokens > ${900 + any(600)}`,
  `advantage > ${(1 + next()).toFixed(2)} and step in ${1 + any(steps)}..`,
  `group.std = 0 and not correct and step <= ${1 + any(steps)}`,
  `rewards.format = 0 and kl > ${(0.019 + next() / 1000).toFixed(4)}`,
  `question.id = "q${any(shape.questions)}" and correct`,
  'truncated',
];
const expressions = [
  '/reconsider the (sign|unit)/',
  '/zug[a-z]+ang/',
  '/(?i)WAIT, let me/',
  '/rew[a-z]+ [a-z]+ rew/',
  '/\\bthe [a-z]+ing [a-z]+ed\\b/',
];

async function readAll(directory: string, matches: (text: string) => boolean): Promise<number> {
  let found = 0;
  for (const name of readdirSync(eventsFolder(directory)).sort())
    for await (const line of createInterface({ input: createReadStream(join(eventsFolder(directory), name)), crlfDelay: Infinity })) {
      const event = JSON.parse(line) as EventBody;
      if (event.type === 'group') for (const { text } of event.solutions) found += Number(matches(text));
    }
  return found;
}

/** A table of texts as Trackio keeps them, searched as it does. */
async function likeSeconds(directory: string): Promise<number> {
  const { db } = await openDatabase(join(base, 'like.db'));
  db.exec('CREATE TABLE texts (id INTEGER PRIMARY KEY, step INTEGER, text TEXT)');
  const insert = db.prepare('INSERT INTO texts (step, text) VALUES (?, ?)');
  db.exec('BEGIN');
  for (const name of readdirSync(eventsFolder(directory)).sort())
    for await (const line of createInterface({ input: createReadStream(join(eventsFolder(directory), name)), crlfDelay: Infinity })) {
      const event = JSON.parse(line) as EventBody;
      if (event.type === 'group') for (const { text } of event.solutions) insert.run(event.step, text);
    }
  db.exec('COMMIT');
  const ask = db.prepare<[string], number>('SELECT count(*) FROM texts WHERE text LIKE ?').pluck();
  const taken = await seconds(() => ask.get(`%${planted.phrase}%`));
  db.close();
  return taken;
}

const lines = (pattern: string, directory: string, ...flags: string[]): Promise<number> =>
  seconds(() => {
    execFileSync(ripgrep, ['--count', '--no-config', ...flags, '--', pattern, eventsFolder(directory)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });

/** Takes another run in, forgets it, and takes it in again, for as long as `work` goes on. */
async function whileTakingIn<T>(client: StoreClient, work: () => Promise<T>): Promise<T> {
  const other = aRun('other').write(runs);
  for (let i = 0; i < 300; i += 20)
    other.append(...Array.from({ length: 20 }, (_, s) => aStep(i + s + 1, shape.groups, shape.size, 250)).flat());
  const working = { over: false };
  const taking = (async () => {
    while (!working.over) {
      await client.catchUp('other');
      await client.forget('other');
    }
  })();
  try {
    return await work();
  } finally {
    working.over = true;
    await taking;
  }
}

try {
  mkdirSync(runs, { recursive: true });
  const directory = writeRun();
  const raw = readdirSync(eventsFolder(directory)).reduce((sum, name) => sum + statSync(join(eventsFolder(directory), name)).size, 0);
  const store = await Store.open({ root, dataFolder });
  const ingest = await seconds(() => store.catchUp());
  store.close();
  const { file } = placeDatabase(root, dataFolder);
  const { db } = await openDatabase(file);
  const texts = db.prepare<[], number>('SELECT total(length(block)) FROM solution_bodies').pluck().get()!;
  db.close();
  const indexer = await TextIndexer.open(file);
  const indexing = await seconds(() => {
    while (indexer.some() !== 'idle');
  });
  indexer.close();

  const client = new StoreClient({ root, worker, dataFolder });
  await client.ask.runs({ limit: 1 });
  const sample = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const at = [1 + any(steps), any(shape.groups), any(shape.size)] as const;
      return Buffer.from((await client.ask.solution('large', ...at))!.text).toString('utf8');
    }),
  );
  const firsts = async (filter: () => string, times: number): Promise<number> => {
    const all: number[] = [];
    for (let i = 0; i < times; i++) {
      all.push((await searched(client, filter(), false)).first);
      // Nobody types faster; a search that is given up is still being ended.
      await sleep(300);
    }
    return p95(all);
  };
  const timed = async (times: number, work: () => Promise<unknown>): Promise<number> => {
    const all: number[] = [];
    for (let i = 0; i < times; i++) all.push(1000 * (await seconds(work)));
    return p95(all);
  };
  const found = await whileTakingIn(client, async () => ({
    word: await firsts(() => someWords(sample, 1), 40),
    phrase: await firsts(() => someWords(sample, 3), 40),
    rare: await firsts(() => [`"${planted.phrase}"`, `"${planted.word}"`][any(2)], 20),
    filter: await firsts(() => filters()[any(6)], 40),
    expression: await firsts(() => `text ~ ${expressions[any(expressions.length)]}`, 20),
    ledger: await timed(20, () => client.ask.ledger('large', { room: 1000 })),
    question: await timed(40, () => client.ask.questionAskings('large', `q${any(shape.questions)}`)),
  }));
  const whole = await searched(client, `text ~ ${expressions[0]}`, true);
  const wholePhrase = await searched(client, `"${planted.phrase}"`, true);
  await client.close();
  const peers = {
    expression: ripgrep === '' ? null : await lines(expressions[0].slice(1, -1), directory),
    phrase: ripgrep === '' ? null : await lines(planted.phrase, directory, '--fixed-strings', '--ignore-case'),
    like: await likeSeconds(directory),
    load: await seconds(() => readAll(directory, (text) => text.includes(planted.phrase))),
  };
  console.log(
    JSON.stringify({
      ...{ solutions, steps, raw, ingest: solutions / ingest },
      index: { perMinute: (60 * solutions) / indexing, share: textIndexBytes(file) / texts },
      ...{ found, whole, wholePhrase, peers },
    }),
  );
} finally {
  rmSync(base, { recursive: true, force: true });
}
