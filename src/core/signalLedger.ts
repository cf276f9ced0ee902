/** Where the signal of a run's steps comes from: how their groups came out, what the informative ones were paid, which term carries Σ|Â|. */

/** Sums over the groups of a step, or of several behind each other. */
export interface LedgerSums {
  from: number;
  to: number;
  groups: number;
  mixed: number;
  allRight: number;
  allWrong: number;
  /** Groups with at least one solution that was cut at the limit, or whose episode failed; and those of which it is known. */
  truncated: number;
  truncatedKnown: number;
  errors: number;
  errorsKnown: number;
  /** Solutions with a reward, and the sum of these; the same of groups whose rewards are not all equal. */
  rewarded: number;
  rewardSum: number;
  informative: number;
  informativeRewarded: number;
  informativeSum: number;
  /** Groups whose advantages are known, and their Σ|Â|. */
  advantageGroups: number;
  advantageSum: number;
  /** Of each term the sum of S_k, see termSignal.ts, in the order of the ledger's terms. */
  terms: readonly number[];
}

export interface LedgerEntry {
  from: number;
  to: number;
  groups: number;
  /** Shares of the groups: they add up to 1. Not judged: of no solution is it known whether it is right. */
  mixed: number;
  allRight: number;
  allWrong: number;
  notJudged: number;
  /** Shares of the groups of which it is known, beside the four above: a group that is mixed may have truncated solutions. Null: of none. */
  truncated: number | null;
  errors: number | null;
  /** Share of groups whose rewards are not all equal; null where no reward is known. */
  informative: number | null;
  /** Mean over the solutions; null where no reward is known. */
  reward: number | null;
  informativeReward: number | null;
  /** Of each term w_k S_k / Σ|Â|; null where there is no advantage, or the weight is not known. */
  terms: (number | null)[];
}

const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** @param weights of the terms, in their order; null: not known */
export function ledgerEntry(sums: LedgerSums, weights: readonly (number | null)[]): LedgerEntry {
  const { groups, mixed, allRight, allWrong } = sums;
  const share = (n: number): number => ratio(n, groups) ?? 0;
  return {
    ...{ from: sums.from, to: sums.to, groups },
    ...{
      mixed: share(mixed),
      allRight: share(allRight),
      allWrong: share(allWrong),
      notJudged: share(groups - mixed - allRight - allWrong),
    },
    truncated: ratio(sums.truncated, sums.truncatedKnown),
    errors: ratio(sums.errors, sums.errorsKnown),
    informative: sums.rewarded > 0 ? share(sums.informative) : null,
    reward: ratio(sums.rewardSum, sums.rewarded),
    informativeReward: ratio(sums.informativeSum, sums.informativeRewarded),
    terms: weights.map((w, k) => (w === null ? null : ratio(w * sums.terms[k], sums.advantageSum))),
  };
}

/** @returns the sums of all together. @throws where there are none */
export const ledgerTotal = (steps: readonly LedgerSums[]): LedgerSums => steps.reduce(together);

function together(a: LedgerSums, b: LedgerSums): LedgerSums {
  const sums = { ...a, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), terms: a.terms.map((s, k) => s + b.terms[k]) };
  for (const key of summed) sums[key] += b[key];
  return sums;
}

const summed = [
  'groups',
  'mixed',
  'allRight',
  'allWrong',
  'truncated',
  'truncatedKnown',
  'errors',
  'errorsKnown',
  'rewarded',
  'rewardSum',
  'informative',
  'informativeRewarded',
  'informativeSum',
  'advantageGroups',
  'advantageSum',
] as const satisfies (keyof LedgerSums)[];

/** How far the parts of the terms may be from Σ|Â| where they are to be all of it. */
const tolerance = 0.01;

/**
 * The weights of terms. Where a run names none of them, and its terms add up to the advantages as they are, each counts once.
 * @param recorded by name
 * @param total sums over the whole run, or the part of it that is looked at
 * @returns `assumed`: they are not recorded
 */
export function termWeights(
  names: readonly string[],
  recorded: Readonly<Record<string, number>>,
  total: Pick<LedgerSums, 'terms' | 'advantageSum'>,
): { weights: (number | null)[]; assumed: boolean } {
  const weights = names.map((name) => (Object.hasOwn(recorded, name) ? recorded[name] : null));
  if (weights.some((w) => w !== null)) return { weights, assumed: false };
  const parts = total.terms.reduce((sum, s) => sum + s, 0);
  const fits = total.advantageSum > 0 && Math.abs(parts / total.advantageSum - 1) <= tolerance;
  return { weights: names.map(() => (fits ? 1 : null)), assumed: fits };
}
