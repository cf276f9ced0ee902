import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parquetRows, parquetSchema } from '../../../src/importers/files/parquet.js';
import { writeParquet, type FileColumn } from '../../builders/parquetFile.js';
import { sharedTest } from '../../builders/sharedData.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpo-lab-parquet-'));
  path = join(folder, 'a.parquet');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const columns: FileColumn[] = [
  { name: 'step', type: 'int64', value: (row) => row >> 3 },
  { name: 'text', type: 'string', value: (row) => `é${row}`.repeat(row % 7) },
  { name: 'reward', type: 'double', value: (row) => row / 3 },
];
const optional = { repetition_type: 'OPTIONAL' } as const;
const string = { type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional } as const;
const list = { converted_type: 'LIST', num_children: 1, ...optional } as const;
const repeated = { name: 'list', repetition_type: 'REPEATED', num_children: 1 } as const;
/** A list of records with a text and a list of texts. */
const callsSchema: SchemaElement[] = [
  { name: 'schema', num_children: 1 },
  { name: 'calls', ...list },
  repeated,
  { name: 'element', num_children: 2, ...optional },
  { name: 'name', ...string },
  { name: 'args', ...list },
  repeated,
  { name: 'element', ...string },
];

async function rowsOf(file = path, wanted?: string[]): Promise<Record<string, unknown>[]> {
  const rows = [];
  for await (const row of parquetRows(file, { signal, name: 'a.parquet', ...(wanted && { columns: wanted }) })) rows.push(row);
  return rows;
}

test.each(['none', 'zstd'] as const)('columns whose pages end at different rows come out as rows (%s)', async (codec) => {
  writeParquet(path, 1000, columns, { codec, pageBytes: 700 });
  const rows = await rowsOf();
  expect(rows).toEqual(Array.from({ length: 1000 }, (_, i) => ({ step: i >> 3, text: `é${i}`.repeat(i % 7), reward: i / 3 })));
  expect(await rowsOf(path, ['reward'])).toEqual(rows.map(({ reward }) => ({ reward })));
  expect(await parquetSchema(path)).toMatchObject({
    rows: 1000,
    columns: [
      { name: 'step', type: 'int64' },
      { name: 'text', type: 'string' },
      { name: 'reward', type: 'double' },
    ],
  });
});

/** @returns how many rows there are */
async function comparedWithLibrary(file: string): Promise<number> {
  const expected = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  expect(await rowsOf(file)).toEqual(expected.map((row) => ({ ...row, step: Number(row.step) })));
  return expected.length;
}

test('what pandas wrote comes out as from the library alone', async () => {
  const file = join(import.meta.dirname, '../../fixtures/importers/trl/grpo/completions/completions_00002.parquet');
  expect(await comparedWithLibrary(file)).toBeGreaterThan(0);
});

sharedTest('rollouts/trl-1.13-grpo/completions/completions_00002.parquet', 'and so it does of a longer run', async (path) => {
  expect(await comparedWithLibrary(path)).toBeGreaterThan(0);
});

const nested = join(import.meta.dirname, '../../fixtures/parquet');
test.each([1, 2])(
  'lists and records within each other, on version %i pages that end anywhere, come out as they went in',
  async (version) => {
    const expected = JSON.parse(await readFile(join(nested, 'rows.json'), 'utf8')) as unknown;
    expect(await rowsOf(join(nested, `pages-v${version}.parquet`))).toEqual(expected);
  },
);

test('rows of lists and records are the same however many stand on a page', async () => {
  const text = fc.option(fc.string({ maxLength: 3 }));
  const calls = fc.option(
    fc.array(fc.option(fc.record({ name: text, args: fc.option(fc.array(text, { maxLength: 3 })) })), { maxLength: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 4000 }), async (kinds, pageSize) => {
      const data = Array.from({ length: 2500 }, (_, i) => kinds[i % kinds.length]);
      await writeFile(path, new Uint8Array(parquetWriteBuffer({ schema: callsSchema, columnData: [{ name: 'calls', data }], pageSize })));
      expect((await rowsOf()).map((row) => row.calls)).toEqual(data);
    }),
    { numRuns: 15 },
  );
});

test('an unknown column is told, with those there are', async () => {
  writeParquet(path, 3, columns);
  await expect(rowsOf(path, ['nope'])).rejects.toThrow('a.parquet, column nope: there is no such column. The file has step, text, reward.');
});

test('files that are cut, damaged or something else are told as that', async () => {
  writeParquet(path, 500, columns, { codec: 'zstd', pageBytes: 700 });
  const whole = await readFile(path);
  await writeFile(path, whole.subarray(0, whole.length - 10));
  await expect(rowsOf()).rejects.toThrow('a.parquet: not a complete Parquet file');
  await writeFile(path, '');
  await expect(rowsOf()).rejects.toThrow('a.parquet: not a complete Parquet file');
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 400, 3000);
  await writeFile(path, damaged);
  await expect(rowsOf()).rejects.toThrow(/^a\.parquet, (row|column) .*damaged/);
  const lying = Buffer.from(whole);
  lying.writeUInt32LE(0x7fffffff, whole.length - 8);
  await writeFile(path, lying);
  await expect(rowsOf()).rejects.toThrow('a.parquet: a Parquet footer of 2147483647 bytes cannot be');
});

test.each([
  [{ inflated: 1_000_000_000 }, 'at most 256 are read'],
  [{ inflated: 200_000_000 }, 'refused as a bomb'],
  [{ values: 2_000_000_000 }, 'a page of 2000000000 values'],
])('a page that announces %j is refused before anything is inflated', async (lies, message) => {
  writeParquet(path, 50, columns, { codec: 'zstd', lies });
  await expect(rowsOf()).rejects.toThrow(message);
});
