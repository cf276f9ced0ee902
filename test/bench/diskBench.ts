/** Measures a run on disk before and after compression; `disk.mjs` bundles and runs it. Writes its numbers as one line of JSON. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { compactRun } from '../../src/launch/compactRun.js';
import type { EventBody } from '../../src/protocol/events.js';
import { eventsFolder } from '../../src/protocol/segments.js';
import { RunWriter } from '../../src/protocol/runWriter.js';
import { StoreClient } from '../../src/store/client.js';
import { placeDatabase } from '../../src/store/placement.js';
import { Store } from '../../src/store/store.js';
import { aRun, aStatus } from '../builders/aRun.js';
import { Language } from './language.js';

const [worker = '', solutions = '100000'] = process.argv.slice(2);
const base = mkdtempSync(join(tmpdir(), 'grpo-lab-disk-'));
const dataFolder = join(base, 'data');
const shape = { groups: 16, size: 16, tokens: 300 };
const steps = Math.ceil(Number(solutions) / (shape.groups * shape.size));
const long = { step: steps + 1, size: 4, tokens: 32_000 };
const next = mulberry32(7);

const language = new Language(next);

function aSampledGroup(step: number, group: number, size: number, tokens: number): { group: EventBody; traces: EventBody[] } {
  const sampled = Array.from({ length: size }, () => language.sample(tokens));
  return {
    group: {
      ...{ type: 'group', step, group, question_id: `q${next()}`, question: sampled[0].text.slice(0, 180), gold: '42' },
      solutions: sampled.map(({ text }, i) => {
        const correct = next() < 0.4;
        return {
          ...{ text, rewards: { correct: Number(correct) }, reward: Number(correct), advantage: (next() - 0.5) * 4, correct },
          grade: {
            ...{ verdict: correct ? 'equal' : 'different', answer: String(40 + i), span: [text.length - 2, text.length] },
            ...{
              extraction: 'The answer is',
              rule: 'exact integers',
              normal: { answer: String(40 + i), gold: '42' },
              checker: 'grpo-lab 4',
              ms: next(),
            },
          },
          ...{ finish: 'stop', tokens, kl: next() / 50 },
        };
      }),
    },
    traces: sampled.map((one, solution) => language.trace(one, step, group, solution)),
  };
}

/** The same few dozen groups again and again, which no frame is long enough to notice: making them takes longer than writing them. */
function writeRun(runs: string): string {
  const { directory } = aRun('disk').write(runs);
  const pool = Array.from({ length: 48 }, () => aSampledGroup(0, 0, shape.size, shape.tokens));
  const writer = RunWriter.open(directory);
  let n = 0;
  for (let step = 1; step <= steps; step++)
    for (let group = 0; group < shape.groups; group++) {
      const some = pool[n++ % pool.length];
      for (const event of [some.group, ...some.traces]) writer.append({ ...event, step, group } as EventBody);
    }
  const { group, traces } = aSampledGroup(long.step, 0, long.size, long.tokens);
  for (const event of [group, ...traces]) writer.append(event);
  writer.close();
  const watcher = RunWriter.open(directory);
  watcher.append(aStatus(long.step, 'finished'));
  watcher.close();
  return directory;
}

const bytesIn = (folder: string): number => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

function aRoot(name: string, runs: string): string {
  const root = join(base, name);
  mkdirSync(root);
  symlinkSync(runs, join(root, 'runs'));
  return root;
}

async function seconds(work: () => unknown): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

async function ingested(root: string): Promise<number> {
  const store = await Store.open({ root, dataFolder });
  const taken = await seconds(() => store.catchUp());
  store.close();
  return taken;
}

async function p95(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(1000 * (await seconds(work)));
  return all.sort((a, b) => a - b)[Math.floor(0.95 * times)];
}

try {
  const runs = join(base, 'runs');
  mkdirSync(runs);
  const directory = writeRun(runs);
  const tokens = steps * shape.groups * shape.size * shape.tokens + long.size * long.tokens;
  const raw = bytesIn(eventsFolder(directory));
  const plainSeconds = await ingested(aRoot('plain', runs));
  const compactSeconds = await seconds(() => compactRun(directory));
  const compressed = bytesIn(eventsFolder(directory));
  const root = aRoot('compressed', runs);
  const compressedSeconds = await ingested(root);
  const database = statSync(placeDatabase(root, dataFolder).file).size;
  const client = new StoreClient({ root, worker, dataFolder });
  await client.catchUp();
  const step = (): number => 1 + Math.floor(next() * steps);
  const index = (below: number): number => Math.floor(next() * below);
  const open = async (...at: [number, number, number]): Promise<void> => {
    await Promise.all([client.ask.solution('disk', ...at), client.ask.trace('disk', ...at)]);
  };
  console.log(
    JSON.stringify({
      ...{ tokens, raw: raw / tokens, compressed: compressed / tokens, database: database / tokens },
      compactRate: raw / 2 ** 20 / compactSeconds,
      ingest: plainSeconds / compressedSeconds,
      group: await p95(300, () => client.ask.group('disk', step(), index(shape.groups))),
      solution: await p95(300, () => open(step(), index(shape.groups), index(shape.size))),
      long: await p95(60, () => open(long.step, 0, index(long.size))),
    }),
  );
  await client.close();
} finally {
  rmSync(base, { recursive: true, force: true });
}
