import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRows } from '../../../src/importers/files/csvRows.js';
import { PlainCsv } from '../../../src/importers/files/plainCsv.js';
import { scratch } from '../../builders/importing.js';

const folder = scratch();

interface Read {
  rows: { row: Record<string, string>; at: number }[];
  error: string | null;
}

async function readRows(path: string, name: string): Promise<Read> {
  const rows: Read['rows'] = [];
  try {
    for await (const block of csvRows({ path, name }, new AbortController().signal))
      for (const { row, at } of block) rows.push({ row: { ...row }, at });
    return { rows, error: null };
  } catch (error) {
    return { rows, error: (error as Error).message };
  }
}

/** All the rules of CSV, by csv-parse; a mark of UTF-8 is gone when text is decoded. */
function reference(text: string, delimiter: string): Read {
  try {
    const options = { columns: true, bom: true, info: true, skip_empty_lines: true, delimiter } as const;
    const records = parse(text.replace(/^\uFEFF/, ''), options) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    return { rows: records.map(({ record, info }) => ({ row: { ...record }, at: info.lines })), error: null };
  } catch (error) {
    return { rows: [], error: (error as Error).message };
  }
}

/** Mostly cells of a table, now and then what is none. */
const pieces = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a,b', '1,2', '3.5,', ',', 'ä,🙂', ' x , y', '"q, ""z""",1', '1e3,-7', 'a\tb', '') },
  { weight: 1, arbitrary: fc.constantFrom('one', 'a,b,c', '"', 'a"b,c', '__proto__,x', '1,1', '\r', ' ', '\uFEFF') },
);
const texts = fc
  .tuple(fc.constantFrom('', '\uFEFF'), fc.array(pieces, { maxLength: 7 }), fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), fc.nat(6))
  .map(([mark, lines, end, last, other]) =>
    [mark, ...lines.map((line, i) => line + (i + 1 === lines.length && !last ? '' : i === other ? '\n' : end))].join(''),
  );

test('any text gives the rows, their lines and the faults that all the rules of CSV give', async () => {
  const path = join(folder, 'any.csv');
  let withRows = 0;
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom(',', '\t'), async (text, delimiter) => {
      writeFileSync(path, text);
      const read = await readRows(path, delimiter === ',' ? 'any.csv' : 'any.tsv');
      const expected = reference(text, delimiter);
      if (expected.error === null) expect(read).toEqual(expected);
      else expect(read.error).toContain(expected.error);
      if (expected.rows.length > 0) withRows++;
    }),
    { numRuns: 1000 },
  );
  expect(withRows).toBeGreaterThan(100);
});

test('lines are whole wherever the pieces end in which a file is read, and a quote far down tells no row twice', async () => {
  const path = join(folder, 'long.csv');
  const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${'ä'.repeat(i % 17)}`);
  writeFileSync(path, `step,x\n${lines.join('\n')}\n`);
  const plain = await readRows(path, 'long.csv');
  expect(plain.rows.map(({ row }) => `${row.step},${row.x}`)).toEqual(lines);
  expect(plain.rows.at(-1)?.at).toBe(30_001);
  writeFileSync(path, `step,x\n${lines.join('\n')}\n30000,"a\nb"\n30001,c\n`);
  const { rows, error } = await readRows(path, 'long.csv');
  expect(error).toBeNull();
  expect(rows.slice(-3).map(({ row, at }) => `${row.step} ${row.x} ${at}`)).toEqual([
    `29999 ${'ä'.repeat(29_999 % 17)} 30001`,
    '30000 a\nb 30003',
    '30001 c 30004',
  ]);
  expect(rows.length).toBe(30_002);
});

test('a table of numbers is plain to its end', async () => {
  const path = join(folder, 'numbers.csv');
  writeFileSync(path, 'step,loss\r\n1,0.5\r\n\r\n2,0.25');
  const csv = new PlainCsv(path, ',');
  const rows: unknown[] = [];
  for await (const block of csv.read(new AbortController().signal)) for (const { row } of block) rows.push(row);
  expect(rows).toEqual([
    { step: '1', loss: '0.5' },
    { step: '2', loss: '0.25' },
  ]);
  expect(csv.ended).toBe(false);
});
