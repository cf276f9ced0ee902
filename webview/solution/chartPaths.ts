/** The per-token chart's geometry: one column per token in a box of width n and height 1 (0 is the top). Pure. */

export interface ChartShape {
  /** Areas above and below the neutral value, as SVG path data. */
  up: string;
  down: string;
  /** Height of the neutral value. */
  zero: number;
  /** Values at the top and the bottom. */
  top: number;
  bottom: number;
}

/** More columns than pixels would fade into each other. */
const mostColumns = 1000;

/** @param all one per token; NaN leaves a gap, what lies beyond `low` … `high` is cut there */
export function chartShape(all: readonly number[], neutral: number, low: number, high: number): ChartShape {
  const width = Math.ceil(all.length / mostColumns);
  const values = width === 1 ? all : farthest(all, neutral, width);
  const span = high - low || 1;
  const y = (v: number) => round((high - Math.min(high, Math.max(low, v))) / span);
  const zero = y(neutral);
  const area = (include: (v: number) => boolean): string => {
    let path = '';
    for (let i = 0; i < values.length;) {
      if (!include(values[i])) {
        i++;
        continue;
      }
      path += `M${i * width} ${zero}`;
      for (; i < values.length && include(values[i]); i++) path += `V${y(values[i])}h${width}`;
      path += `V${zero}Z`;
    }
    return path;
  };
  return { up: area((v) => v > neutral), down: area((v) => v < neutral), zero, top: high, bottom: low };
}

/** One value for each run of `width` tokens: the one farthest from neutral, so that no peak is lost. */
function farthest(values: readonly number[], neutral: number, width: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i += width) {
    const run = values.slice(i, i + width).filter((v) => !Number.isNaN(v));
    kept.push(run.reduce((a, b) => (Math.abs(b - neutral) > Math.abs(a - neutral) ? b : a), run.at(0) ?? Number.NaN));
  }
  return kept;
}

const round = (x: number): number => Math.round(x * 1e4) / 1e4;
