import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { k3 } from '../../../src/core/kl.js';
import { encodeF16, encodeF32, encodeU16, encodeU8, encodeWhole, type TokenArray } from '../../../src/protocol/arrays.js';
import type { EventOf } from '../../../src/protocol/events.js';
import { parseLine } from '../../../src/protocol/parseLine.js';
import { largestKl, traceNumbers } from '../../../src/protocol/decodeTrace.js';
import type { TraceNumbers } from '../../../src/protocol/traceNumbers.js';

const base = { v: 1, seq: 1, time: '2026-01-01T00:00:00Z', type: 'trace', step: 1, group: 0, solution: 0 } as const;
const parse = (trace: object) => parseLine(JSON.stringify({ ...base, ...trace }));
/** Plain arrays in the place of typed ones. */
const plain = (numbers: TraceNumbers<TokenArray>): TraceNumbers<number[]> =>
  Object.fromEntries(Object.entries(numbers).map(([name, array]: [string, TokenArray]) => [name, Array.from(array)])) as never;
const numbersOf = (trace: object) => {
  const parsed = parse(trace);
  if (parsed.kind !== 'event' || parsed.event.type !== 'trace') throw new Error(JSON.stringify(parsed));
  return plain(traceNumbers(parsed.event));
};
const largest = (trace: object) => {
  const parsed = parse(trace);
  if (parsed.kind !== 'event' || parsed.event.type !== 'trace') throw new Error(JSON.stringify(parsed));
  return largestKl(parsed.event);
};
const logp = fc.array(fc.double({ min: -20, max: 0, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('a compact trace', () => {
  test('says of lengths what the full one says of ends', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 50 }), (lengths) => {
        const ends = lengths.map((_, t) => lengths.slice(0, t + 1).reduce((sum, x) => sum + x, 0));
        expect(numbersOf({ lengths: encodeWhole(lengths) })).toEqual({ ends });
      }),
    );
  });

  test('says of differences what the full one says of log-probabilities, and KL and ratio follow', () => {
    fc.assert(
      fc.property(logp, fc.double({ min: -1, max: 1, noNaN: true }), (old, d) => {
        const shifted = old.map((x, t) => x + d * Math.sin(t));
        const ends = old.map((_, t) => t + 1);
        const full = numbersOf({ ends, logp_old: old, logp_ref: shifted, logp: old.map((x) => x - d) });
        const compact = numbersOf({
          lengths: encodeU8(old.map(() => 1)),
          logp_old: old,
          dlogp_ref: old.map((x, t) => shifted[t] - x),
          dlogp: old.map(() => -d),
        });
        const near = (a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined) =>
          expect(Math.max(...Array.from(a!, (x, t) => Math.abs(x - b![t])))).toBeLessThan(1e-9);
        near(compact.logpRef, full.logpRef);
        near(compact.logp, full.logp);
        near(
          compact.kl,
          full.logp!.map((x, t) => k3(x, full.logpRef![t])),
        );
        near(
          compact.ratio,
          full.logp!.map((x, t) => Math.exp(x - old[t])),
        );
        expect(compact.ends).toEqual(full.ends);
      }),
    );
  });

  test('of numbers that were written nothing is derived, and of what is unknown neither', () => {
    const recorded = numbersOf({ ends: [1], logp_old: [-1], logp: [-2], logp_ref: [-1], kl: [7], ratio: [8] });
    expect([recorded.kl, recorded.ratio]).toEqual([[7], [8]]);
    expect(numbersOf({ ends: [1], dlogp: [0.1], logp_sampler: [-1], mask: [0] })).toEqual({ ends: [1], logpSampler: [-1], mask: [0] });
  });

  test('keeps small differences in half precision that the values themselves would lose', () => {
    const [old, d] = [-12.34, 3e-4];
    const error = (x: number) => Math.abs(x - (old + d));
    const compact = numbersOf({ lengths: [1], logp_old: encodeF32([old]), dlogp: encodeF16([d]) }).logp![0];
    const plain = numbersOf({ lengths: [1], logp: encodeF16([old + d]) }).logp![0];
    expect(error(compact)).toBeLessThan(1e-6);
    expect(error(plain)).toBeGreaterThan(1e-3);
  });
});

test('whole numbers take the narrowest kind that holds them', () => {
  expect(encodeWhole([])).toEqual({ u8: '' });
  expect(encodeWhole([0, 255])).toEqual(encodeU8([0, 255]));
  expect(encodeWhole([256])).toEqual(encodeU16([256]));
  expect(Object.keys(encodeWhole([65_536]))).toEqual(['u32']);
});

describe('a trace that does not fit', () => {
  test('loses the array that has another length, and is told so', () => {
    const parsed = parse({ ends: [1, 2, 3], mask: [1, 0], logp_old: [-1, -2, -3], ids: { u16: 'AAA' } });
    if (parsed.kind !== 'event') throw new Error('invalid');
    expect(parsed.faults).toEqual([
      'ids: not whole numbers in base64, or too many of them. It is left out',
      'mask: has 2 elements, ends has 3; every array has one element per token. It is left out',
    ]);
    expect(plain(traceNumbers(parsed.event as EventOf<'trace'>))).toEqual({ ends: [1, 2, 3], logpOld: [-1, -2, -3] });
  });

  test('needs to say where tokens end, once', () => {
    expect(parse({ ids: [1] })).toEqual({ kind: 'invalid', reason: 'ends: missing, and lengths too' });
    expect(parse({ ends: [1], lengths: [1] })).toMatchObject({ kind: 'invalid' });
    expect(parse({ lengths: { u16: 'AAA' } })).toMatchObject({ kind: 'invalid', reason: /^lengths: not whole/ });
  });
});

describe('the largest KL of a trace', () => {
  test('is that of the tokens that were learned from, however the trace tells it', () => {
    const ends = [1, 2, 3];
    expect(largest({ ends, kl: [0.1, 0.5, 0.2] })).toBe(0.5);
    expect(largest({ ends, kl: [0.1, 0.5, 'NaN'], mask: [1, 0, 1] })).toBe(0.1);
    expect(largest({ ends, kl: [1, 2, 3], mask: [0, 0, 0] })).toBeNull();
    expect(largest({ ends: [], kl: [] })).toBeNull();
    expect(largest({ ends, logp: [-1, -1, -1] })).toBeNull();
    fc.assert(
      fc.property(logp, fc.boolean(), (old, asDifference) => {
        const ref = old.map((x, t) => x + Math.sin(t));
        const told = asDifference ? { dlogp: old.map(() => 0), dlogp_ref: old.map((x, t) => ref[t] - x) } : { logp: old, logp_ref: ref };
        const trace = { ends: old.map((_, t) => t + 1), logp_old: old, ...told };
        expect(largest(trace)).toBe(Math.max(...numbersOf(trace).kl!));
      }),
    );
  });
});
