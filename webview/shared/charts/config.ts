/** Lines as chart.js draws them. */
import type { ChartDataset, ChartOptions } from 'chart.js';
import { largest, smallest } from '../../../src/core/extremes.js';
import { compact, duration } from '../format.js';
import type { ChartColors } from './colors.js';
import { fitsLog, type Line } from './line.js';
import { tickTexts } from './tickText.js';

/** `samples`: K solutions per question, of which the axis shows log₂. */
export type XUnit = 'step' | 'tokens' | 'time' | 'samples';
export interface Range {
  min: number;
  max: number;
}
type Dataset = ChartDataset<'line', { x: number; y: number }[]>;

const fewPoints = 16;

export function datasets(lines: readonly Line[], colors: ChartColors, log: boolean): Dataset[] {
  const width = colors.contrast ? 2 : 1.5;
  return lines.flatMap((line) => {
    const { points, band, smooth, color, dashed = false, filled = false } = line;
    const common = { pointRadius: 0, pointHitRadius: 0, borderJoinStyle: 'round' as const, label: line.label };
    const drawn: Dataset[] = [];
    // A band that reaches below zero has no edge on a logarithmic axis.
    if (band && !log) {
      const edge = { ...common, borderWidth: 0, borderColor: 'transparent' };
      drawn.push({ ...edge, data: points.map((p, i) => ({ x: p.x, y: band[i].high })), fill: false });
      const area = { ...edge, data: points.map((p, i) => ({ x: p.x, y: band[i].low })), fill: '-1' };
      drawn.push({ ...area, backgroundColor: colors.line(color, 0.16) });
    }
    const raw = points.map(({ x, y }) => ({ x, y }));
    const stroke = { ...common, borderColor: colors.line(color), borderWidth: width, borderDash: dashed ? [5, 3] : [] };
    const area = filled ? { fill: 'stack' as const, backgroundColor: colors.line(color, 0.3) } : { fill: false };
    // Where values are few, each is a dot: a line between two says nothing of what lies there, and one alone has no line.
    const dotted = points.length <= (filled || smooth ? 1 : fewPoints);
    const dot = dotted ? { pointRadius: 2.5, pointBackgroundColor: colors.line(color), pointBorderWidth: 0, clip: 3 } : {};
    if (smooth) {
      drawn.push({ ...stroke, data: raw, borderColor: colors.line(color, 0.28), borderWidth: 1, fill: false });
      drawn.push({ ...stroke, ...dot, data: points.map((p, i) => ({ x: p.x, y: smooth[i] })), fill: false });
    } else drawn.push({ ...stroke, ...area, ...dot, data: raw });
    return drawn;
  });
}

export interface Axes {
  xUnit: XUnit;
  log: boolean;
  stacked: boolean;
  range: Range | undefined;
}

export const usesLog = (lines: readonly Line[], { log, stacked }: Pick<Axes, 'log' | 'stacked'>): boolean =>
  log && !stacked && fitsLog(lines);

export function options(lines: readonly Line[], axes: Axes, colors: ChartColors): ChartOptions<'line'> {
  const { xUnit, stacked, range } = axes;
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
    layout: { padding: { top: 4, right: 4 } },
    plugins: { decimation: { enabled: !stacked, algorithm: 'min-max' } },
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
        stacked,
        beginAtZero: stacked,
        ticks: { ...ticks, maxTicksLimit: 6, padding: 4, callback: (v, i, all) => (log ? tickTexts([Number(v)])[0] : together(all)[i]) },
        grid,
        border,
        // A little room around the lines, but none below zero for losses, lengths and accuracies.
        afterDataLimits: (axis) => {
          if (stacked || axis.type === 'logarithmic') return;
          const room = 0.05 * (axis.max - axis.min);
          axis.max += room;
          axis.min = lowest(lines) >= 0 ? Math.max(0, axis.min - room) : axis.min - room;
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

/** Of all values and bands that are drawn. */
const lowest = (lines: readonly Line[]): number =>
  lines.reduce((least, { points, band }) => points.reduce((m, p, i) => Math.min(m, band?.[i].low ?? p.y), least), Infinity);

/** `42`, `1.20M`, `1 min 12 s`, `8` for log₂ 8: a place on the x axis. */
export function xText(x: number, unit: XUnit): string {
  if (unit === 'samples') return compact(Math.round(2 ** x));
  return unit === 'time' ? duration(x) : compact(x);
}

const together = (ticks: readonly { value: number }[]): string[] => tickTexts(ticks.map((t) => t.value));
