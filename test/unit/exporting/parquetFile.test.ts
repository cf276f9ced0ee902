import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expect, test } from 'vitest';
import { pairFile, type PairRow } from '../../../src/exporting/pairFile.js';
import type { RowFile, Write } from '../../../src/exporting/rowFile.js';
import { solutionFile, type SolutionRow } from '../../../src/exporting/solutionFile.js';
import type { ExportedSolution } from '../../../src/store/views.js';

async function written<Row>(open: (write: Write) => Promise<RowFile<Row>>, parts: Row[][]): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  const file = await open((piece) => Promise.resolve(void pieces.push(piece as Uint8Array)));
  for (const rows of parts) await file.add(rows);
  await file.end();
  const whole = Buffer.concat(pieces);
  return whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength);
}
const read = (file: ArrayBuffer): Promise<Record<string, unknown>[]> => parquetReadObjects({ file, compressors });
const solutions = (write: Write): Promise<RowFile<SolutionRow>> => solutionFile('parquet', write);

const number = fc.option(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(-0, Infinity, -Infinity)));
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const turn = fc.record(
  {
    role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const, 'tool' as const),
    kind: fc.constantFrom('text' as const, 'reasoning' as const, 'tool_call' as const),
    start: fc.nat(),
    end: fc.nat(),
    name: text,
    ok: fc.boolean(),
    seconds: fc.double({ min: 0, noNaN: true }),
  },
  { requiredKeys: ['role', 'kind', 'start', 'end'] },
);
const anySolution: fc.Arbitrary<ExportedSolution> = fc.record({
  index: fc.nat(5000),
  text,
  turns: fc.option(fc.array(turn, { maxLength: 3 })),
  reward: number,
  rewards: fc.dictionary(text, number, { maxKeys: 3, noNullPrototype: true }),
  advantage: number,
  correct: fc.option(fc.boolean()),
  answer: fc.option(text),
  finish: fc.constantFrom('stop', 'length', 'other'),
  tokens: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  kl: number,
});
const anyRow: fc.Arbitrary<SolutionRow> = fc.record({
  place: fc.record({ run: text, step: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - 1 }), group: fc.nat(5000) }),
  of: fc.record({
    question: text,
    questionId: text,
    questionTurns: fc.option(fc.array(turn, { maxLength: 2 })),
    gold: fc.option(text),
  }),
  solution: anySolution,
});

/** The reader gives a list that is null as undefined. */
const turnsRead = (turns: ExportedSolution['turns']): unknown =>
  turns?.map((turn) => ({
    ...{ name: null, call: null, ok: null, seconds: null, reward: null, media: null },
    ...turn,
    ...{ start: BigInt(turn.start), end: BigInt(turn.end) },
  }));

test('whatever solutions are, Parquet gives back each value in its type, and tells unknown from empty and 0', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(anyRow, { maxLength: 4 }), { maxLength: 3 }), async (parts) => {
      const rows = await read(await written(solutions, parts));
      expect(rows).toEqual(
        parts.flat().map(({ place, of, solution }) => ({
          ...{ run: place.run, step: BigInt(place.step), group: BigInt(place.group + 1), solution: BigInt(solution.index + 1) },
          ...{ question_id: of.questionId, question: of.question, gold: of.gold, text: solution.text },
          ...{ reward: solution.reward, advantage: solution.advantage, correct: solution.correct, answer: solution.answer },
          ...{ finish: solution.finish, tokens: BigInt(solution.tokens), kl: solution.kl },
          rewards: Object.entries(solution.rewards).map(([term, reward]) => ({ term, reward })),
          ...{ question_turns: turnsRead(of.questionTurns), turns: turnsRead(solution.turns) },
        })),
      );
    }),
    { numRuns: 60 },
  );
});

const solution = (index: number, more: Partial<ExportedSolution> = {}): ExportedSolution => ({
  ...{ index, text: `text ${index}`, turns: null, reward: NaN, rewards: {}, advantage: null, correct: null, answer: null },
  ...{ finish: 'stop', tokens: 1, kl: null },
  ...more,
});
const of = { question: 'Why?', questionId: 'q', questionTurns: null, gold: null };

test('a reward that is no number stays one', async () => {
  const file = await written(solutions, [[{ place: { run: 'r', step: 1, group: 0 }, of, solution: solution(0) }]]);
  expect((await read(file))[0].reward).toBeNaN();
});

test('texts beyond a few megabytes become row groups of their own, in order', async () => {
  const rows = Array.from({ length: 9 }, (_, i) => ({
    place: { run: 'r', step: 1, group: 0 },
    of,
    solution: solution(i, { text: `${i} `.repeat(400_000) }),
  }));
  const file = await written(solutions, [rows]);
  const { row_groups: groups, num_rows: all } = parquetMetadata(file);
  expect(groups.map((group) => Number(group.num_rows))).toEqual([3, 3, 3]);
  expect(all).toBe(9n);
  expect((await read(file)).map((row) => row.solution)).toEqual(rows.map((_, i) => BigInt(i + 1)));
});

test('a file without a row has its columns', async () => {
  const file = await written((write) => pairFile('parquet', write), []);
  const { schema } = parquetMetadata(file);
  expect(schema.slice(1).map((element) => `${element.name} ${element.type}`)).toEqual([
    ...['prompt BYTE_ARRAY', 'chosen BYTE_ARRAY', 'rejected BYTE_ARRAY', 'chosen_reward DOUBLE', 'rejected_reward DOUBLE'],
    ...['rule BYTE_ARRAY', 'run BYTE_ARRAY', 'step INT64', 'group INT64', 'chosen_solution INT64', 'rejected_solution INT64'],
  ]);
  expect(await read(file)).toEqual([]);
});

const pair: PairRow = {
  place: { run: 'r-1', step: 0, group: 2 },
  of: { ...of, question: 'What is "2 + 2"?\n' },
  pair: { chosen: solution(3, { reward: 1, text: '4' }), rejected: solution(0, { reward: null, text: '5' }) },
  rule: 'right-wrong',
};
const pairRead = { prompt: 'What is "2 + 2"?\n', chosen: '4', rejected: '5', chosen_reward: 1, rejected_reward: null, rule: 'right-wrong' };

test('a pair has what preference trainers read, and where it comes from, as a line of JSON and in Parquet', async () => {
  let line = '';
  const lines = await pairFile('jsonl', (piece) => Promise.resolve(void (line += piece as string)));
  await lines.add([pair]);
  await lines.end();
  expect(line.endsWith('\n')).toBe(true);
  expect(JSON.parse(line)).toEqual({ ...pairRead, run: 'r-1', step: 0, group: 3, chosen_solution: 4, rejected_solution: 1 });
  const file = await written((write) => pairFile('parquet', write), [[pair]]);
  expect(await read(file)).toEqual([{ ...pairRead, run: 'r-1', step: 0n, group: 3n, chosen_solution: 4n, rejected_solution: 1n }]);
});
