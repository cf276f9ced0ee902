import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketMeans, commonSteps, placesIn, stretchesOf, thin, type Column } from '../../../src/store/thinning.js';

const value = fc.oneof(
  { arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }), weight: 9 },
  { arbitrary: fc.constant(NaN), weight: 1 },
);
/** One to four metrics at the same steps. */
const columns = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 20, max: 600 })).chain(([count, n]) =>
  fc.array(
    fc.array(value, { minLength: n, maxLength: n }).map((ys) => Float64Array.from(ys)),
    { minLength: count, maxLength: count },
  ),
);
const aColumn = (entries: [step: number, value: number][]): Column => ({
  step: Float64Array.from(entries, ([s]) => s),
  value: Float64Array.from(entries, ([, v]) => v),
});

describe('which steps of a chart are drawn', () => {
  test('few are all drawn', () => {
    expect(thin([Float64Array.of(3, NaN, 1)], 10, 0, 3)).toEqual({ kept: [0, 1, 2], stride: 1 });
  });

  test('they fit into the room, with both ends and the highest and lowest of every curve in every bucket', () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: 20, max: 60 }), (all, room) => {
        const n = all[0].length;
        const { kept, stride } = thin(all, room, 0, n);
        expect(kept.length).toBeLessThanOrEqual(Math.max(room, 4 * all.length + 2));
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect([kept[0], kept.at(-1)]).toEqual([0, n - 1]);
        expect(Number.isInteger(Math.log2(stride))).toBe(true);
        for (const column of all)
          for (let start = 0; start < n; start += stride) {
            // Of -0 and 0 either stands for both.
            const bucket = [...column.slice(start, start + stride)].map((y) => y + 0).filter((y) => !Number.isNaN(y));
            const drawn = kept
              .filter((i) => i >= start && i < start + stride)
              .map((i) => column[i] + 0)
              .filter((y) => !Number.isNaN(y));
            if (bucket.length > 0) expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...bucket), Math.max(...bucket)]);
          }
      }),
    );
  });

  test('what is drawn of full buckets stays the same while more is appended, at equal stride', () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: 20, max: 60 }), fc.integer({ min: 1, max: 600 }), (all, room, part) => {
        const n = all[0].length;
        const earlier = Math.min(n, part);
        const before = thin(
          all.map((c) => c.slice(0, earlier)),
          room,
          0,
          earlier,
        );
        const after = thin(all, room, 0, n);
        fc.pre(before.stride === after.stride);
        const full = earlier - (earlier % before.stride);
        // The newest step is always drawn, and may be left out when it is no longer the newest.
        const within = (kept: number[]): number[] => kept.filter((i) => i < full && i !== earlier - 1);
        expect(within(after.kept)).toEqual(within(before.kept));
      }),
    );
  });

  test('a part that is looked at has the same buckets as the whole', () => {
    fc.assert(
      fc.property(columns, fc.nat(500), fc.nat(500), (all, a, b) => {
        const n = all[0].length;
        const [from, to] = [Math.min(a, b) % n, n - (Math.max(a, b) % n)];
        fc.pre(to - from > 1);
        const whole = thin(all, 40, 0, n);
        const part = thin(all, 40, from, to);
        fc.pre(whole.stride === part.stride);
        const s = part.stride;
        const inside = (i: number): boolean => i - (i % s) > from && i - (i % s) + s < to;
        expect(part.kept.filter(inside)).toEqual(whole.kept.filter(inside));
        expect(part.kept.every((i) => i >= from && i < to)).toBe(true);
      }),
    );
  });
});

describe('steps that metrics share', () => {
  test('each stands at its own steps on the common ones', () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.nat(60), { minLength: 1 }), { minLength: 1, maxLength: 4 }), (all) => {
        const list = all.map((steps) => aColumn(steps.sort((a, b) => a - b).map((s) => [s, s])));
        const common = commonSteps(list);
        expect([...common]).toEqual([...new Set(all.flat())].sort((a, b) => a - b));
        for (const column of list) {
          const places = placesIn(common, column);
          expect([...common].filter((_, i) => places[i] >= 0)).toEqual([...column.step]);
          expect([...places].filter((i) => i >= 0)).toEqual([...column.step.keys()]);
        }
      }),
    );
  });
});

describe('gaps', () => {
  test('a value that is no number ends a stretch', () => {
    expect([
      ...stretchesOf(
        aColumn([
          [1, 5],
          [2, NaN],
          [3, 6],
          [4, 7],
        ]),
      ),
    ]).toEqual([0, -1, 1, 1]);
  });
  test('so does a step that was due and was not recorded', () => {
    expect([
      ...stretchesOf(
        aColumn([
          [1, 5],
          [2, 5],
          [3, 5],
          [5, 6],
          [6, 6],
        ]),
      ),
    ]).toEqual([0, 0, 0, 1, 1]);
  });
  test('an evaluation every tenth step has none between two of them, and none before one that came early', () => {
    expect([
      ...stretchesOf(
        aColumn([
          [10, 1],
          [20, 1],
          [30, 1],
          [34, 1],
        ]),
      ),
    ]).toEqual([0, 0, 0, 0]);
    expect([
      ...stretchesOf(
        aColumn([
          [10, 1],
          [20, 1],
          [30, 1],
          [50, 1],
        ]),
      ),
    ]).toEqual([0, 0, 0, 1]);
  });
  test('what comes at no regular distance is never due', () => {
    expect([
      ...stretchesOf(
        aColumn([
          [1, 1],
          [10, 1],
          [100, 1],
          [1000, 1],
        ]),
      ),
    ]).toEqual([0, 0, 0, 0]);
  });
});

test('a sparkline has means of neighbours', () => {
  expect(bucketMeans([1, 3, 5, 7], 2)).toEqual([2, 6]);
  expect(bucketMeans([1, 2], 24)).toEqual([1, 2]);
});
