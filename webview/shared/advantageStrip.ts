/** The advantages of a group as a row of bars: up is reinforced, down is suppressed, strength of colour is size. */
import { html, svg, type TemplateResult } from 'lit';
import { signed } from '../../src/core/format.js';

/** Strengths of colour on each side of zero. */
export const stripLevels = 4;
/** |Â| of a full bar, at least: ±2 holds nearly all normalised advantages of a group. */
const usualReach = 2;
/** Of all advantages of a list so many, largest first, may go beyond its scale: an outlier must not flatten the rest. */
const beyond = 0.01;

/** One scale for all rows of a list, so that equal heights are equal advantages: all but the largest hundredth fit. */
export function stripReach(rows: readonly (readonly (number | null)[])[]): number {
  const sizes = rows.flatMap((row) => row.flatMap((a) => (a === null ? [] : [Math.abs(a)]))).sort((a, b) => b - a);
  return Math.max(usualReach, sizes.at(Math.floor(sizes.length * beyond)) ?? 0);
}

export interface StripPath {
  side: 'up' | 'down' | 'zero' | 'unknown';
  /** 1 … stripLevels; 0 for zero and unknown. */
  level: number;
  d: string;
}

/**
 * One path per side and level, however many bars there are: a table shows thousands of them.
 * @param advantages Â in the order drawn; null where the trainer gave none
 * @param reach |Â| of a full bar; one that goes beyond it has a gap near its end
 * @returns paths in a box of one unit per bar and y from −1 (top) to 1
 */
export function stripPaths(advantages: readonly (number | null)[], reach = stripReach([advantages])): StripPath[] {
  const paths = new Map<string, StripPath>();
  advantages.forEach((a, i) => {
    const share = Math.max(-1, Math.min(1, (a ?? 0) / reach));
    const isCut = Math.abs(a ?? 0) > reach;
    const side = a === null ? 'unknown' : share > 0 ? 'up' : share < 0 ? 'down' : 'zero';
    const level = share === 0 ? 0 : Math.ceil(Math.abs(share) * stripLevels);
    const key = `${side}${level}`;
    const path = paths.get(key) ?? { side, level, d: '' };
    // Never so flat that its side cannot be seen.
    const [from, to] = share === 0 ? [-0.08, 0.08] : [0, -Math.sign(share) * Math.max(0.12, Math.abs(share))];
    const bar = (y: number, end: number): string => `M${i + 0.1} ${round(y)}H${round(i + 0.9)}V${round(end)}H${i + 0.1}Z`;
    path.d += isCut ? bar(0, 0.7 * to) + bar(0.85 * to, to) : bar(from, to);
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

/** @param reach as of `stripReach`, the same for every strip of a list */
export const advantageStrip = (advantages: readonly (number | null)[], reach?: number): TemplateResult => html`
  <svg
    class="advantage-strip"
    viewBox="0 -1 ${Math.max(1, advantages.length)} 2"
    preserveAspectRatio="none"
    role="img"
    aria-label=${stripText(advantages)}
  >
    ${stripPaths(advantages, reach).map(({ side, level, d }) => svg`<path class="${side} l${level}" d=${d}></path>`)}
  </svg>
`;

const round = (x: number): number => Math.round(x * 1000) / 1000;
