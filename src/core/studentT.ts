/**
 * P(|T| ≤ t) of Student's t with ν degrees of freedom: finite sums in θ = atan(t/√ν).
 * @param t ≥ 0
 * @param nu ν, a positive integer
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
export function studentTWithin(t: number, nu: number): number {
  const theta = Math.atan(t / Math.sqrt(nu));
  const cos2 = Math.cos(theta) ** 2;
  const odd = nu % 2 === 1;
  let term = odd ? Math.cos(theta) : 1;
  let sum = 0;
  for (let k = odd ? 1 : 0; k <= nu - 2; k += 2) {
    sum += term;
    term *= (cos2 * (k + 1)) / (k + 2);
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

/**
 * The t with P(|T| ≤ t) = level: by how many standard errors a two-sided interval reaches out.
 * @param nu ν ≥ 1, an integer
 * @param level in (0, 1)
 */
export function studentTQuantile(nu: number, level: number): number {
  // Bisection in θ = atan(t), which is bounded: t itself may be large for ν = 1.
  let low = 0;
  let high = Math.PI / 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentTWithin(Math.tan(middle), nu) < level) low = middle;
    else high = middle;
  }
  return Math.tan((low + high) / 2);
}
