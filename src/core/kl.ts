/**
 * Log-ratios are limited to ±20 before they are exponentiated, so that one token of vanishing probability cannot make a whole
 * step infinite. e²⁰ ≈ 5·10⁸: far outside anything a working run shows. Beyond the limit the gradient is 0.
 */
export const maxLogRatio = 20;

export const limitLogRatio = (x: number): number => Math.min(Math.max(x, -maxLogRatio), maxLogRatio);

/**
 * The k3 estimate of KL(π_θ ‖ π_ref) from one token sampled from π_θ: π_ref/π_θ − log(π_ref/π_θ) − 1. Never negative; unbiased.
 * @param logp log π_θ of the token
 * @param logpRef log π_ref of the token
 * @returns nats
 * Source: Schulman, "Approximating KL Divergence" (http://joschu.net/blog/kl-approx.html); DeepSeekMath, equation 4.
 */
export function k3(logp: number, logpRef: number): number {
  const x = limitLogRatio(logpRef - logp);
  // expm1 keeps its digits where both policies nearly agree; rounding may still leave −0.
  return Math.max(0, Math.expm1(x) - x);
}
