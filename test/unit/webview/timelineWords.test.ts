import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Telemetry, Timeline, TimeShares } from '../../../src/store/views.js';
import { isWhole, panned, sinceText, ticks, within, zoomed } from '../../../webview/timeline/window.js';
import { itemText, notes, phaseName, stepsText, telemetryValue } from '../../../webview/timeline/words.js';

const timeline: Timeline = {
  ...{
    lanes: ['server', 'trainer'],
    moreLanes: 0,
    names: ['sampling', 'training'],
    otherNames: 0,
    first: 1000,
    last: 99_000,
    from: 1000,
    to: 99_000,
  },
  blocks: [{ lane: 0, name: 0, step: 1, start: 1000, end: 3000, count: 1, busy: 2000 }],
  ...{ around: [], spans: 1, within: 1, shortest: 0, misplaced: 0 },
};
const telemetry: Telemetry = { series: [], moreSeries: 0, first: null, last: null, stride: 0 };
const shares: TimeShares = {
  ...{ source: 'spans', names: ['sampling', 'training'], otherNames: 0, steps: [], stride: 1, moreLanes: 0, overlapping: 0 },
  ...{ total: { busy: [1, 1], waiting: 0 }, lanes: [] },
};

test('what is pointed at: what, who, how long, when, and for whom was waited', () => {
  const work = { kind: 'work', row: 0, ...timeline.blocks[0] } as const;
  expect(itemText(work, timeline)).toBe('sampling · server · step 1 · 2.0 s · 0 s – 2.000 s');
  expect(itemText({ ...work, count: 12, busy: 1000 }, timeline)).toBe(
    '12 spans, most of it sampling · server · from step 1 on · 2.0 s · 50% busy · 0 s – 2.000 s',
  );
  expect(itemText({ kind: 'stall', lane: 1, start: 1500, end: 61_500 }, timeline)).toBe(
    'trainer waits 1 min · meanwhile server: sampling 1.5 s · 0.500 s – 1:00.500',
  );
  expect(itemText({ kind: 'stall', lane: 0, start: 3000, end: 3007 }, timeline)).toBe(
    'nothing recorded in server for 7 ms · 2.000 s – 2.007 s',
  );
});

test('what is not as it seems is said with its number', () => {
  expect(notes(timeline, shares, telemetry, 0)).toEqual([]);
  const all = notes(
    { ...timeline, shortest: 40, within: 100_000, misplaced: 2, moreLanes: 6, otherNames: 3 },
    shares,
    { ...telemetry, stride: 500, moreSeries: 1 },
    5,
  ).join('\n');
  for (const word of [
    '100,000 spans here',
    '40 ms',
    '5 spans lie on top',
    '2 spans left out',
    '6 further lanes',
    '3 names',
    'every 500 ms',
    '1 further measured value',
  ])
    expect(all).toContain(word);
  expect(notes(null, { ...shares, source: 'metrics', names: [] }, telemetry, 0).join()).toContain('Only how long each step took');
});

test('phases of metrics are called as their metrics are, and values have their units', () => {
  expect(phaseName('train', 'metrics')).toBe('training');
  expect(phaseName('old_log_prob', 'metrics')).toBe('old log prob');
  expect(stepsText({ from: 3, to: 3, busy: [1, 3], waiting: 0 }, ['a', 'b'], 'waiting')).toBe('step 3 · 4.0 s · b 75%, a 25%');
  expect(telemetryValue('memory bytes', 2048)).toBe('2 KiB');
  expect(telemetryValue('utilisation %', 97)).toBe('97%');
  expect(telemetryValue('power W', 655)).toBe('655 W');
  expect(telemetryValue('cores busy', 1.5)).toBe('1.50');
});

const whole = fc.tuple(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 })).map(([from, length]) => ({ from, to: from + length }));

test('any window, zoomed and moved, lies in the whole and is not empty', () => {
  fc.assert(
    fc.property(
      whole,
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (all, factor, by, share) => {
        let window = zoomed(all, factor, all.from + share * (all.to - all.from), all);
        for (const next of [
          window,
          (window = panned(window, by, all)),
          zoomed(window, 0.3, window.from, all),
          within({ from: all.from - 5, to: all.to + 5 }, all),
        ]) {
          expect(next.from).toBeGreaterThanOrEqual(all.from);
          expect(next.to).toBeLessThanOrEqual(all.to);
          expect(next.to).toBeGreaterThan(next.from);
          expect([next.from, next.to].every(Number.isInteger)).toBe(true);
        }
        expect(isWhole(zoomed(all, 100, all.from, all), all)).toBe(true);
      },
    ),
  );
});

test('a time axis has as many marks as there is room for, evenly and in words', () => {
  expect(ticks({ from: 1000, to: 31_000 }, 1000, 4).map((t) => t.text)).toEqual(['0 s', '10 s', '20 s', '30 s']);
  expect(ticks({ from: 0, to: 2 }, 0, 4).map((t) => t.text)).toEqual(['0 s', '0.001 s', '0.002 s']);
  expect(sinceText(3_725_250, 10)).toBe('1:02:05.25');
  expect(sinceText(2 * 86_400_000, 1000)).toBe('2 d 0:00:00');
  expect(sinceText(59_999.6, 1)).toBe('1:00.000');
  fc.assert(
    fc.property(whole, fc.integer({ min: 1, max: 20 }), (window, room) => {
      const marks = ticks(window, window.from, room);
      expect(marks.length).toBeLessThanOrEqual(room + 1);
      expect(new Set(marks.map((m) => m.text)).size).toBe(marks.length);
    }),
  );
});
