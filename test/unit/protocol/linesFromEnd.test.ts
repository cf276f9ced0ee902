import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { fileBytes } from '../../../src/core/files/fileBytes.js';
import { linesFromEnd } from '../../../src/protocol/linesFromEnd.js';
import * as files from '../../../src/core/files/readAt.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'lines');

function linesOf(text: string, longest = 1e9): string[] {
  writeFileSync(file, text);
  const fd = openSync(file, 'r');
  try {
    return [...linesFromEnd(fileBytes(fd, statSync(file).size), longest)].map(String);
  } finally {
    closeSync(fd);
  }
}

test('lines come from the last to the first, wherever blocks end', () => {
  const line = fc.oneof(
    fc.string(),
    fc.tuple(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(90_000)).map(([s, n]) => s.repeat(n)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (parts) => {
      const text = parts.join('\n');
      expect(linesOf(text)).toEqual(text.split('\n').reverse());
    }),
    { numRuns: 60 },
  );
});

test('a line that is too long is left out, its neighbours are not', () => {
  expect(linesOf(`first\n${'x'.repeat(300_000)}\nlast\n`, 100_000)).toEqual(['', 'last', 'first']);
  expect(linesOf(`${'x'.repeat(300_000)}\nlast`, 100_000)).toEqual(['last']);
});

test('a line of many megabytes is read once', () => {
  const read = vi.spyOn(files, 'readAt');
  const bytes = 24 * 1024 * 1024;
  expect(linesOf(`${'x'.repeat(bytes)}\n`)[1]).toHaveLength(bytes);
  const total = read.mock.calls.reduce((sum, [, , length]) => sum + length, 0);
  expect(total).toBe(bytes + 1);
  read.mockRestore();
});
