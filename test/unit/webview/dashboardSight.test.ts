import { beforeEach, describe, expect, test } from 'vitest';
import { extent, type Drawing } from '../../../webview/dashboard/curves.js';
import { Sight } from '../../../webview/dashboard/sight.js';
import { aSeries } from '../../builders/aSeries.js';

const drawing: Drawing = { run: 'a', overlays: [], xUnit: 'step' };
const steps = (n: number) => aSeries({ kl: Array.from({ length: n }, () => 1) });
/** A hundred steps, of which not all are drawn. */
const thinned = { ...steps(100), stride: 4 };

let ranges: ({ from: number; to: number } | undefined)[];
let sight: Sight;
const grow = (series = thinned) => sight.grow(() => extent([series], 'a', 'step'));
const choose = (min: number, max: number, series = thinned) => sight.choose({ min, max }, () => [series], drawing);
beforeEach(() => {
  ranges = [];
  sight = new Sight(
    () => undefined,
    () => ranges.push(sight.finer),
  );
  grow();
});

describe('a range', () => {
  test('of thinned curves is asked for more closely, and all again afterwards', () => {
    choose(40, 60);
    expect([sight.axis, ranges]).toEqual([{ min: 40, max: 60 }, [{ from: 30, to: 70 }]]);
    sight.showAll();
    expect([sight.axis, ranges.at(-1), ranges.length]).toEqual([{ min: 1, max: 100 }, undefined, 2]);
  });

  test('of curves with every step is not asked for', () => {
    choose(40, 60, steps(100));
    expect([sight.axis, ranges]).toEqual([{ min: 40, max: 60 }, []]);
  });

  test('ends where the run does; one that holds everything, or nothing, is all of it', () => {
    choose(90, 300);
    expect(sight.axis).toEqual({ min: 90, max: 100 });
    choose(0, 300);
    expect(sight.range).toBeUndefined();
    choose(200, 300);
    expect(sight.range).toBeUndefined();
  });

  test('while it is shown its part is not taken for the whole', () => {
    choose(40, 60);
    grow(steps(10));
    sight.showAll();
    expect(sight.axis).toEqual({ min: 1, max: 100 });
  });
});

describe('under the pointer', () => {
  test('the axis stays as it was when the pointer came, whatever follows', () => {
    sight.point(50, 50, 100);
    grow(steps(120));
    sight.point(51, 51, 120);
    expect([sight.axis, sight.step, sight.frozenAt]).toEqual([{ min: 1, max: 100 }, 51, 100]);
    sight.point(undefined, undefined, 120);
    grow(steps(120));
    expect([sight.axis, sight.step, sight.frozenAt]).toEqual([{ min: 1, max: 120 }, undefined, undefined]);
  });

  test('finer points of a chosen range come at once', () => {
    sight.point(50, 50, 100);
    choose(40, 60);
    expect([sight.frozenAt, sight.cursor]).toEqual([undefined, 50]);
  });
});

test('another run begins with all of its own', () => {
  choose(40, 60);
  sight.forget();
  expect([sight.axis, sight.finer]).toEqual([undefined, undefined]);
});
