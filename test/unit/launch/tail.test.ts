import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { tailOf } from '../../../src/launch/tail.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-tail-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tail = (text: string, lines = 10, from = 0): Promise<string[]> => {
  const file = join(folder, 'stderr.log');
  writeFileSync(file, text);
  return tailOf(file, lines, from);
};

test('the last lines, none of them empty, and none of another process', async () => {
  expect(await tail('one\ntwo\r\n\n  \nthree', 2)).toEqual(['two', 'three']);
  expect(await tail('before\nnow\n', 10, 'before\n'.length)).toEqual(['now']);
  expect(await tail('')).toEqual([]);
  expect(await tailOf(join(folder, 'none'), 5)).toEqual([]);
});

test('a progress bar leaves what a terminal would be left with', async () => {
  // As tqdm writes them: each state over the last one, a line cleared before others print, a nested bar that goes up again.
  const bar = ['', '  0%|   | 0/2', '                ', ' 50%|█  | 1/2', '100%|██ | 2/2'].join('\r');
  const nested = '\nSaving: 100%|██| 1/1\u001b[A\n';
  expect(await tail(`loading\n${bar}${nested}\r 50%|█  | 1/2\r               \rTraceback\n`)).toEqual([
    'loading',
    '100%|██ | 2/2',
    'Saving: 100%|██| 1/1',
    'Traceback',
  ]);
  // Thousands of states are one line, of which the last counts.
  const states = Array.from({ length: 5000 }, (_, i) => `\r${i}/5000`).join('');
  expect(await tail(`${states}\nValueError: no\n`)).toEqual(['4999/5000', 'ValueError: no']);
});

test('a very long line is cut', async () => {
  const [line] = await tail(`${'x'.repeat(5000)}\n`);
  expect(line).toBe(`${'x'.repeat(499)}…`);
});
