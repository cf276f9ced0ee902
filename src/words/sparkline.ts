import { largest, smallest } from '../core/extremes.js';

const blocks = '▁▂▃▄▅▆▇█';

/**
 * A curve as block characters, scaled to its own range: ▁▂▄▆. A flat curve stands in the middle.
 * @param width at most this many characters; longer curves are averaged in equal parts
 */
export function sparkline(values: readonly number[], width = 8): string {
  const points = averaged(
    values.filter((v) => Number.isFinite(v)),
    width,
  );
  if (points.length < 2) return '';
  const low = smallest(points);
  const span = largest(points) - low;
  return points.map((v) => blocks[span === 0 ? 3 : Math.min(7, Math.floor(((v - low) / span) * 8))]).join('');
}

function averaged(values: number[], width: number): number[] {
  if (values.length <= width) return values;
  return Array.from({ length: width }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width));
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
}
