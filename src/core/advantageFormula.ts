import { mean, populationStd } from './stats.js';

/** How a group's advantages follow from its rewards. */
export type Formula =
  /** Â = slope · (r − mean): `slope · std` is 1 after a division by the population's std, √((G−1)/G) by the sample's. */
  | { kind: 'affine'; slope: number; std: number }
  /** The same within consecutive parts of the group, but not in the group. */
  | { kind: 'parts'; size: number }
  | { kind: 'other' };

/** Rounding to half precision, and ε beside the std. */
const tolerance = 0.02;

/**
 * @param rewards of a group, not all equal
 * @param advantages as recorded
 */
export function formulaOf(rewards: readonly number[], advantages: readonly number[]): Formula {
  const whole = slopeAround(0, rewards, advantages);
  if (whole !== null) return { kind: 'affine', slope: whole, std: populationStd(rewards) };
  const size = rewards.length;
  for (let part = 2; part <= size / 2; part++)
    if (size % part === 0 && inParts(rewards, advantages, part)) return { kind: 'parts', size: part };
  return { kind: 'other' };
}

/** The slope of Â − level over r − mean(r), where one fits all; 0 where no reward differs, null where none fits. */
export function slopeAround(level: number, rewards: readonly number[], advantages: readonly number[]): number | null {
  const mu = mean(rewards);
  let [along, across, largest] = [0, 0, 0];
  for (const [i, r] of rewards.entries()) {
    along += (advantages[i] - level) * (r - mu);
    across += (r - mu) ** 2;
    largest = Math.max(largest, Math.abs(advantages[i]));
  }
  const slope = across === 0 ? 0 : along / across;
  return rewards.every((r, i) => Math.abs(advantages[i] - level - slope * (r - mu)) <= tolerance * largest) ? slope : null;
}

function inParts(rewards: readonly number[], advantages: readonly number[], part: number): boolean {
  let signal = false;
  for (let i = 0; i < rewards.length; i += part) {
    const slope = slopeAround(0, rewards.slice(i, i + part), advantages.slice(i, i + part));
    // A larger reward is never worth less.
    if (slope === null || slope < 0) return false;
    if (slope !== 0) signal = true;
  }
  return signal;
}
