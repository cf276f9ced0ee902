/** Curves and bars small enough to stand in a line of text: plain SVG, no element of their own. */
import { svg, html, nothing, type TemplateResult } from 'lit';

/**
 * @param values y in order; fewer than two draw nothing
 * @returns path in a box of the given size, scaled to the values' own range; a flat curve stands in the middle
 */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return '';
  const low = values.reduce((a, b) => Math.min(a, b));
  const span = values.reduce((a, b) => Math.max(a, b)) - low;
  const y = (v: number): number => (span === 0 ? height / 2 : height - ((v - low) / span) * height);
  return values.map((v, i) => `${i === 0 ? 'M' : 'L'}${round((i / (values.length - 1)) * width)} ${round(y(v))}`).join('');
}

/** Decoration beside the number it belongs to, so hidden from screen readers. */
export const sparkline = (values: readonly number[], width = 96, height = 20): TemplateResult => html`
  <svg class="sparkline" viewBox="-1 -1 ${width + 2} ${height + 2}" preserveAspectRatio="none" aria-hidden="true">
    ${values.length < 2 ? nothing : svg`<path d=${sparkPath(values, width, height)}></path>`}
  </svg>
`;

const round = (x: number): number => Math.round(x * 100) / 100;
