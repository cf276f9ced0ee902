/** The axes of a chart, as chart.js takes them. */
import type { ChartOptions } from 'chart.js';
import { largest, smallest } from '../../../src/core/extremes.js';
import { compact, duration } from '../../../src/core/format.js';
import type { ChartColors } from './colors.js';
import { fitsLog, heightAt, type Line } from './line.js';
import { tickTexts } from './tickText.js';

/** `samples`: K solutions per question, of which the axis shows log₂. */
export type XUnit = 'step' | 'tokens' | 'time' | 'samples';
export interface Range {
  min: number;
  max: number;
}
export interface Axes {
  xUnit: XUnit;
  log: boolean;
  stacked: boolean;
  range: Range | undefined;
  /** Of the vertical axis, when it was chosen by hand. */
  yRange?: Range | undefined;
}

/** Pixels above the plot. */
const labelStrip = 18;

export const usesLog = (lines: readonly Line[], { log, stacked }: Pick<Axes, 'log' | 'stacked'>): boolean =>
  log && !stacked && fitsLog(lines);

export function options(lines: readonly Line[], axes: Axes, colors: ChartColors): ChartOptions<'line'> {
  const { xUnit, range, yRange } = axes;
  const ticks = { color: colors.text, font: { family: colors.font, size: 11 }, maxRotation: 0, autoSkipPadding: 16 };
  const grid = { color: colors.grid, drawTicks: false };
  const border = { display: false };
  const log = usesLog(lines, axes);
  return {
    animation: false,
    maintainAspectRatio: false,
    parsing: false,
    normalized: true,
    events: [],
    // The crosshair's label has the strip at the top to itself.
    layout: { padding: { top: labelStrip, right: 4 } },
    scales: {
      x: {
        type: 'linear',
        ...withRoom(range ?? extentOf(lines)),
        ticks: {
          ...ticks,
          maxTicksLimit: 7,
          includeBounds: false,
          ...(xUnit === 'time' ? {} : { precision: 0 }),
          callback: (v, i, all) => (xUnit === 'step' || xUnit === 'tokens' ? together(all)[i] : xText(Number(v), xUnit)),
        },
        grid: { ...grid, display: false },
        border,
      },
      y: {
        type: log ? 'logarithmic' : 'linear',
        ...(yRange && { min: yRange.min, max: yRange.max }),
        ticks: { ...ticks, maxTicksLimit: 6, padding: 4, callback: (v, i, all) => (log ? tickTexts([Number(v)])[0] : together(all)[i]) },
        grid,
        border,
        // The lines decide: what a band or a raw value out of sight reaches is clipped.
        afterDataLimits: (axis) => {
          if (!yRange) Object.assign(axis, heightOf(lines, range, log) ?? {});
        },
        // Plots of one column begin at the same x.
        afterFit: (axis) => {
          axis.width = Math.max(axis.width, 44);
        },
      },
    },
  };
}

/** An axis begins and ends with the data, not with the next round number. */
function extentOf(lines: readonly Line[]): Range | undefined {
  const drawn = lines.filter((l) => l.points.length > 0);
  if (drawn.length === 0) return undefined;
  return { min: smallest(drawn.map((l) => l.points[0].x)), max: largest(drawn.map((l) => l.points.at(-1)!.x)) };
}

/** An axis without extent has no place for its only point. */
const withRoom = (range: Range | undefined): Partial<Range> =>
  range && range.min === range.max ? { min: range.min - 1, max: range.max + 1 } : { ...range };

/**
 * From where to where the lines reach in a range of x: their values, the intervals around them and where a stack begins;
 * a spread around a mean takes part in none of it, or a climb of the mean would look flat.
 */
export function heightOf(lines: readonly Line[], range: Range | undefined, log = false): Range | undefined {
  let [min, max] = [Infinity, -Infinity];
  const include = (y: number): void => {
    min = Math.min(min, y);
    max = Math.max(max, y);
  };
  for (const line of lines) {
    for (const [i, { x }] of line.points.entries()) {
      if (range && (x < range.min || x > range.max)) continue;
      include(heightAt(line, i));
      if (line.base) include(line.base[i]);
      const within = line.interval ? line.band?.[i] : undefined;
      if (within) [within.low, within.high].forEach(include);
    }
  }
  if (min > max) return undefined;
  if (log) return { min: (min > 0 ? min : smallestPositive(lines)) / 1.1, max: max * 1.1 };
  // A little room around them, but none below zero for losses, lengths and accuracies, nor above all of a share; a flat line still needs a height.
  const room = min < max ? 0.05 * (max - min) : Math.abs(max) * 0.1 || 0.5;
  const isWhole = min >= 0 && Math.abs(max - 1) < 1e-9;
  return { min: min >= 0 ? Math.max(0, min - room) : min - room, max: isWhole ? 1 : max + room };
}

const smallestPositive = (lines: readonly Line[]): number =>
  lines.reduce((least, { points }) => points.reduce((m, { y }) => (y > 0 ? Math.min(m, y) : m), least), Infinity);

/** `42`, `1.20M`, `1 min 12 s`, `8` for log₂ 8: a place on the x axis. */
export function xText(x: number, unit: XUnit): string {
  if (unit === 'samples') return compact(Math.round(2 ** x));
  return unit === 'time' ? duration(x) : compact(x);
}

const together = (ticks: readonly { value: number }[]): string[] => tickTexts(ticks.map((t) => t.value));
