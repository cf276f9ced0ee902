export interface OrderedPairs {
  /** Pairs of a right and a wrong case. */
  pairs: number;
  /** Those in which the right one has the higher score; equal scores count half. */
  inOrder: number;
}

/**
 * How a score orders right and wrong cases of one question: the Mann–Whitney U of the right ones, by ranks.
 * @param scores one per case
 * @param labels whether the case is right
 * Source: Mann and Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other" (1947).
 */
export function orderedPairs(scores: readonly number[], labels: readonly boolean[]): OrderedPairs {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let [wrongBelow, inOrder] = [0, 0];
  for (let i = 0; i < order.length;) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j++;
    const equal = order.slice(i, j);
    const right = equal.filter((k) => labels[k]).length;
    inOrder += right * (wrongBelow + (equal.length - right) / 2);
    wrongBelow += equal.length - right;
    i = j;
  }
  return { pairs: wrongBelow * (labels.length - wrongBelow), inOrder };
}
