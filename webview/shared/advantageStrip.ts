/** The advantages of a group as a row of bars: up is reinforced, down is suppressed, strength of colour is size. */
import { html, svg, type TemplateResult } from 'lit';
import { signed } from './format.js';

/** Strengths of colour on each side of zero. */
export const stripLevels = 4;
/** |Â| with a full bar; larger ones widen the scale of their group. ±2 holds nearly all normalised advantages of a group. */
const usualReach = 2;

export interface StripPath {
  side: 'up' | 'down' | 'zero' | 'unknown';
  /** 1 … stripLevels; 0 for zero and unknown. */
  level: number;
  d: string;
}

/**
 * One path per side and level, however many bars there are: a table shows thousands of them.
 * @param advantages Â in the order drawn; null where the trainer gave none
 * @returns paths in a box of one unit per bar and y from −1 (top) to 1
 */
export function stripPaths(advantages: readonly (number | null)[]): StripPath[] {
  const reach = advantages.reduce<number>((most, a) => Math.max(most, Math.abs(a ?? 0)), usualReach);
  const paths = new Map<string, StripPath>();
  advantages.forEach((a, i) => {
    const share = (a ?? 0) / reach;
    const side = a === null ? 'unknown' : share > 0 ? 'up' : share < 0 ? 'down' : 'zero';
    const level = share === 0 ? 0 : Math.ceil(Math.abs(share) * stripLevels);
    const key = `${side}${level}`;
    const path = paths.get(key) ?? { side, level, d: '' };
    // Never so flat that its side cannot be seen.
    const [from, to] = share === 0 ? [-0.08, 0.08] : [0, -Math.sign(share) * Math.max(0.12, Math.abs(share))];
    path.d += `M${i + 0.1} ${round(from)}H${round(i + 0.9)}V${round(to)}H${i + 0.1}Z`;
    paths.set(key, path);
  });
  return [...paths.values()];
}

/** The strip in words: `9 up to +0.882, 7 down to −1.13`. */
export function stripText(advantages: readonly (number | null)[]): string {
  const known = advantages.filter((a) => a !== null);
  if (known.length === 0) return 'no advantages';
  const up = known.filter((a) => a > 0);
  const down = known.filter((a) => a < 0);
  if (up.length + down.length === 0) return 'all advantages are 0';
  const parts = [];
  if (up.length > 0) parts.push(`${up.length} up to ${signed(up.reduce((a, b) => Math.max(a, b)))}`);
  if (down.length > 0) parts.push(`${down.length} down to ${signed(down.reduce((a, b) => Math.min(a, b)))}`);
  const zero = known.length - up.length - down.length;
  if (zero > 0) parts.push(`${zero} zero`);
  return parts.join(', ');
}

export const advantageStrip = (advantages: readonly (number | null)[]): TemplateResult => html`
  <svg
    class="advantage-strip"
    viewBox="0 -1 ${Math.max(1, advantages.length)} 2"
    preserveAspectRatio="none"
    role="img"
    aria-label=${stripText(advantages)}
  >
    ${stripPaths(advantages).map(({ side, level, d }) => svg`<path class="${side} l${level}" d=${d}></path>`)}
  </svg>
`;

const round = (x: number): number => Math.round(x * 1000) / 1000;
