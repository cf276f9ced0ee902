/** Parquet whose columns hold records and lists. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileWriter, parquetWriteRows, type SchemaElement } from 'hyparquet-writer';
import { BATCH, GROUP, questionOf, rewardOf, textOf } from '../rows.js';
import { plain, stepsOf, within, type Kind } from './kind.js';
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
function write(path: string, columns: (SchemaElement | SchemaElement[])[], count: number, row: (i: number) => Row): void {
  mkdirSync(dirname(path), { recursive: true });
  const schema: SchemaElement[] = [{ name: 'schema', num_children: columns.length }, ...columns.flat()];
  const names = columns.map((column) => ({ name: [column].flat()[0].name }));
  const rows = (function* () {
    for (let i = 0; i < count; i++) yield row(i);
  })();
  void parquetWriteRows({ writer: fileWriter(path), schema, columns: names, rows, rowGroupSize: 10_000 });
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

const art = (perStep: number): Kind => ({
  format: 'art',
  bytes: plain,
  make(rows, folder) {
    for (const { step, first, count } of stepsOf(rows, perStep)) {
      const path = join(folder, `trajectories/train/${String(step).padStart(4, '0')}.parquet`);
      write(path, trajectoryColumns, count, (i) => trajectory(first + i, i));
    }
  },
  decode,
});

const lighteval = (perTask: number): Kind => ({
  format: 'lighteval',
  bytes: plain,
  make(rows, folder) {
    const time = '2026-11-24T02-07-28.358654';
    for (const { step, first, count } of stepsOf(rows, perTask)) {
      const path = join(folder, `details/made/${time}/details_sums${step}_0_${time}.parquet`);
      write(path, documentColumns, count / GROUP, (i) => document(first + i * GROUP));
    }
  },
  decode,
});

export const nested: Record<string, Kind> = { art: art(BATCH), lighteval: lighteval(BATCH) };

/** All of it in one file. */
export const oneNested: Record<string, Kind> = { 'a step of ART': art(Infinity), 'a task of lighteval': lighteval(Infinity) };
