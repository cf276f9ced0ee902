import { cpSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importerById } from '../../../src/importers/index.js';
import type { ImportOptions } from '../../../src/importers/importer.js';
import { importFixtures, importOf, scratch } from '../../builders/importing.js';

const line = (n: number): string => `${JSON.stringify({ question: `q${n}`, output: 'o', samples: [{ text: '1', reward: 1 }] })}\n`;

/** Of an import of the folder: whose last lines are cut off. */
async function torn(format: string, folder: string, options: ImportOptions = {}): Promise<string[]> {
  const { notes } = await importOf(importerById(format)!, folder, options);
  return notes.filter(({ id }) => id === 'torn').map(({ message }) => message);
}

test.each([
  ['groups', {}],
  ['generic', { mapping: { solution: 'output' } }],
])('%s: a last line without its end is mentioned once nobody writes the file any more', async (format, options) => {
  const folder = scratch();
  const file = join(folder, 'rows.jsonl');
  writeFileSync(file, line(1) + line(2).slice(0, -20));
  expect(await torn(format, folder, options)).toEqual([]);
  utimesSync(file, 1e9, 1e9);
  expect(await torn(format, folder, options)).toEqual(['Cut off inside their last line, which is left out: rows.jsonl, line 2.']);
  writeFileSync(file, line(1) + line(2));
  utimesSync(file, 1e9, 1e9);
  expect(await torn(format, folder, options)).toEqual([]);
});

test.each([
  ['tinker', 'tinker/sums', 'metrics.jsonl'],
  ['art', 'art/v2', '.art/sums/models/tiny/history.jsonl'],
])('%s: so is one of its metrics', async (format, fixture, name) => {
  const folder = scratch();
  cpSync(join(importFixtures, fixture), folder, { recursive: true });
  const file = join(folder, name);
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.trimEnd().slice(0, -5));
  utimesSync(file, 1e9, 1e9);
  expect(await torn(format, folder)).toEqual([expect.stringMatching(new RegExp(`left out: .*${name.split('/').at(-1)}, line \\d+\\.$`))]);
});
