import { mean, populationStd } from './stats.js';

/**
 * Group-relative advantage under outcome supervision: Â_i = (r_i − mean(r)) / std(r).
 * A group whose rewards are all equal carries no signal: every Â_i is 0.
 * @param rewards r, length G
 * @returns Â, length G (every token of output i gets Â_i)
 * Source: DeepSeekMath, section 4.1.2; std is the population's.
 */
export function outcomeAdvantages(rewards: readonly number[]): number[] {
  const mu = mean(rewards);
  const sigma = populationStd(rewards);
  return rewards.map((r) => (sigma === 0 ? 0 : (r - mu) / sigma));
}

/**
 * Dr. GRPO: Â_i = r_i − mean(r). Without the division, groups that are nearly all right or all wrong do not weigh more.
 * @param rewards r, length G
 * @returns Â, length G
 * Source: Liu et al., "Understanding R1-Zero-Like Training" (arXiv 2503.20783), section 3.2.
 */
export function drGrpoAdvantages(rewards: readonly number[]): number[] {
  if (populationStd(rewards) === 0) return rewards.map(() => 0);
  const mu = mean(rewards);
  return rewards.map((r) => r - mu);
}

/**
 * RLOO: each output against the mean of the others, Â_i = r_i − (Σ_{j≠i} r_j) / (G − 1) = (r_i − mean(r)) · G / (G − 1).
 * A group of one has no others: its advantage is 0.
 * @param rewards r, length G
 * @returns Â, length G
 * Source: Ahmadian et al., "Back to Basics" (arXiv 2402.14740), section 3.2.
 */
export function rlooAdvantages(rewards: readonly number[]): number[] {
  const g = rewards.length;
  return g < 2 ? rewards.map(() => 0) : drGrpoAdvantages(rewards).map((a) => (a * g) / (g - 1));
}

/**
 * Group-relative advantages under process supervision: with R all step rewards of all outputs of the group,
 * r̃ = (r − mean(R)) / std(R), and Â_it = Σ over the steps j with index(j) ≥ t of r̃_i^index(j). Tokens after the last step get 0.
 * Step rewards that are all equal carry no signal: every Â is 0.
 * @param rewards rewards[i][j]: reward of step j of output i; outputs may differ in their number of steps
 * @param ends ends[i][j]: index(j) of output i, the 0-based position of the step's last token
 * @param lengths |o_i|, tokens
 * @param normalise of R; the paper's when left out
 * @returns Â, one array of |o_i| numbers per output
 * @throws RangeError where a step has no reward, or ends outside its output
 * Source: DeepSeekMath, section 4.1.3; std is the population's.
 */
export function processAdvantages(
  rewards: readonly (readonly number[])[],
  ends: readonly (readonly number[])[],
  lengths: readonly number[],
  normalise: (rewards: readonly number[]) => number[] = outcomeAdvantages,
): Float32Array[] {
  const normalised = normalise(rewards.flat());
  let next = 0;
  return lengths.map((length, i) => {
    if (rewards[i].length !== ends[i].length)
      throw new RangeError(`Output ${i} has ${rewards[i].length} step rewards for ${ends[i].length} steps.`);
    const advantages = new Float64Array(length);
    for (const end of ends[i]) {
      if (!(end >= 0 && end < length)) throw new RangeError(`A step of output ${i} ends at token ${end} of ${length}.`);
      advantages[end] += normalised[next++];
    }
    for (let t = length - 2; t >= 0; t--) advantages[t] += advantages[t + 1];
    return Float32Array.from(advantages);
  });
}
