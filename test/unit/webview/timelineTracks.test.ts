import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksOf } from '../../../src/core/spanBlocks.js';
import { phaseColors } from '../../../webview/timeline/phaseColors.js';
import { barPaths, blockPaths, seriesPaths, seriesRange, seriesScale, width } from '../../../webview/timeline/shapes.js';
import {
  itemAt,
  itemBeside,
  meanwhile,
  mostRows,
  sameItem,
  stepMarks,
  tracksOf,
  type Item,
  type Work,
} from '../../../webview/timeline/tracks.js';

interface Span {
  lane: number;
  start: number;
  end: number;
}

/** What the store answers of spans, of which none is put together. */
function answerOf(spans: readonly Span[], from = 0, to = 1000) {
  const columns = {
    lane: spans.map((s) => s.lane),
    name: spans.map((_, i) => i % 3),
    step: spans.map((_, i) => i),
    start: spans.map((s) => s.start),
    end: spans.map((s) => s.end),
  };
  return { lanes: ['a', 'b', 'c'], ...blocksOf(columns, from, to, 10_000, 3) };
}

const span = fc
  .record({ lane: fc.nat(2), start: fc.nat(900), length: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(200)) })
  .map(({ lane, start, length }): Span => ({ lane, start, end: start + length }));

describe('tracks', () => {
  test('any spans: no two in a row overlap but those that are counted, and stalls are just where a lane does nothing', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 40 }), (spans) => {
        for (const { lane, items, rows, hidden } of tracksOf(answerOf(spans, 0, 2000))) {
          const own = spans.filter((s) => s.lane === lane);
          const works = items.filter((i): i is Work => i.kind === 'work');
          expect(works).toHaveLength(own.length);
          expect(rows).toBeLessThanOrEqual(mostRows);
          let overlaps = 0;
          for (let row = 0; row < rows; row++) {
            let reached = -Infinity;
            for (const w of works.filter((i) => i.row === row)) {
              if (w.start < reached) overlaps++;
              reached = Math.max(reached, w.end);
            }
          }
          expect(hidden).toBe(overlaps);
          const stalls = items.filter((i) => i.kind === 'stall');
          const [first, last] = [Math.min(...own.map((s) => s.start)), Math.max(...own.map((s) => s.end))];
          const each = (is: (t: number) => boolean): boolean[] => Array.from({ length: 1200 }, (_, t) => is(t));
          const isIdle = (t: number): boolean => t >= first && t < last && !own.some((s) => s.start <= t && t < s.end);
          expect(each((t) => stalls.some((s) => s.start <= t && t < s.end))).toEqual(each(isIdle));
        }
      }),
    );
  });

  test('a window inside a long stall shows it', () => {
    const [track] = tracksOf(
      answerOf(
        [
          { lane: 0, start: 0, end: 10 },
          { lane: 0, start: 900, end: 950 },
        ],
        300,
        400,
      ),
    );
    expect(track.items).toEqual([{ kind: 'stall', lane: 0, start: 10, end: 900 }]);
  });

  test('spans at once lie below each other, one that begins at the end of another beside it', () => {
    const [track] = tracksOf(
      answerOf([
        { lane: 0, start: 0, end: 100 },
        { lane: 0, start: 20, end: 40 },
        { lane: 0, start: 40, end: 60 },
        { lane: 0, start: 100, end: 100 },
        { lane: 0, start: 100, end: 130 },
      ]),
    );
    expect(track.items.map((i) => (i as Work).row)).toEqual([0, 1, 1, 0, 0]);
  });

  test('who was waited for: what the other lanes did meanwhile, most first', () => {
    const { blocks } = answerOf([
      { lane: 0, start: 0, end: 10 },
      { lane: 1, start: 10, end: 40 },
      { lane: 2, start: 5, end: 20 },
    ]);
    expect(meanwhile(blocks, { kind: 'stall', lane: 0, start: 10, end: 50 })).toEqual([
      { lane: 1, name: 1, ms: 30 },
      { lane: 2, name: 2, ms: 10 },
    ]);
  });

  test('a thin span is hit from beside, before the stall around it; keys go through all of a lane', () => {
    const [track] = tracksOf(
      answerOf([
        { lane: 0, start: 0, end: 10 },
        { lane: 0, start: 50, end: 50 },
        { lane: 0, start: 90, end: 100 },
      ]),
    );
    expect(itemAt(track, 50, 0, 0)).toMatchObject({ kind: 'work', start: 50 });
    expect(itemAt(track, 10, 0, 2)).toMatchObject({ kind: 'work', start: 0 });
    expect(itemAt(track, 30, 0, 2)).toMatchObject({ kind: 'stall', start: 10 });
    expect(itemAt(track, 104, 0, 2)).toBeUndefined();
    const walked: Item[] = [track.items[0]];
    for (let next = itemBeside(track, walked[0], 1); next; next = itemBeside(track, next, 1)) walked.push(next);
    expect(walked).toEqual(track.items);
    expect(itemBeside(track, walked[0], -1)).toBeUndefined();
    expect(sameItem(walked[0], { ...walked[0] })).toBe(true);
  });

  test('a step begins with its first span', () => {
    const { blocks } = answerOf([
      { lane: 0, start: 5, end: 10 },
      { lane: 1, start: 20, end: 40 },
    ]);
    expect(stepMarks(blocks, 0, 30)).toEqual([
      { step: 0, time: 5 },
      { step: 1, time: 20 },
    ]);
    expect(stepMarks(blocks, 10, 30)).toEqual([{ step: 1, time: 20 }]);
  });
});

describe('what is drawn', () => {
  test('a block from its start to its end, one that stands for several as high as they were busy', () => {
    const block = { kind: 'work', lane: 0, name: 0, step: 1, row: 0 } as const;
    const items: Work[] = [
      { ...block, start: 0, end: 500, count: 1, busy: 500 },
      { ...block, start: 500, end: 1000, count: 4, busy: 250 },
    ];
    expect(blockPaths({ lane: 0, name: 'a', rows: 1, items, hidden: 0 }, { from: 0, to: 1000 }, 2)).toEqual([
      `M0 9v-9h${width / 2}v9Z` + `M${width / 2} 9v-4.5h${width / 2}v4.5Z`,
      '',
    ]);
  });

  test('bars: by share a step is as high as the others, in seconds the longest one', () => {
    const steps = [
      { from: 1, to: 1, busy: [1, 1], waiting: 0 },
      { from: 2, to: 2, busy: [3, 0], waiting: 1 },
    ];
    expect(barPaths(steps, 2, 'share')).toEqual(['M0 1v-0.5h0.9v0.5Z' + 'M1 1v-0.75h0.9v0.75Z', 'M0 0.5v-0.5h0.9v0.5Z']);
    expect(barPaths(steps, 2, 'seconds')).toEqual(['M0 1v-0.25h0.9v0.25Z' + 'M1 1v-0.75h0.9v0.75Z', 'M0 0.75v-0.25h0.9v0.25Z']);
  });

  test('a line between its lowest and highest; one value is a dot, what never moves lies on the ground', () => {
    const series = { device: 'd', name: 'power W', count: 2 };
    expect(seriesPaths({ ...series, time: [0, 1000], low: [1, 3], high: [1, 3] }, { from: 0, to: 1000 }).line).toBe(`M0 1L${width} 0`);
    expect(seriesPaths({ ...series, time: [0], low: [5], high: [5] }, { from: 0, to: 1000 })).toEqual({ line: 'M0 1h1', band: '' });
    const still = { ...series, time: [0, 1000], low: [300, 300], high: [300, 300] };
    expect(seriesPaths(still, { from: 0, to: 1000 }).line).toBe(`M0 1L${width} 1`);
    expect(seriesScale(still)).toEqual({ low: 300, high: 330 });
    expect(seriesRange(still)).toEqual({ low: 300, high: 300 });
  });

  test('noise is no fall: a change of a hundredth is a tenth of the height, and per cent are of a hundred', () => {
    const series = { device: 'd', count: 2, time: [0, 1000], low: [100, 99], high: [100, 99] };
    expect(seriesPaths({ ...series, name: 'power W' }, { from: 0, to: 1000 }).line).toBe(`M0 0.9L${width} 1`);
    expect(seriesPaths({ ...series, name: 'utilisation %' }, { from: 0, to: 1000 }).line).toBe(`M0 0L${width} 0.01`);
    // What is called per cent and exceeds it is drawn as it goes.
    expect(seriesScale({ name: 'utilisation %', low: [0], high: [800] })).toEqual({ low: 0, high: 800 });
  });
});

test('what is the same work has the same colour, whatever it is called; no two names share one', () => {
  expect(phaseColors(['sampling', 'training', 'checkpoint'])).toEqual(['phase-blue', 'phase-green', 'phase-yellow']);
  expect(phaseColors(['generation', 'update_actor', 'save_checkpoint'])).toEqual(['phase-blue', 'phase-green', 'phase-yellow']);
  expect(phaseColors(['x', 'sampling'])[1]).toBe('phase-blue');
  expect(phaseColors(['other'])).toEqual(['phase-grey']);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(fc.constantFrom('sampling', 'rollout', 'gen', 'train', 'eval'), fc.string()), { maxLength: 12 }),
      (names) => {
        const colors = phaseColors(names.filter((n) => n !== 'other'));
        expect(new Set(colors).size).toBe(colors.length);
      },
    ),
  );
});
