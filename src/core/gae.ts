import { mean, populationStd } from './stats.js';

/**
 * PPO's reward of each token: r_t = −β log(π_θ(o_t)/π_ref(o_t)), and the reward model's score r_φ(q, o) added at the last token.
 * @param score r_φ
 * @param logp log π_θ of each token (of the policy that sampled it)
 * @param logpRef log π_ref of each token
 * @param beta weight of the KL penalty
 * Source: DeepSeekMath, equation 2.
 */
export function ppoRewards(score: number, logp: ArrayLike<number>, logpRef: ArrayLike<number>, beta: number): Float32Array {
  const rewards = Float32Array.from(logp, (lp, t) => -beta * (lp - logpRef[t]));
  const last = logp.length - 1;
  if (last >= 0) rewards[last] = score - beta * (logp[last] - logpRef[last]);
  return rewards;
}

/**
 * Generalised advantage estimation: δ_t = r_t + γV_{t+1} − V_t and Â_t = Σ_l (γλ)^l δ_{t+l}. The value after the last token is 0.
 * λ = 0 trusts the value model alone, λ = 1 the sampled rewards alone.
 * @param rewards r_t, one per token
 * @param values V_t, of the state before token t; as many
 * @param gamma γ, discount
 * @param lambda λ
 * @returns Â, and the returns Â + V that the value model learns
 * Source: Schulman et al., GAE (arXiv 1506.02438), equation 16.
 */
export function generalisedAdvantages(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  gamma: number,
  lambda: number,
): { advantages: Float32Array; returns: Float32Array } {
  if (rewards.length !== values.length) throw new RangeError(`${rewards.length} rewards for ${values.length} values.`);
  const advantages = new Float32Array(rewards.length);
  const returns = new Float32Array(rewards.length);
  let advantage = 0;
  let nextValue = 0;
  for (let t = rewards.length - 1; t >= 0; t--) {
    advantage = rewards[t] + gamma * nextValue - values[t] + gamma * lambda * advantage;
    nextValue = values[t];
    advantages[t] = advantage;
    returns[t] = advantage + values[t];
  }
  return { advantages, returns };
}

/**
 * Advantages of a batch brought to mean 0 and (population) std 1 over all tokens of all sequences; all 0 where they are all equal.
 * Source: Andrychowicz et al., "What Matters in On-Policy Reinforcement Learning?" (arXiv 2006.05990), per-batch normalisation.
 * @param own which tokens are learned from; all when left out. The others come out as 0 and count in neither moment.
 */
export function whiten(values: readonly Float32Array[], own?: readonly ArrayLike<number>[]): Float32Array[] {
  const counts = (i: number, t: number): boolean => own?.[i][t] !== 0;
  const all = new Float32Array(values.reduce((sum, v) => sum + v.length, 0));
  let n = 0;
  values.forEach((v, i) => v.forEach((x, t) => (counts(i, t) ? (all[n++] = x) : 0)));
  const counted = all.subarray(0, n);
  const mu = mean(counted);
  const sigma = populationStd(counted);
  return values.map((v, i) => v.map((x, t) => (sigma === 0 || !counts(i, t) ? 0 : (x - mu) / sigma)));
}
