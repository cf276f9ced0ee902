/** A token and what is known of the distribution it was drawn from (untempered). */
export interface Draw {
  token: number;
  logp: number;
  /** In nats. */
  entropy: number;
  /** How many tokens were likelier. */
  rank: number;
}

/**
 * Draws from softmax(log π / temperature) by inverting its cumulative distribution; temperature 0 takes the likeliest token
 * (the first of several) and draws no random number.
 * @param logp log π over the vocabulary
 */
export function draw(logp: Float32Array, temperature: number, random: () => number): Draw {
  let entropy = 0;
  let best = 0;
  for (let i = 0; i < logp.length; i++) {
    const l = logp[i];
    entropy -= Math.exp(l) * l;
    if (l > logp[best]) best = i;
  }
  if (!Number.isFinite(entropy))
    throw new Error('The policy gives no valid distribution: its parameters have diverged. Lower the learning rate.');
  const token = temperature === 0 ? best : invert(logp, temperature, logp[best], random());
  const chosen = logp[token];
  let rank = 0;
  for (const l of logp) if (l > chosen) rank++;
  return { token, logp: chosen, entropy, rank };
}

/** The token at which the cumulative tempered distribution passes u. */
function invert(logp: Float32Array, temperature: number, highest: number, u: number): number {
  const mass = (l: number) => Math.exp((l - highest) / temperature);
  let total = 0;
  for (const l of logp) total += mass(l);
  let left = u * total;
  let last = 0;
  for (let i = 0; i < logp.length; i++) {
    const p = mass(logp[i]);
    if (p === 0) continue;
    last = i;
    left -= p;
    if (left < 0) return i;
  }
  // Rounding can leave a little of u·total: it belongs to the last possible token.
  return last;
}
