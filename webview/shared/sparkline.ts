/** Curves and bars small enough to stand in a line of text: plain SVG, no element of their own. */
import { svg, html, nothing, type TemplateResult } from 'lit';
import { sparkScale, type Bounds } from '../../src/core/sparkScale.js';

/**
 * @param values y in order; fewer than two draw nothing
 * @returns path in a box of the given size, scaled as `sparkScale` says
 */
export function sparkPath(values: readonly number[], width: number, height: number, bounds?: Bounds): string {
  if (values.length < 2) return '';
  const { low, high } = sparkScale(values, bounds);
  const y = (v: number): number => height - ((v - low) / (high - low)) * height;
  return values.map((v, i) => `${i === 0 ? 'M' : 'L'}${round((i / (values.length - 1)) * width)} ${round(y(v))}`).join('');
}

/** @param text from where to where it goes, for those who cannot see it */
export const sparkline = (values: readonly number[], text: string, bounds?: Bounds, width = 96, height = 20): TemplateResult => html`
  <svg class="sparkline" viewBox="-1 -1 ${width + 2} ${height + 2}" preserveAspectRatio="none" role="img" aria-label=${text}>
    ${values.length < 2 ? nothing : svg`<path d=${sparkPath(values, width, height, bounds)}></path>`}
  </svg>
`;

const round = (x: number): number => Math.round(x * 100) / 100;
