import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksOf } from '../../../src/core/spanBlocks.js';
import type { SpanColumns } from '../../../src/core/spanTimes.js';

interface Span {
  lane: number;
  name: number;
  step: number;
  start: number;
  end: number;
}
const columns = (spans: readonly Span[]): SpanColumns => ({
  lane: spans.map((s) => s.lane),
  name: spans.map((s) => s.name),
  step: spans.map((s) => s.step),
  start: spans.map((s) => s.start),
  end: spans.map((s) => s.end),
});

const span = fc
  .record({ lane: fc.nat(3), name: fc.nat(3), step: fc.nat(5), start: fc.nat(1000), length: fc.oneof(fc.nat(5), fc.nat(400)) })
  .map(({ length, ...s }): Span => ({ ...s, end: s.start + length }));

test('any spans: each is in one block, a block lies where its spans lie, and there are no more than there is room for', () => {
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 80 }),
      fc.nat(1000),
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 50 }),
      (spans, from, width, room) => {
        const to = from + width;
        const most = 8;
        const { blocks, count, around, shortest } = blocksOf(columns(spans), from, to, room, 3, most);
        const within = spans.filter((s) => s.lane < 3 && s.start <= to && s.end >= from);
        expect(count).toBe(within.length);
        expect(blocks.length).toBeLessThanOrEqual(most);
        expect(blocks.reduce((n, b) => n + b.count, 0)).toBe(within.length);
        const busy = (list: readonly { busy: number }[]) => list.reduce((ms, b) => ms + b.busy, 0);
        expect(busy(blocks)).toBe(within.reduce((ms, s) => ms + s.end - s.start, 0));
        for (const lane of [0, 1, 2]) {
          const own = blocks.filter((b) => b.lane === lane);
          const mine = within.filter((s) => s.lane === lane);
          const before = spans.filter((s) => s.lane === lane && s.end < from).map((s) => s.end);
          expect(around[lane].before).toBe(before.length === 0 ? null : Math.max(...before));
          expect(Math.min(...own.map((b) => b.start))).toBe(Math.min(...mine.map((s) => s.start)));
          expect(Math.max(...own.map((b) => b.end))).toBe(Math.max(...mine.map((s) => s.end)));
        }
        // What is long enough is drawn as it is.
        if (shortest > 0)
          for (const s of within.filter((s) => s.end - s.start >= shortest))
            expect(blocks).toContainEqual({ ...s, count: 1, busy: s.end - s.start });
        expect(blocks.map((b) => b.start)).toEqual(blocks.map((b) => b.start).toSorted((a, b) => a - b));
      },
    ),
  );
});

test('few spans are drawn as they are, and neighbours too short for their column together under what took most of it', () => {
  const spans = [0, 1, 2, 3].map((i): Span => ({ lane: 0, name: i % 2, step: i, start: 10 * i, end: 10 * i + (i % 2 === 0 ? 2 : 5) }));
  expect(blocksOf(columns(spans), 0, 40, 4, 1).blocks).toEqual(spans.map((s) => ({ ...s, count: 1, busy: s.end - s.start })));
  expect(blocksOf(columns(spans), 0, 40, 2, 1)).toEqual({
    blocks: [
      { lane: 0, name: 1, step: 0, start: 0, end: 15, count: 2, busy: 7 },
      { lane: 0, name: 1, step: 2, start: 20, end: 35, count: 2, busy: 7 },
    ],
    count: 4,
    around: [{ before: null, after: null }],
    shortest: 20,
  });
});
