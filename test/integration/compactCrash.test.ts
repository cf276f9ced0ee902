/** A compression that is killed at any instant leaves every event readable, once. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mulberry32 } from '../../src/core/mulberry32.js';
import { compactRun } from '../../src/launch/compactRun.js';
import { eventsFolder } from '../../src/protocol/segments.js';
import { Store } from '../../src/store/store.js';
import { aRun, aStep } from '../builders/aRun.js';
import { crashes } from '../builders/crashes.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-compact-crash-'));
const child = join(import.meta.dirname, '../../dist/test/compactAndDie.mjs');
let expected: string[];
/** Calls to the file system that a whole compression takes. */
let calls = 0;

beforeAll(async () => {
  await build({
    entryPoints: [join(import.meta.dirname, 'compactAndDie.ts')],
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  // Two segments that can be compressed, with what makes reading hard.
  const run = aRun('r').withSteps(10).resumedFrom(6).withSteps(8).tornInside(15).write(join(folder, 'original'));
  run.append(...aStep(15));
  const root = aRoot('whole');
  calls = Number(await compactAndDie(root, 0));
  expect(calls).toBeGreaterThan(20);
  expected = await dumped(root);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A `.grpo-lab` folder with a copy of the run. */
function aRoot(name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  cpSync(join(folder, 'original'), join(root, 'runs'), { recursive: true });
  return root;
}
const runIn = (root: string): string => join(root, 'runs', 'r');
const filesIn = (root: string): string[] => readdirSync(eventsFolder(runIn(root)));

/** @returns what it printed; undefined when it was killed */
async function compactAndDie(root: string, call: number): Promise<string | undefined> {
  const running = spawn(process.execPath, [child, runIn(root), String(call)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { promise, resolve } = Promise.withResolvers<string | null>();
  running.on('exit', (_, signal) => resolve(signal));
  const printed = await text(running.stdout);
  return (await promise) === 'SIGKILL' ? undefined : printed;
}

async function dumped(root: string): Promise<string[]> {
  const store = await Store.open({ root });
  expect(store.catchUp()).toEqual([]);
  const lines = [...store.dump()];
  store.close();
  return lines;
}

test('what is read of the compressed run is what was read before', async () => {
  const root = aRoot('plain');
  expect(await dumped(root)).toEqual(expected);
});

test(`killed before any of ${crashes} random calls to the file system, it leaves one or the other whole, and the next one finishes`, async () => {
  let killed = 0;
  let seed = 1;
  const worker = async (): Promise<void> => {
    for (; seed <= crashes;) {
      const mine = seed++;
      const next = mulberry32(mine);
      const root = aRoot(`seed-${mine}`);
      // The database is begun before, or between two deaths: reading goes on at its offset, whichever file it finds.
      for (let lives = 1 + (mine % 2); lives > 0; lives--) {
        if (next() < 0.2) expect(await dumped(root), `seed ${mine}`).toEqual(expected);
        if ((await compactAndDie(root, 1 + Math.floor(next() * calls))) === undefined) killed++;
      }
      expect(await dumped(root), `seed ${mine}`).toEqual(expected);
      await compactRun(runIn(root));
      expect(filesIn(root), `seed ${mine}`).toEqual(filesIn(join(folder, 'whole')));
      rmSync(root, { recursive: true });
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(`killed ${killed} times`);
  expect(killed).toBeGreaterThan(crashes / 2);
}, 300_000);
