import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineTail } from '../../../src/importers/files/lineTail.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpo-lab-tail-'));
  path = join(folder, 'a.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const tailOf = (options?: { maxLineBytes: number }): LineTail => new LineTail({ path, name: 'a.jsonl' }, options);
async function read(tail: LineTail): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of tail.read(signal)) lines.push(text);
  return lines;
}

test('a growing file is told once, and a torn last line waits until it is whole', async () => {
  const tail = tailOf();
  expect(await read(tail)).toEqual([]); // not there yet
  await writeFile(path, '\uFEFF{"a":1}\r\n\r\n{"b":"é');
  expect(await read(tail)).toEqual(['{"a":1}']);
  expect(tail.torn).toMatchObject({ line: 3 });
  await appendFile(path, 'ü"}\n{"c":3}\n');
  expect(await read(tail)).toEqual(['{"b":"éü"}', '{"c":3}']);
  expect(tail.rewritten).toBe(false);
  expect(await read(tail)).toEqual([]);
});

test('line numbers and offsets are those of the file', async () => {
  await writeFile(path, 'é\n\nb\n');
  const lines = [];
  for await (const line of tailOf().read(signal)) lines.push(line);
  expect(lines).toEqual([
    { text: 'é', line: 1, offset: 0, bytes: 2 },
    { text: 'b', line: 3, offset: 4, bytes: 1 },
  ]);
});

test('a last object without a line break is whole already, and its line break told later is no second line', async () => {
  const tail = tailOf();
  await writeFile(path, '{"a":1}\n{"b":NaN}');
  expect(await read(tail)).toEqual(['{"a":1}', '{"b":NaN}']);
  expect(tail.torn).toBe(null);
  await appendFile(path, '\n{"c":3}\n');
  expect(await read(tail)).toEqual(['{"c":3}']);
});

test.each([
  ['truncated', () => truncate(path, 4)],
  ['written anew, shorter', () => writeFile(path, 'x\n')],
  ['written anew, as long', () => writeFile(path, 'one\ntwo\nsix\n')],
  ['written anew, longer', () => writeFile(path, 'ten\ntwo\nthree\nfour\n')],
  [
    'replaced by another file',
    async () => {
      await writeFile(`${path}.new`, 'one\ntwo\nthr\nfour\n');
      await rename(`${path}.new`, path);
    },
  ],
])('a file %s is read from its beginning', async (_, change) => {
  const tail = tailOf();
  await writeFile(path, 'one\ntwo\nthr\n');
  await read(tail);
  await change();
  const again = await read(tail);
  expect(tail.rewritten).toBe(true);
  expect(again[0]).toMatch(/^(one|x|ten)$/);
  await appendFile(path, 'more\n');
  expect(await read(tail)).toEqual(['more']);
  expect(tail.rewritten).toBe(false);
});

test('UTF-16, other encodings and gigantic lines are refused, with their place', async () => {
  await writeFile(path, Buffer.from('\uFEFFabc\n', 'utf16le'));
  await expect(read(tailOf())).rejects.toThrow('a.jsonl, byte 0: the text is UTF-16');
  await writeFile(path, Buffer.from('{"a":1}\n', 'utf16le'));
  await expect(read(tailOf())).rejects.toThrow('UTF-16');
  await writeFile(path, Buffer.concat([Buffer.from('{"a":"ä"}\n{"b":"'), Buffer.from([0xe4]), Buffer.from('"}\n')]));
  await expect(read(tailOf())).rejects.toThrow('a.jsonl, line 2: bytes that are not UTF-8 (after 6 good ones)');
  await writeFile(path, `short\n${'x'.repeat(5000)}\n`);
  await expect(read(tailOf({ maxLineBytes: 1000 }))).rejects.toThrow('a.jsonl, line 2: longer than');
  await writeFile(path, `short\n${'x'.repeat(5000)}`);
  await expect(read(tailOf({ maxLineBytes: 1000 }))).rejects.toThrow('a.jsonl, line 2: longer than');
});

test('however the writing is cut, every line is told once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 20 }),
      fc.array(fc.nat(30), { maxLength: 12 }),
      async (texts, cuts) => {
        const lines = texts.map((text) => JSON.stringify({ text }));
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        await writeFile(path, '');
        const tail = tailOf();
        const linesRead: string[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          const end = Math.min(bytes.length, at + cut);
          await appendFile(path, bytes.subarray(at, end));
          at = end;
          linesRead.push(...(await read(tail)));
        }
        expect(linesRead).toEqual(lines);
      },
    ),
    { numRuns: 60 },
  );
});
