import { sparkScale, type Bounds } from '../core/sparkScale.js';

const blocks = '▁▂▃▄▅▆▇█';

/**
 * A curve as block characters: ▁▂▄▆, scaled as `sparkScale` says.
 * @param width at most this many characters; longer curves are averaged in equal parts
 */
export function sparkline(values: readonly number[], bounds?: Bounds, width = 8): string {
  const points = averaged(
    values.filter((v) => Number.isFinite(v)),
    width,
  );
  if (points.length < 2) return '';
  const { low, high } = sparkScale(points, bounds);
  return points.map((v) => blocks[Math.min(7, Math.floor(((v - low) / (high - low)) * 8))]).join('');
}

function averaged(values: number[], width: number): number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width));
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
}
