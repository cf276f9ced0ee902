/** Rows as Parquet, one row group behind the other. */
import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Column, ColumnType, RowFile, Write } from './rowFile.js';

/** A row group is written when its values come to so many characters: to compress them takes some 20 ms, which holds up no window. */
const groupCharacters = 2 * 1024 * 1024;
/** Or to so many rows. */
const groupRows = 20_000;

/** Zstandard of level 1: a third of the time of Snappy in plain JavaScript, in two thirds of the space. */
const zstd = (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });

/**
 * Integers are 64 bits wide, numbers doubles. Reward terms are a list of `{term, reward}` and turns a list of records, not maps, which
 * several readers do not know.
 * @param write is given the bytes of each row group when it is whole
 */
export function parquetFile<Row>(write: Write, columns: readonly Column<Row>[]): RowFile<Row> {
  const writer = new ByteWriter();
  const schema = [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(({ name, type }) => schemaOf[type](name))];
  const parquet = new ParquetWriter({ writer, schema, codec: 'ZSTD', compressors: { ZSTD: zstd }, createdBy: 'grpo-lab' });
  let waiting: unknown[][] = columns.map(() => []);
  let characters = 0;

  /** What the writer has made goes to the file, and its buffer is used again. */
  async function pass(): Promise<void> {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    await write(bytes);
  }

  async function group(): Promise<void> {
    const rows = waiting[0].length;
    if (rows === 0) return;
    await parquet.write({ columnData: columns.map(({ name }, i) => ({ name, data: waiting[i] })), rowGroupSize: rows });
    waiting = columns.map(() => []);
    characters = 0;
    await pass();
  }

  return {
    add: async (rows) => {
      for (const row of rows) {
        for (const [i, { type, value }] of columns.entries()) {
          const cell = value(row);
          if (typeof cell === 'string') characters += cell.length;
          waiting[i].push(valueOf(type, cell));
        }
        if (characters >= groupCharacters || waiting[0].length >= groupRows) await group();
      }
    },
    end: async () => {
      await group();
      await parquet.finish();
      await pass();
    },
  };
}

function valueOf(type: ColumnType, value: unknown): unknown {
  if (type === 'integer') return BigInt(value as number);
  if (type === 'terms') return Object.entries(value as Record<string, number | null>).map(([term, reward]) => ({ term, reward }));
  if (type === 'turns?' && value !== null)
    return (value as { start: number; end: number }[]).map((turn) => ({ ...turn, start: BigInt(turn.start), end: BigInt(turn.end) }));
  return value;
}

const required = { repetition_type: 'REQUIRED' } as const;
const optional = { repetition_type: 'OPTIONAL' } as const;
const utf8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

/** A list of records, in the three levels that the format prescribes. */
const listOf = (name: string, presence: typeof required | typeof optional, fields: SchemaElement[]): SchemaElement[] => [
  { name, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1, ...presence },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', num_children: fields.length, ...required },
  ...fields,
];

const schemaOf: Record<ColumnType, (name: string) => SchemaElement[]> = {
  text: (name) => [{ name, ...utf8, ...required }],
  'text?': (name) => [{ name, ...utf8, ...optional }],
  integer: (name) => [{ name, type: 'INT64', ...required }],
  'number?': (name) => [{ name, type: 'DOUBLE', ...optional }],
  'boolean?': (name) => [{ name, type: 'BOOLEAN', ...optional }],
  terms: (name) =>
    listOf(name, required, [
      { name: 'term', ...utf8, ...required },
      { name: 'reward', type: 'DOUBLE', ...optional },
    ]),
  'turns?': (name) =>
    listOf(name, optional, [
      { name: 'role', ...utf8, ...required },
      { name: 'kind', ...utf8, ...required },
      { name: 'start', type: 'INT64', ...required },
      { name: 'end', type: 'INT64', ...required },
      { name: 'name', ...utf8, ...optional },
      { name: 'call', ...utf8, ...optional },
      { name: 'ok', type: 'BOOLEAN', ...optional },
      { name: 'seconds', type: 'DOUBLE', ...optional },
      { name: 'reward', type: 'DOUBLE', ...optional },
      { name: 'media', ...utf8, ...optional },
    ]),
};
