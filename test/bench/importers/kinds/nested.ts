/** Parquet whose columns hold records and lists. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer, type SchemaElement } from 'hyparquet-writer';
import { BATCH, GROUP, questionOf, rewardOf, textOf } from '../rows.js';
import { plain, within, type Kind } from './kind.js';
import { decodeParquet } from './tables.js';

const text = (name: string): SchemaElement => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' });
const integer = (name: string): SchemaElement => ({ name, type: 'INT64', repetition_type: 'OPTIONAL' });
const double = (name: string): SchemaElement => ({ name, type: 'DOUBLE', repetition_type: 'OPTIONAL' });
const flag = (name: string): SchemaElement => ({ name, type: 'BOOLEAN', repetition_type: 'OPTIONAL' });
/** @param inner fields, each with all that it holds */
const record = (name: string, ...inner: (SchemaElement | SchemaElement[])[]): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', num_children: inner.length },
  ...inner.flat(),
];
const list = (name: string, element: SchemaElement | SchemaElement[]): SchemaElement[] => [
  { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...[element].flat(),
];

type Row = Record<string, unknown>;

/** @param columns each with all that it holds */
function write(path: string, columns: (SchemaElement | SchemaElement[])[], rows: readonly Row[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const schema: SchemaElement[] = [{ name: 'schema', num_children: columns.length }, ...columns.flat()];
  const columnData = columns.map((column) => {
    const [{ name }] = [column].flat();
    return { name, data: rows.map((row) => row[name]) };
  });
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ schema, columnData })));
}

async function decode(folder: string, each: (record: unknown) => void): Promise<void> {
  for (const path of within(folder)) await decodeParquet(path, each);
}

const trajectoryColumns = [
  integer('group_index'),
  integer('trajectory_index'),
  double('reward'),
  text('metrics'),
  list('messages', record('element', text('role'), text('content'), text('tool_calls'), text('tool_call_id'), flag('trainable'))),
];

/** A row of ART's table of version 2, without the copy of it all that is kept beside. */
function trajectory(row: number, i: number): Row {
  const message = (role: string, content: string) => ({
    role,
    content,
    tool_calls: null,
    tool_call_id: null,
    trainable: role === 'assistant',
  });
  return {
    group_index: BigInt(Math.floor(i / GROUP)),
    trajectory_index: BigInt(i % GROUP),
    reward: rewardOf(row),
    metrics: JSON.stringify({ correct: rewardOf(row) }),
    messages: [message('user', questionOf(row)), message('assistant', textOf(row))],
  };
}

const documentColumns = [
  record('doc', text('query'), list('choices', text('element')), integer('gold_index'), text('id'), text('task_name')),
  record('metric', double('em'), double('avg@n:n=8')),
  record('model_response', text('input'), list('text', text('element')), list('output_tokens', list('element', integer('element')))),
];

/** A document of lighteval with its samples. */
function document(first: number): Row {
  const rows = Array.from({ length: GROUP }, (_, i) => first + i);
  return {
    doc: { query: questionOf(first), choices: ['1'], gold_index: 0n, id: String(first / GROUP), task_name: 'sums|0' },
    metric: { em: rewardOf(first), 'avg@n:n=8': 1 / 3 },
    model_response: { input: questionOf(first), text: rows.map(textOf), output_tokens: rows.map((row) => [BigInt(row % 100), 2n]) },
  };
}

export const nested: Record<string, Kind> = {
  art: {
    format: 'art',
    bytes: plain,
    make(rows, folder) {
      for (let step = 1; step <= Math.ceil(rows / BATCH); step++) {
        const path = join(folder, `trajectories/train/${String(step).padStart(4, '0')}.parquet`);
        const all = Array.from({ length: BATCH }, (_, i) => trajectory(step * BATCH + i, i));
        write(path, trajectoryColumns, all);
      }
    },
    decode,
  },
  lighteval: {
    format: 'lighteval',
    bytes: plain,
    make(rows, folder) {
      const time = '2026-11-24T02-07-28.358654';
      for (let task = 0; task < Math.ceil(rows / BATCH); task++) {
        const path = join(folder, `details/made/${time}/details_sums${task}_0_${time}.parquet`);
        const all = Array.from({ length: BATCH / GROUP }, (_, i) => document(task * BATCH + i * GROUP));
        write(path, documentColumns, all);
      }
    },
    decode,
  },
};
