/**
 * The conformance vectors of writers: what is to be told, and the line that it becomes. The Python writer is held to the same file
 * (python/tests/test_vectors.py).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { questionId } from '../../../src/core/hash.js';
import { mulberry32 } from '../../../src/core/mulberry32.js';
import { decodeArray, encodeF16, encodeF32 } from '../../../src/protocol/arrays.js';
import { traceNumbers } from '../../../src/protocol/decodeTrace.js';
import { encodeTrace } from '../../../src/protocol/encodeTrace.js';
import type { EventBody, EventOf } from '../../../src/protocol/events.js';
import { parseLine } from '../../../src/protocol/parseLine.js';
import { eventLine } from '../../../src/protocol/runWriter.js';
import type { TraceNumbers } from '../../../src/protocol/traceNumbers.js';

type Arguments = Record<string, unknown>;
interface Vector {
  about: string;
  type: EventBody['type'];
  /** By the protocol's keys; numbers that JSON has not are the words NaN, Infinity and -Infinity. */
  arguments: Arguments;
  /** Whether Python writes some number of it with other digits for the same value (`1.0`, `1e-07`): then lines are compared as JSON. */
  floats?: true;
  line: string;
}
interface Vectors {
  time: string;
  events: Vector[];
  /** Of float32 values: their halves. */
  halves: { f32: string; f16: string };
  questions: { question: string; id: string }[];
}

const file = join(import.meta.dirname, '../../fixtures/protocol/vectors.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

const words = new Map<unknown, number>([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);
function inNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inNumbers);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, inNumbers(v)]));
  return words.get(value) ?? value;
}

const keys: Record<string, keyof TraceNumbers<number[]>> = {
  ends: 'ends',
  ids: 'ids',
  logp_sampler: 'logpSampler',
  logp_old: 'logpOld',
  logp_ref: 'logpRef',
  logp: 'logp',
  kl: 'kl',
  ratio: 'ratio',
  entropy: 'entropy',
  rank: 'rank',
  advantage: 'advantage',
  mask: 'mask',
};
const numbersOf = (given: Arguments): TraceNumbers<number[]> =>
  Object.fromEntries(Object.entries(keys).flatMap(([key, name]) => (key in given ? [[name, given[key]]] : []))) as never;

function bodyOf({ type, arguments: plain }: Vector): EventBody {
  const given = inNumbers(plain) as Arguments;
  if (type !== 'trace') return { type, ...given } as never;
  const { step, group, solution } = given as { step: number; group: number; solution: number };
  return { type, step, group, solution, ...encodeTrace(numbersOf(given)) };
}

const lineOf = (vector: Vector, seq: number): string => eventLine(seq, vectors.time, bodyOf(vector));

test('the TypeScript writer writes these lines, and nothing else (npm run golden writes them anew)', async () => {
  const next = mulberry32(1);
  const bits = Uint32Array.from({ length: 4000 }, () => next() * 2 ** 32);
  const values = new Float32Array(bits.buffer);
  const now: Vectors = {
    ...vectors,
    events: vectors.events.map((vector, i) => ({ ...vector, line: lineOf(vector, i + 1) })),
    halves: { ...encodeF32(values), ...encodeF16(values) },
    questions: vectors.questions.map(({ question }) => ({ question, id: questionId(question) })),
  };
  await expect(`${JSON.stringify(now, null, 1)}\n`).toMatchFileSnapshot(file);
});

test('there is one of every event that a trainer writes', () => {
  const types = ['status', 'metrics', 'group', 'trace', 'benchmark', 'checkpoint', 'span', 'telemetry', 'log', 'resume'];
  expect(new Set(vectors.events.map((v) => v.type))).toEqual(new Set(types));
});

describe('the reader gives back what was told', () => {
  test.each(vectors.events.map((vector, i) => [vector.about, vector, i + 1] as const))('%s', (_, vector, seq) => {
    const parsed = parseLine(vector.line.trimEnd());
    if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
    expect(parsed.faults).toEqual([]);
    const { event } = parsed;
    expect(event).toMatchObject({ v: 1, seq, time: vectors.time, type: vector.type });
    if (event.type === 'trace') expectNumbers(event, inNumbers(vector.arguments) as Arguments);
    else expect(event).toEqual({ v: 1, seq, time: vectors.time, type: vector.type, ...vector.arguments });
  });
});

function expectNumbers(event: EventOf<'trace'>, given: Arguments): void {
  const read = traceNumbers(event);
  const told = numbersOf(given);
  for (const name of Object.values(keys)) {
    const [out, put] = [read[name], told[name]];
    if (put === undefined) continue;
    expect(out, name).toHaveLength(put.length);
    for (const [t, x] of put.entries()) {
      const y = out![t];
      // Half precision: 11 bits, and nothing finer than 2^-24; beyond 65504 infinite.
      const close =
        Object.is(x, y) ||
        x === y ||
        Math.abs(x - y) <= Math.abs(x) * 2 ** -10 + 2 ** -24 ||
        (Math.abs(x) > 65504 && y === Math.sign(x) * Infinity);
      if (!(close || (Number.isNaN(x) && Number.isNaN(y)))) throw new Error(`${name}[${t}]: ${x} was told, ${y} is read`);
    }
  }
}

test('halves are those nearest to the values', () => {
  const [values, halves] = [decodeArray({ f32: vectors.halves.f32 }), decodeArray({ f16: vectors.halves.f16 })];
  for (const [i, x] of values.entries()) {
    if (Number.isNaN(x)) expect(halves[i]).toBeNaN();
    else if (Math.abs(x) >= 65520) expect(halves[i]).toBe(Math.sign(x) * Infinity);
    else expect(Math.abs(x - halves[i])).toBeLessThanOrEqual(Math.max(Math.abs(x) * 2 ** -11, 2 ** -25));
  }
});
