/**
 * How hard a run's questions are, as a Beta distribution of the success p of a question, fitted to the groups' right solutions by
 * moments: with n solutions of p ~ Beta(a, b), E[c/n] = μ = a/(a+b) and Var[c/n] = μ(1−μ)/n · (1 + (n−1)ρ) with ρ = 1/(a+b+1).
 * Source: Skellam, "A Probability Distribution Derived from the Binomial Distribution…" (1948).
 */
export class SuccessMoments {
  private groups = 0;
  private sum = 0;
  private squares = 0;
  private sizes = 0;

  /** @param right of `size` solutions of one question */
  add(right: number, size: number): void {
    const p = right / size;
    this.groups++;
    this.sum += p;
    this.squares += p * p;
    this.sizes += size;
  }

  /** @returns null where there are too few groups, or all are equal */
  fit(): { a: number; b: number } | null {
    if (this.groups < 10) return null;
    const mu = this.sum / this.groups;
    const n = this.sizes / this.groups;
    const variance = this.squares / this.groups - mu * mu;
    if (mu <= 0 || mu >= 1 || variance <= 0 || n <= 1) return null;
    const rho = Math.min(0.999, Math.max(0.001, ((variance * n) / (mu * (1 - mu)) - 1) / (n - 1)));
    const total = 1 / rho - 1;
    return { a: mu * total, b: (1 - mu) * total };
  }
}

/** E[(1−p)^G]: the share of groups of G solutions in which none is right. @param size G */
export function expectedAllWrong({ a, b }: { a: number; b: number }, size: number): number {
  let product = 1;
  for (let i = 0; i < size; i++) product *= (b + i) / (a + b + i);
  return product;
}
