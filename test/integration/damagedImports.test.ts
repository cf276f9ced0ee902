/** Every kind of file of every format's fixture, damaged in every way: an import is whole or refused by the file's name, and leaves nothing. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportError } from '../../src/importers/importer.js';
import { importers } from '../../src/importers/index.js';
import { importOnce, type ImportedRun } from '../../src/importing/importOnce.js';
import type { ImportRequest } from '../../src/importing/request.js';
import { Store } from '../../src/store/store.js';
import { importFixtures } from '../builders/importing.js';

/** The folder of each format's fixtures that holds one run. */
const fixtures: Readonly<Record<string, string>> = {
  trl: 'trl/grpo',
  verl: 'verl/v1',
  'prime-rl': 'prime-rl/run',
  verifiers: 'verifiers/v0',
  'nemo-rl': 'nemo-rl/exp_001',
  'nemo-gym': 'nemo-gym/tools',
  'qwen-math': 'qwen-math/boats',
  'lm-eval': 'lm-eval/tiny',
  lighteval: 'lighteval/run',
  inspect: 'inspect',
  slime: 'slime/details',
  skyrl: 'skyrl/exports',
  wandb: 'wandb/offline-run-20260821_100000-rloo0001',
  trackio: 'trackio',
  openrlhf: 'openrlhf/run-1',
  tensorboard: 'tensorboard/trl-rloo',
  tinker: 'tinker/sums',
  art: 'art/v2',
  console: 'console/trl',
  curves: 'curves/csv',
};

const gigantic = Buffer.from(`{"text": "${'x'.repeat(65 * 2 ** 20)}"}\n`);
const damages: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  empty: () => Buffer.alloc(0),
  'cut in the middle': (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2)),
  'without its first bytes': (bytes) => bytes.subarray(7),
  'with noise in the middle': (bytes) => {
    const noisy = Buffer.from(bytes);
    for (let i = 0; i < 64; i++) noisy[Math.floor(bytes.length / 2) + i] = (i * 151 + 200) % 256;
    return noisy;
  },
  'in UTF-16': (bytes) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString('latin1'), 'utf16le')]),
  'of other types': () => Buffer.from('[[1, "two", null, {"three": []}]]\n5\n"text"\n{"step": "x", "samples": {"text": 7}}\n'),
  'nested beyond reason': () => Buffer.from(`${'{"a":['.repeat(100_000)}\n`),
  'one gigantic line': () => gigantic,
};

let folder: string;
let runs: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-damaged-'));
  runs = join(folder, '.grpo-lab', 'runs');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Relative to the folder. */
function filesIn(root: string): string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name))).filter((name) => basename(name) !== 'README.md');
}

/** Imports what was damaged: refused with words of our own and nothing left, or a run like any other. */
async function expectWholeOrNothing(request: ImportRequest, damage: string): Promise<void> {
  const result = await importOnce(runs, request, { distFolder: resolve('dist'), signal: new AbortController().signal }).catch(
    (error: unknown) => error,
  );
  if (result instanceof Error) {
    // Anything else would be a fault of ours that a person could do nothing about.
    expect(result, `${damage}: ${result.stack}`).toBeInstanceOf(ImportError);
    expect(result.message.length, damage).toBeLessThan(1000);
    expect(existsSync(runs) ? readdirSync(runs) : [], damage).toEqual([]);
    return;
  }
  const { id, directory } = result as ImportedRun;
  const store = await Store.open({ root: join(folder, '.grpo-lab') });
  expect(store.catchUp(id), damage).toEqual([]);
  store.close();
  rmSync(directory, { recursive: true });
}

test('every format has a fixture to be damaged', () => {
  const known = new Set([...Object.keys(fixtures), 'groups', 'generic']);
  expect(importers.map((i) => i.id).filter((id) => !known.has(id))).toEqual([]);
});

/** Files whose names differ in numbers alone are read the same way: the last of them stands for all. */
const kindsOf = (names: readonly string[]): string[] => [...new Map(names.map((name) => [name.replaceAll(/\d+/g, '#'), name])).values()];

describe.each(Object.entries(fixtures))('%s', (format, fixture) => {
  const original = join(importFixtures, fixture);
  test.each(kindsOf(filesIn(original)))('%s', async (name) => {
    for (const [damage, damaged] of Object.entries(damages)) {
      const copy = join(folder, 'copy');
      rmSync(copy, { recursive: true, force: true });
      cpSync(original, copy, { recursive: true });
      writeFileSync(join(copy, name), damaged(readFileSync(join(original, name))));
      await expectWholeOrNothing({ path: copy, format }, damage);
    }
  });
});

test.each(['groups', 'generic'])('%s', async (format) => {
  const file = join(folder, 'lines.jsonl');
  const samples = [
    { text: '1', reward: 1 },
    { text: '2', reward: 0 },
  ];
  const lines = Array.from({ length: 19 }, (_, i) => JSON.stringify({ question: `q${i}`, output: 'o', gold: '1', samples }));
  for (const [damage, damaged] of Object.entries(damages)) {
    writeFileSync(file, damaged(Buffer.from(lines.join('\n'))));
    await expectWholeOrNothing({ path: file, format, ...(format === 'generic' && { mapping: { solution: 'output' } }) }, damage);
  }
});
