/** Path data of what is drawn: x from 0 to `width` over the window. Pure. */
import { largest, smallest } from '../../src/core/extremes.js';
import { sparkScale, type Bounds } from '../../src/core/sparkScale.js';
import type { TelemetrySeries, ShareOfSteps } from '../../src/store/views.js';
import type { Track, Work } from './tracks.js';
import type { Window } from './window.js';

/** Units over a window: finer than any screen's pixels. */
export const width = 10_000;
/** Units of a row; a block leaves the last one free. */
export const rowHeight = 10;
/** So thin that it can still be seen. */
const thinnest = 8;

const round = (x: number): number => Math.round(x * 10) / 10;

/** Where a time is in the window, in [0, 1] when it lies inside. */
export const placeOf = (time: number, { from, to }: Window): number => (time - from) / Math.max(1, to - from);

/**
 * One path a name: a rectangle each block that lies in the window. What stands for several spans is as high as they were busy.
 * @param names how many there are
 */
export function blockPaths(track: Track, window: Window, names: number): string[] {
  const paths = new Array<string>(names).fill('');
  for (const item of track.items)
    if (item.kind === 'work' && item.end >= window.from && item.start <= window.to) paths[item.name] += rectangle(item, window);
  return paths;
}

export function rectangle(block: Work, window: Window): string {
  const left = Math.max(-thinnest, placeOf(block.start, window) * width);
  const right = Math.min(width + thinnest, placeOf(block.end, window) * width);
  const busy = block.count === 1 || block.end === block.start ? 1 : Math.min(1, Math.max(0.2, block.busy / (block.end - block.start)));
  const high = (rowHeight - 1) * busy;
  return `M${round(left)} ${round(block.row * rowHeight + rowHeight - 1)}v${round(-high)}h${round(Math.max(thinnest, right - left))}v${round(high)}Z`;
}

/** Lowest and highest of a series; the same twice when it never moves. */
export const seriesRange = ({ low, high }: Pick<TelemetrySeries, 'low' | 'high'>): Bounds => ({ low: smallest(low), high: largest(high) });

/** What the height of its drawing stands for, as `sparkScale` says: of per cent all of them. */
export function seriesScale(series: Pick<TelemetrySeries, 'name' | 'low' | 'high'>): Bounds {
  const { low, high } = seriesRange(series);
  return sparkScale([low, high], series.name.endsWith(' %') ? { low: 0, high: 100 } : undefined);
}

/** A line through the middles, and a band from lowest to highest, in a box of `width` × 1 over `seriesScale`; 0 is the top. */
export function seriesPaths(series: TelemetrySeries, window: Window): { line: string; band: string } {
  const scale = seriesScale(series);
  const y = (v: number): number => Math.round((1 - (v - scale.low) / (scale.high - scale.low)) * 1000) / 1000;
  const xs = series.time.map((t) => round(placeOf(t, window) * width));
  const { low, high } = series;
  const line = xs.map((x, i) => `${i === 0 ? 'M' : 'L'}${x} ${y((low[i] + high[i]) / 2)}`).join('');
  const upper = xs.map((x, i) => `${x} ${y(high[i])}`);
  const lower = xs.map((x, i) => `${x} ${y(low[i])}`).reverse();
  return { line: xs.length === 1 ? `${line}h1` : line, band: xs.length < 2 ? '' : `M${[...upper, ...lower].join('L')}Z` };
}

/** Stacked bars, one for each of the steps, in a box of n × 1: a path a name, and what nothing is known of stays free above. */
export function barPaths(steps: readonly ShareOfSteps[], names: number, scale: 'share' | 'seconds'): string[] {
  const totals = steps.map(({ busy, waiting }) => busy.reduce((a, b) => a + b, waiting));
  const highest = totals.reduce((a, b) => Math.max(a, b), 0);
  const paths = new Array<string>(names).fill('');
  const wide = steps.length > 400 ? 1 : 0.9;
  for (const [i, { busy }] of steps.entries()) {
    const unit = scale === 'share' ? totals[i] : highest;
    if (unit === 0) continue;
    let base = 1;
    for (const [k, seconds] of busy.entries()) {
      const high = seconds / unit;
      if (high <= 0) continue;
      paths[k] += `M${i} ${digits(base)}v${digits(-high)}h${wide}v${digits(high)}Z`;
      base -= high;
    }
  }
  return paths;
}

const digits = (y: number): number => Math.round(y * 1e4) / 1e4;
