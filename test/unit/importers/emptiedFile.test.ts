import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderSource } from '../../../src/importers/files/folderSource.js';
import { generic } from '../../../src/importers/formats/generic/generic.js';
import { groupJsonl } from '../../../src/importers/formats/groupJsonl/groupJsonl.js';
import type { ImportSession } from '../../../src/importers/importer.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grpo-lab-emptied-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function events(session: ImportSession): Promise<string[]> {
  const outcomes: string[] = [];
  for await (const item of session.read(new AbortController().signal)) {
    if (item.kind !== 'event') continue;
    if (item.event.type === 'resume') outcomes.push(`after ${item.event.from_step} nothing holds`);
    if (item.event.type === 'group') outcomes.push(`${item.event.step}: ${item.event.question}`);
  }
  return outcomes;
}

// A program that writes its file anew empties it first: a look may fall between the two.
const formats = [
  ['groups', (f: string) => groupJsonl.open(folderSource(f), {})],
  ['rows', (f: string) => generic.open(folderSource(f), { mapping: { solution: 'text', question: 'question', step: 'step' } })],
] as const;
const lineOf = (kind: string, step: number, question: string): string =>
  `${JSON.stringify(kind === 'groups' ? { step, question, samples: [{ text: 'A: 1', reward: 1 }] } : { step, question, text: 'A: 1' })}\n`;

test.each(formats)('%s that are gone when the file is seen empty do not come back with its new content', async (kind, open) => {
  const file = join(folder, 'rollouts.jsonl');
  const line = (step: number, question: string): string => lineOf(kind, step, question);
  writeFileSync(file, line(1, 'x') + line(2, 'y') + line(3, 'z'));
  const session = open(folder);
  await events(session);
  writeFileSync(file, '');
  expect(await events(session)).toContain('after 0 nothing holds');
  writeFileSync(file, line(1, 'x') + line(2, 'other') + line(9, 'end'));
  expect((await events(session)).slice(0, 2)).toEqual(['1: x', '2: other']);
  await session.close();
});

test.each(formats)('%s of step 0 are taken back too when the file is written anew', async (kind, open) => {
  const file = join(folder, 'rollouts.jsonl');
  writeFileSync(file, lineOf(kind, 0, 'x') + lineOf(kind, 0, 'y'));
  const session = open(folder);
  await events(session);
  writeFileSync(file, lineOf(kind, 0, 'z'));
  expect(await events(session)).toEqual(['after -1 nothing holds', '0: z']);
  await session.close();
});
