/** What a chart draws, apart from how. Pure. */
import { count, significant } from '../../../src/core/format.js';

export interface Point {
  /** Steps, tokens, seconds or log₂ K, whatever the chart's x axis shows. */
  x: number;
  y: number;
  step: number;
  /** Nothing is known between the point before it and this one: the line is interrupted. */
  gap?: boolean;
}

/** So few values are measured now and then: each is a dot, and none stands for its neighbours. */
export const fewPoints = 16;

/** A place on the x axis that has a name, in every chart alike. */
export interface Mark {
  x: number;
  step: number;
  label: string;
}

/** Names of VS Code's chart colours. Green and red are left to advantages; orange is nearly transparent in the default themes. */
export const palette = ['blue', 'yellow', 'purple', 'foreground'] as const;
export type LineColor = (typeof palette)[number];

/** Lengths of strokes and gaps, by the number of times the palette has been used up. */
export const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 4], [12, 4]];

export interface LineStyle {
  color: LineColor;
  /** Which of `dashes`. */
  dash: number;
}

/** Curves of one chart can be told apart: by colour, and where those are used up by the pattern of the stroke. */
export const styleOf = (i: number): LineStyle => ({
  color: palette[i % palette.length],
  dash: Math.floor(i / palette.length) % dashes.length,
});

/**
 * A run laid over others: never solid, never like one of the chart's own curves, and from the far end of the palette.
 * @param own how many curves the chart has of its own
 */
export const overlayStyle = (i: number, own: number): LineStyle => ({
  color: palette[palette.length - 1 - (i % palette.length)],
  dash: 1 + ((Math.ceil(own / palette.length) - 1 + Math.floor(i / palette.length)) % (dashes.length - 1)),
});

export interface Line extends LineStyle {
  label: string;
  /** What the number is; a tooltip of the legend. */
  meaning: string;
  /** Of another run: drawn here, but its points cannot be chosen. */
  overlay?: boolean;
  /** Ascending in x; finite. */
  points: Point[];
  /** From where to where a band reaches at each point; null where that is unknown. */
  band?: ({ low: number; high: number } | null)[];
  /** The band says where the line itself may be: the axis has room for all of it. */
  interval?: boolean;
  /** y of a smoothed curve at each point: drawn in front, the points themselves faintly behind. */
  smooth?: number[];
  /** Of a part of a stack: where it begins at each point, its y on top of that. */
  base?: number[];
}

/** Where a point is drawn. */
export const heightAt = ({ points, base }: Line, i: number): number => points[i].y + (base?.[i] ?? 0);

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

/** The points that crosshair, keys and clicks find: those of the line of the run itself that has most. */
export const leadOf = (lines: readonly Line[]): readonly Point[] =>
  lines.filter((l) => !l.overlay).reduce<readonly Point[]>((most, { points }) => (points.length > most.length ? points : most), []);

/**
 * What a line says under the crosshair: its point there; where it was not recorded, the nearest one.
 * @param at the chart's point under the crosshair
 * @returns index of the point; −1 in a gap, and before and after the line
 */
export function readAt({ points }: Line, at: Point): number {
  const i = nearest(points, at.x);
  if (i < 0 || points[i].x === at.x) return i;
  const after = points[i].x > at.x ? i : i + 1;
  return after === 0 || after === points.length || points[after].gap ? -1 : i;
}

/** A logarithmic axis shows nothing of negative values, so a chart with any of them stays linear. */
export const fitsLog = (lines: readonly Line[]): boolean =>
  lines.some((l) => l.points.some((p) => p.y > 0)) && lines.every((l) => l.points.every((p) => p.y >= 0));

/** The chart in words, for those who cannot see it. */
export function describe(heading: string, lines: readonly Line[], notes: readonly string[] = []): string {
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
    const gaps = points.filter((p) => p.gap).length;
    const interrupted = gaps === 0 ? '' : `, interrupted ${gaps === 1 ? 'once' : `${gaps} times`}`;
    return `${label}: ${significant(last.y)} at step ${last.step}, ${significant(first.y)} at step ${first.step}, ${range}, ${count(points.length, 'value')}${interrupted}`;
  });
  return `${heading}. ${[...parts, ...notes].join('. ')}.`;
}
