import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { gradesSidecar, nameOfGrades, type GradeLine } from '../../src/protocol/grades.js';
import { labelsSidecar, nameOfLabels, type LabelLine } from '../../src/protocol/labels.js';
import { SidecarWriter } from '../../src/protocol/sidecarWriter.js';
import { Store } from '../../src/store/store.js';
import { aRun } from '../builders/aRun.js';
import { crashes } from '../builders/crashes.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-crash-'));
const runs = join(folder, 'runs');
const child = join(import.meta.dirname, '../../dist/test/ingestAndDie.mjs');
let expected: string[];
let statements = 0;

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'ingestAndDie.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['better-sqlite3'],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  writeRuns();
  const root = aRoot('whole');
  const store = await Store.open({ root, trace: () => statements++ });
  store.catchUp();
  expected = [...store.dump()];
  store.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Three runs with everything that makes reading hard: a resume, torn, repeated, reordered, unknown and malformed lines, other grades, labels. */
function writeRuns(): void {
  mkdirSync(runs);
  const resumed = aRun('resumed').withSteps(8).resumedFrom(5).withSteps(5).write(runs);
  const lines = readFileSync(resumed.newestSegment, 'utf8').trimEnd().split('\n');
  writeFileSync(resumed.newestSegment, `${[...lines].reverse().join('\n')}\n`);
  const messy = aRun('messy').withSteps(6).write(runs);
  appendFileSync(messy.newestSegment, '{"v":1,"seq":1,"time":"x","type":"log","level":"info","message":"one again"}\n{broken\n');
  appendFileSync(messy.newestSegment, '{"v":1,"seq":9001,"time":"x","type":"hologram"}\n{"v":1,"seq":9002,"ty');
  messy.append({ type: 'log', level: 'info', message: 'a new process' });
  const plain = aRun('plain').withSteps(10).tornInside(11).write(runs);
  for (const checker of ['other 1', 'other 2']) {
    const writer = new SidecarWriter(gradesSidecar, plain.directory, nameOfGrades(checker), { checker });
    writer.append(Array.from({ length: 12 }, (_, i) => aGrade(i)));
    writer.close();
    appendFileSync(writer.file, `{broken\n${JSON.stringify(aGrade(2))}\n${JSON.stringify(aGrade(3)).slice(0, 40)}`);
  }
  for (const author of ['ada', 'bob']) {
    const writer = new SidecarWriter(labelsSidecar, plain.directory, nameOfLabels(author, 'here'), { author, host: 'here' });
    writer.append(Array.from({ length: 12 }, (_, i) => aLabel(i)));
    writer.close();
    appendFileSync(writer.file, `{broken\n${JSON.stringify({ ...aLabel(2), unknown: [1] })}\n${JSON.stringify(aLabel(3)).slice(0, 40)}`);
  }
}

const aGrade = (i: number): GradeLine => ({
  ...{ v: 1, step: 1 + (i % 10), group: 0, solution: i % 4, seq: 1, was: 'equal' },
  grade: { verdict: i % 2 === 0 ? 'equal' : 'different', answer: String(i), span: null, extraction: null, rule: 'by hand' },
});

const aLabel = (i: number): LabelLine => ({
  ...{ v: 1, time: `2026-11-24T09:00:${String(i).padStart(2, '0')}Z`, step: 1 + (i % 5), group: 0, solution: i % 2, seq: 1 },
  ...(i % 3 === 0 ? { note: `note ${i}` } : { label: i % 4 === 0 ? 'hack' : 'odd', ...(i > 8 && { removed: true }) }),
});

/** A `.grpo-lab` folder of its own over the same runs. */
function aRoot(name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  symlinkSync(runs, join(root, 'runs'));
  return root;
}

async function finishAndDump(root: string): Promise<string[]> {
  const store = await Store.open({ root });
  expect(store.catchUp()).toEqual([]);
  const lines = [...store.dump()];
  store.close();
  rmSync(root, { recursive: true });
  return lines;
}

/** Crashes at random statements, then the reading is finished. */
async function crashAndFinish(
  seed: number,
  crashes: number,
  crash: (root: string, bytes: number, after: number) => void | Promise<void>,
): Promise<void> {
  const next = mulberry32(seed);
  const root = aRoot(`seed-${seed}`);
  for (let i = 0; i < crashes; i++) await crash(root, 500 + Math.floor(next() * 30_000), 1 + Math.floor(next() * statements));
  expect(await finishAndDump(root), `seed ${seed}`).toEqual(expected);
}

test(`an ingest that fails at any of ${crashes} random statements goes on to the same database`, async () => {
  let failed = 0;
  for (let seed = 1; seed <= crashes; seed++)
    await crashAndFinish(seed, 1 + (seed % 3), async (root, bytes, after) => {
      let left = after;
      const store = await Store.open({
        root,
        trace: () => {
          if (--left === 0) throw new Error('crash');
        },
      }).catch((error: unknown) => {
        expect(String(error)).toContain('crash');
      });
      if (!store) return;
      try {
        for (const id of store.ingest.scan()) while (store.ingest.advance(id, bytes) !== 'idle');
      } catch (error) {
        expect(String(error)).toContain('crash');
        failed++;
      } finally {
        store.close();
      }
    });
  expect(failed).toBeGreaterThan(crashes);
}, 300_000);

/** @returns whether it was killed on the way; otherwise it had read everything before */
async function ingestAndDie(root: string, bytes: number, after: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; signal: string | null }>();
  const running = spawn(process.execPath, [child, root, String(bytes), String(after)], { stdio: ['ignore', 'ignore', 'inherit'] });
  running.on('exit', (code, signal) => resolve({ code, signal }));
  const { code, signal } = await promise;
  if (signal !== 'SIGKILL') expect(code).toBe(0);
  return signal === 'SIGKILL';
}

test(`a process killed at ${crashes} random statements, several times on the way to one database, loses nothing and doubles nothing`, async () => {
  const killsEach = 5;
  let killed = 0;
  let seed = 1001;
  /** Two at a time: a process starts while another is reading. */
  const worker = async (): Promise<void> => {
    for (; killed < crashes;) {
      const mine = seed++;
      await crashAndFinish(mine, killsEach, async (root, bytes, after) => {
        // Each life reads a part of what there is, so that the next one has something left.
        if (await ingestAndDie(root, bytes, 1 + Math.floor(after / killsEach))) killed++;
      });
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(`killed ${killed} times, seeds 1001 to ${seed - 1}`);
  expect(killed).toBeGreaterThanOrEqual(crashes);
}, 300_000);
