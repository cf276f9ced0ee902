import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogPart } from '../../../src/importers/formats/inspect/inspectLog.js';
import type { PartEvent } from '../../../src/importers/parts/part.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'grpo-lab-inspect-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sample = (id: number) => ({
  id,
  epoch: 1,
  input: `What is ${id} + 1?`,
  target: String(id + 1),
  output: { choices: [{ message: { role: 'assistant', content: String(id + 1) }, stop_reason: 'stop' }] },
});

test('a log that could not be read in between still takes back the groups that it has no more', async () => {
  const path = join(folder, 'log.json');
  const write = (samples: unknown[]) => writeFileSync(path, JSON.stringify({ eval: { task: 'sums' }, samples }));
  write([1, 2, 3, 4, 5].map(sample));
  const part = new LogPart({ path, name: 'log.json', bytes: statSync(path).size, modified: 0 }, false);
  const kinds = async (): Promise<PartEvent['kind'][]> => {
    const all: PartEvent['kind'][] = [];
    for await (const { kind } of part.read(new AbortController().signal)) all.push(kind);
    return all;
  };
  expect(await kinds()).not.toContain('superseded');
  write([sample(1), 'torn']);
  await expect(kinds()).rejects.toThrow('samples[1]');
  write([1, 2, 3].map(sample));
  expect(await kinds()).toContain('superseded');
});
