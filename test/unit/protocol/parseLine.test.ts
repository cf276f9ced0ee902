import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceArrays, traceEvent } from '../../../src/protocol/events.js';
import { isTrace, parseLine } from '../../../src/protocol/parseLine.js';

const oddNumber = fc.constantFrom<unknown>(0, 1, 7, -1, 0.5, 2 ** 53, null, '1', undefined);
const wire = fc.oneof(
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 }),
  fc.record({ f32: fc.base64String({ maxLength: 8 }) }),
  fc.record({ u32: fc.base64String({ maxLength: 8 }) }),
);
const oddWire = fc.constantFrom<unknown>(['NaN'], [null], [true], {}, { f64: '' }, { f32: 'AAAA', u32: 'AAAA' }, { f16: 3 }, 'AAAA', null);
const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: odd, weight: 1 });
const counter = often(fc.nat(), oddNumber);
const trace = fc.record(
  {
    v: often(fc.constant(1), oddNumber),
    type: often(fc.constant('trace'), fc.constantFrom('group', null)),
    seq: often(fc.integer({ min: 1 }), oddNumber),
    time: often(fc.constant('2026-01-01T00:00:00Z'), oddNumber),
    step: counter,
    group: counter,
    solution: counter,
    ends: often(wire, oddWire),
    ...Object.fromEntries(traceArrays.map((name) => [name, often(wire, oddWire)])),
    extra: fc.anything(),
  },
  { requiredKeys: ['v', 'type', 'seq', 'time', 'step', 'group', 'solution'] as never[] },
);

test('what the quick check takes for a trace, the schema takes too', () => {
  let taken = 0;
  fc.assert(
    fc.property(trace, (value) => {
      if (!isTrace(value)) return;
      taken++;
      expect(traceEvent.safeParse(value).success).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test('what the schema takes and has plain or encoded numbers only, the quick check takes too', () => {
  fc.assert(
    fc.property(trace, (value) => {
      const words = Object.values(value).some((a) => Array.isArray(a) && a.some((x) => typeof x === 'string'));
      if (traceEvent.safeParse(value).success && !words) expect(isTrace(value)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('no line makes the parser throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => ['event', 'unknown', 'invalid'].includes(parseLine(line).kind)));
});
