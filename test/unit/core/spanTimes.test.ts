import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spanTimes, type SpanColumns } from '../../../src/core/spanTimes.js';

type Span = [lane: number, name: number, step: number, start: number, end: number];
const columns = (spans: readonly Span[]): SpanColumns => ({
  lane: spans.map((s) => s[0]),
  name: spans.map((s) => s[1]),
  step: spans.map((s) => s[2]),
  start: spans.map((s) => s[3]),
  end: spans.map((s) => s[4]),
});
const [sampling, training] = [0, 1];

describe('who waited for whom', () => {
  test('a trainer and a server that take turns wait for each other, and nobody knows what a pause was', () => {
    const { lanes, steps } = spanTimes(
      columns([
        [0, sampling, 1, 0, 10],
        [1, training, 1, 10, 16],
        [0, sampling, 2, 20, 30],
        [1, training, 2, 30, 36],
      ]),
      2,
      2,
    );
    const [server, trainer] = lanes;
    expect(server).toEqual({ first: 0, last: 30, spans: 2, busy: [20, 0], waiting: [0, 6], alone: 4 });
    expect(trainer).toEqual({ first: 10, last: 36, spans: 2, busy: [0, 12], waiting: [10, 0], alone: 4 });
    expect(steps).toEqual([
      { step: 1, first: 0, last: 16, busy: [10, 6], waiting: 6 },
      // After the server's last span nothing is known of it.
      { step: 2, first: 20, last: 36, busy: [10, 6], waiting: 10 },
    ]);
  });

  test('work inside of other work divides the time with it', () => {
    const { lanes } = spanTimes(
      columns([
        [0, training, 1, 0, 10],
        [0, sampling, 1, 4, 6],
      ]),
      1,
      2,
    );
    expect(lanes[0].busy).toEqual([1, 9]);
  });

  test('a span without length counts, and takes no time', () => {
    expect(spanTimes(columns([[0, 0, 1, 5, 5]]), 1, 1)).toEqual({
      lanes: [{ first: 5, last: 5, spans: 1, busy: [0], waiting: [0], alone: 0 }],
      steps: [{ step: 1, first: 5, last: 5, busy: [0], waiting: 0 }],
    });
  });
});

/** The same, one millisecond after the other. */
function bruteForce(spans: readonly Span[], lanes: number, names: number) {
  const zeros = () => new Array<number>(names).fill(0);
  const busy = Array.from({ length: lanes }, zeros);
  const waiting = Array.from({ length: lanes }, zeros);
  const alone = new Array<number>(lanes).fill(0);
  const ofStep = new Map<number, { busy: number[]; waiting: number }>();
  for (const s of spans) ofStep.set(s[2], { busy: zeros(), waiting: 0 });
  const bounds = (of: (s: Span) => boolean) => {
    const own = spans.filter(of);
    return [Math.min(...own.map((s) => s[3])), Math.max(...own.map((s) => s[4]))] as const;
  };
  for (let t = 0; t < 60; t++) {
    const going = Array.from({ length: lanes }, (_, l) => spans.filter((s) => s[0] === l && s[3] <= t && s[4] > t));
    const works = going.filter((g) => g.length > 0);
    for (const [l, own] of going.entries()) {
      const [first, last] = bounds((s) => s[0] === l);
      if (t < first || t >= last) continue;
      for (const s of own) {
        busy[l][s[1]] += 1 / own.length;
        ofStep.get(s[2])!.busy[s[1]] += 1 / own.length;
      }
      if (own.length > 0) continue;
      if (works.length === 0) alone[l]++;
      for (const other of works) for (const s of other) waiting[l][s[1]] += 1 / other.length / works.length;
      for (const [step, sums] of ofStep) {
        const [begin, end] = bounds((s) => s[2] === step);
        if (t >= begin && t < end) sums.waiting++;
      }
    }
  }
  return { busy, waiting, alone, ofStep };
}

const span = fc
  .tuple(fc.nat(2), fc.nat(2), fc.nat(3), fc.nat(40), fc.nat(15))
  .map(([lane, name, step, start, length]): Span => [lane, name, step, start, start + length]);

test('any spans: each moment of each lane is counted once, and to what went on', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 20 }), (spans) => {
      const { lanes, steps } = spanTimes(columns(spans), 3, 3);
      const slow = bruteForce(spans, 3, 3);
      for (const [l, { busy, waiting, alone, first, last, spans: n }] of lanes.entries()) {
        expect(n).toBe(spans.filter((s) => s[0] === l).length);
        if (n === 0) continue;
        busy.forEach((ms, k) => expect(ms).toBeCloseTo(slow.busy[l][k], 6));
        waiting.forEach((ms, k) => expect(ms).toBeCloseTo(slow.waiting[l][k], 6));
        expect(alone).toBeCloseTo(slow.alone[l], 6);
        expect([...busy, ...waiting, alone].reduce((a, b) => a + b, 0)).toBeCloseTo(last - first, 6);
      }
      expect(steps.map((s) => s.step)).toEqual([...slow.ofStep.keys()].sort((a, b) => a - b));
      for (const { step, busy, waiting } of steps) {
        busy.forEach((ms, k) => expect(ms).toBeCloseTo(slow.ofStep.get(step)!.busy[k], 6));
        expect(waiting).toBeCloseTo(slow.ofStep.get(step)!.waiting, 6);
      }
    }),
  );
});
