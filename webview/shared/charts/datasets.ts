/** Lines as chart.js draws them. */
import type { ChartDataset } from 'chart.js';
import { append } from '../../../src/core/extremes.js';
import type { ChartColors } from './colors.js';
import { dashes, fewPoints, heightAt, type Line, type LineColor } from './line.js';

type XY = { x: number; y: number };
export type Dataset = ChartDataset<'line', XY[]>;

/** A point between two gaps has no line: it is a dot, so that it is seen. */
const aloneRadius = 1;
/** A stack of one step is a column as wide as most of the axis, which reaches from one before it to one after it. */
const halfColumn = 0.4;

/** @param log the vertical axis is logarithmic */
export function datasets(lines: readonly Line[], colors: ChartColors, log: boolean): Dataset[] {
  const drawn: Dataset[] = [];
  let below: Dataset | undefined;
  for (const line of lines) {
    if (line.points.length === 0) continue;
    // A band that reaches below zero has no edge on a logarithmic axis.
    if (line.band && !log) append(drawn, bandOf(line, line.band, colors));
    append(drawn, curveOf(line, colors));
    if (!line.base) continue;
    // Down to the part before, wherever in the list that one stands.
    const part = drawn.at(-1)!;
    part.fill = below ? { target: drawn.indexOf(below) } : 'origin';
    part.backgroundColor = line.dash === 0 ? colors.line(line.color, 0.3) : hatched(colors, line.color);
    below = part;
  }
  return drawn;
}

function curveOf(line: Line, colors: ChartColors): Dataset[] {
  const { points, smooth, color, base } = line;
  const width = colors.contrast ? 2 : 1.5;
  const stroke = { ...common(line), borderColor: colors.line(color), borderWidth: width, borderDash: [...dashes[line.dash]] };
  if (base && points.length === 1) {
    const [{ x }] = points;
    return [{ ...stroke, data: [x - halfColumn, x + halfColumn].map((at) => ({ x: at, y: heightAt(line, 0) })), fill: false }];
  }
  const data = withGaps(points, (_, i) => heightAt(line, i));
  // Where values are few, each is a dot: a line between two says nothing of what lies there, and one alone has no line.
  const dotted = !base && points.length <= (smooth ? 1 : fewPoints);
  const radius = dotted ? 2.5 : radiusOf(data);
  const dot = radius === 0 ? {} : { pointRadius: radius, pointBackgroundColor: colors.line(color), pointBorderWidth: 0, clip: 3 };
  if (!smooth) return [{ ...stroke, ...dot, data, fill: false }];
  const faint = { ...stroke, borderColor: colors.line(color, 0.28), borderWidth: 1 };
  return [
    {
      ...faint,
      ...(radius !== 0 && { pointRadius: radius, pointBackgroundColor: colors.line(color, 0.28), pointBorderWidth: 0 }),
      data,
      fill: false,
    },
    { ...stroke, ...dot, data: withGaps(points, (_, i) => smooth[i]), fill: false },
  ];
}

function bandOf(line: Line, band: NonNullable<Line['band']>, colors: ChartColors): Dataset[] {
  const edge = { ...common(line), borderWidth: 0, borderColor: 'transparent' };
  const at = (end: 'low' | 'high'): XY[] => withGaps(line.points, (_, i) => band[i]?.[end] ?? NaN);
  return [
    { ...edge, data: at('high'), fill: false },
    { ...edge, data: at('low'), fill: '-1', backgroundColor: colors.line(line.color, line.interval ? 0.16 : 0.1) },
  ];
}

const common = ({ label }: Line) => ({ pointRadius: 0, pointHitRadius: 0, borderJoinStyle: 'round' as const, label });

/** A gap is a point without a height: chart.js draws no line to it. */
const withGaps = (points: Line['points'], y: (p: Line['points'][number], i: number) => number): XY[] =>
  points.flatMap((p, i) =>
    p.gap
      ? [
          { x: p.x, y: NaN },
          { x: p.x, y: y(p, i) },
        ]
      : [{ x: p.x, y: y(p, i) }],
  );

/** @returns 0 when every point has a neighbour that it hangs together with */
function radiusOf(data: readonly XY[]): number | number[] {
  const hasNone = (i: number): boolean => Number.isNaN(data[i]?.y ?? NaN);
  const radii = data.map((_, i) => (!hasNone(i) && hasNone(i - 1) && hasNone(i + 1) ? aloneRadius : 0));
  return radii.includes(aloneRadius) ? radii : 0;
}

/** Colours of stacked parts are few: the second time round they are hatched. */
function hatched(colors: ChartColors, color: LineColor): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const pen = tile.getContext('2d');
  if (!pen) return colors.line(color, 0.15);
  pen.strokeStyle = colors.line(color, 0.7);
  // Diagonals that go on in the next tile.
  for (const shift of [-3, 3, 9]) {
    pen.moveTo(shift - 6, 6);
    pen.lineTo(shift, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, 'repeat') ?? colors.line(color, 0.15);
}
