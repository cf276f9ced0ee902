/** Samples of one question whose answers are equal. */
export interface AnswerClass {
  /** How many of the samples. */
  n: number;
  right: boolean;
  /** True for the samples that state no answer: they are drawn like others, but their class never wins a vote. */
  abstains?: boolean;
}

/**
 * Maj@K of one question: the probability that the most frequent answer of K samples is right, over all choices of K of the n ≥ K
 * samples at hand (unbiased, as Pass@K is). Answers that tie for the most votes share the win: a right one among j counts 1/j.
 * K samples without any answer are wrong. Exact, in about n·K² steps.
 * @param classes equivalence classes of the n answers
 * @returns 0 to 1; its mean over questions is the accuracy of Maj@K
 * @throws RangeError where K is not an integer from 1 to n
 * Source: Wang et al., "Self-Consistency" (arXiv 2203.11171), for the vote.
 */
export function majorityAtK(classes: readonly AnswerClass[], k: number): number {
  const n = classes.reduce((sum, c) => sum + c.n, 0);
  if (!Number.isInteger(k) || k < 1 || k > n) throw new RangeError(`Maj@${k} needs from 1 to ${n} samples.`);
  // Votes of K samples drawn without replacement are independent binomials, whatever their p, given that they sum to K.
  // This p makes that sum likely, so that nothing underflows.
  const p = k / (n + 1);
  const votes = classes.map((c) => binomials(c.n, p, k));
  const all = binomials(n, p, k)[k];
  let winning = 0;
  classes.forEach((winner, i) => {
    if (!winner.right || winner.abstains) return;
    const others = classes.map((c, j) => ({ votes: votes[j], abstains: c.abstains })).filter((_, j) => j !== i);
    for (let m = 1; m <= Math.min(winner.n, k); m++) winning += votes[i][m] * fairShare(others, m, k - m);
  });
  // Rounding may leave a little more than 1.
  return Math.min(winning / all, 1);
}

/** P(the others draw `drawn` samples in all and none has more than m votes), a tie with j of them counting 1/(j + 1). */
function fairShare(others: readonly { votes: Float64Array; abstains?: boolean }[], m: number, drawn: number): number {
  const ties = Math.floor(drawn / m);
  // ways[j][d]: probability that the classes so far drew d samples, j of them m each.
  let ways = Array.from({ length: ties + 1 }, () => new Float64Array(drawn + 1));
  ways[0][0] = 1;
  for (const { votes, abstains } of others) {
    const next = ways.map((row) => new Float64Array(row.length));
    const most = Math.min(votes.length - 1, abstains ? drawn : m);
    for (let j = 0; j <= ties; j++)
      for (let d = 0; d <= drawn; d++) {
        if (ways[j][d] === 0) continue;
        for (let v = 0; v <= most && d + v <= drawn; v++) next[v === m && !abstains ? j + 1 : j][d + v] += ways[j][d] * votes[v];
      }
    ways = next;
  }
  return ways.reduce((sum, row, j) => sum + row[drawn] / (j + 1), 0);
}

/** Binomial(n, p) probabilities of 0 to min(n, most) successes, p in (0, 1). */
function binomials(n: number, p: number, most: number): Float64Array {
  const out = new Float64Array(Math.min(n, most) + 1);
  let log = n * Math.log1p(-p);
  for (let v = 0; v < out.length; v++) {
    out[v] = Math.exp(log);
    log += Math.log((((n - v) / (v + 1)) * p) / (1 - p));
  }
  return out;
}
