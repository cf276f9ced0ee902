/** What a chart draws, apart from how. Pure. */
import { count, significant } from '../format.js';

export interface Point {
  /** Steps, tokens, seconds or log₂ K, whatever the chart's x axis shows. */
  x: number;
  y: number;
  step: number;
}

/** Names of VS Code's chart colours. Green and red are left to advantages; orange is nearly transparent in the default themes. */
export const palette = ['blue', 'yellow', 'purple', 'foreground'] as const;
export type LineColor = (typeof palette)[number];

export interface Line {
  label: string;
  /** What the number is; a tooltip of the legend. */
  meaning: string;
  color: LineColor;
  dashed?: boolean;
  /** Of another run: drawn here, but its points cannot be chosen. */
  overlay?: boolean;
  /** Ascending in x; finite. */
  points: Point[];
  /** From where to where a band reaches at each point. */
  band?: { low: number; high: number }[];
  /** y of a smoothed curve at each point: drawn in front, the points themselves faintly behind. */
  smooth?: number[];
  /** Filled down to the line before. */
  filled?: boolean;
}

/** @returns index of the point nearest to x, or −1 when there is none */
export function nearest(points: readonly Point[], x: number): number {
  let low = 0;
  let high = points.length - 1;
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].x < x) low = middle;
    else high = middle;
  }
  return Math.abs(points[low].x - x) <= Math.abs(points[high].x - x) ? low : high;
}

/** A logarithmic axis shows nothing of negative values, so a chart with any of them stays linear. */
export const fitsLog = (lines: readonly Line[]): boolean =>
  lines.some((l) => l.points.some((p) => p.y > 0)) && lines.every((l) => l.points.every((p) => p.y >= 0));

/** The chart in words, for those who cannot see it. */
export function describe(heading: string, lines: readonly Line[]): string {
  const parts = lines.map(({ label, points }) => {
    const [first] = points;
    const last = points.at(-1);
    if (!last) return `${label}: no values`;
    let [low, high] = [first, first];
    for (const p of points) {
      if (p.y < low.y) low = p;
      if (p.y > high.y) high = p;
    }
    const range = `lowest ${significant(low.y)} at step ${low.step}, highest ${significant(high.y)} at step ${high.step}`;
    return `${label}: ${significant(last.y)} at step ${last.step}, ${significant(first.y)} at step ${first.step}, ${range}, ${count(points.length, 'value')}`;
  });
  return `${heading}. ${parts.join('. ')}.`;
}
