/**
 * Log-ratios are limited to ±20 before they are exponentiated, so that one token of vanishing probability cannot make a whole
 * step infinite. e²⁰ ≈ 5·10⁸: far outside anything a working run shows. Beyond the limit the gradient is 0.
 */
export const maxLogRatio = 20;

export const limitLogRatio = (x: number): number => Math.min(Math.max(x, -maxLogRatio), maxLogRatio);

/** Which estimate of KL(π_θ ‖ π_ref) is computed from each sampled token. */
export type KlEstimator = 'k1' | 'k2' | 'k3';

/**
 * The k1 estimate of KL(π_θ ‖ π_ref) from one token sampled from π_θ: −log(π_ref/π_θ). Unbiased, of high variance, and negative
 * for half of the tokens. As a loss it does nothing on average: its slope is 1 everywhere, and E[∇ log π_θ] = 0.
 * @param logp log π_θ of the token
 * @param logpRef log π_ref of the token
 * @returns nats
 * Source: Schulman, "Approximating KL Divergence" (http://joschu.net/blog/kl-approx.html).
 */
export const k1 = (logp: number, logpRef: number): number => logp - logpRef;

/**
 * The k2 estimate: ½ (log(π_ref/π_θ))². Never negative; biased, though its expected gradient is that of the KL divergence.
 * Parameters, unit and source as for {@link k1}.
 */
export const k2 = (logp: number, logpRef: number): number => (logp - logpRef) ** 2 / 2;

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

/** The chosen estimate of KL(π_θ ‖ π_ref) from one token; nats. */
export function klEstimate(kind: KlEstimator, logp: number, logpRef: number): number {
  switch (kind) {
    case 'k1':
      return k1(logp, logpRef);
    case 'k2':
      return k2(logp, logpRef);
    case 'k3':
      return k3(logp, logpRef);
  }
}

/** ∂ klEstimate / ∂ log π_θ. Where the estimate is part of the loss, β times this is subtracted from the gradient coefficient. */
export function klSlope(kind: KlEstimator, logp: number, logpRef: number): number {
  switch (kind) {
    case 'k1':
      return 1;
    case 'k2':
      return logp - logpRef;
    case 'k3':
      return Math.abs(logpRef - logp) <= maxLogRatio ? -Math.expm1(logpRef - logp) : 0;
  }
}
