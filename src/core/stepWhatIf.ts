/** What the advantages of a step's groups would be. Pure. */
import type { VariantId } from './advantageVariants.js';
import { supposedRewards, weightsOfTerms, whatIf, type NumberedGroup, type VerdictPay, type WhatIf } from './advantageWhatIf.js';

/** What is supposed of a step. */
export interface Supposed {
  variant: VariantId;
  /** As recorded, by which it is told whether a group's rewards are the sums of its terms. */
  recorded: Readonly<Record<string, number>>;
  /** In the place of the recorded weights; null: those. */
  weights: Readonly<Record<string, number>> | null;
  /** Another checker, and what its verdicts are paid; null: the verdicts as they were. */
  checker: { pay: VerdictPay; rightOf: (group: number) => readonly (boolean | null)[] | undefined } | null;
}

export interface StepWhatIf {
  /** Groups of which it follows, in their order. */
  groups: { group: number; outcome: WhatIf }[];
  /** Groups that the checker did not judge, or not all of. */
  ungraded: number;
  /** Other groups of which it does not follow: rewards are missing, or are no sums of their terms. */
  left: number;
}

export function stepWhatIf(groups: readonly NumberedGroup[], supposed: Supposed): StepWhatIf {
  const found: StepWhatIf = { groups: [], ungraded: 0, left: 0 };
  for (const of of groups) {
    const right = supposed.checker?.rightOf(of.group);
    if (supposed.checker !== null && (right === undefined || right.includes(null))) found.ungraded++;
    else {
      const outcome = groupWhatIf(of, supposed);
      if (outcome === null) found.left++;
      else found.groups.push({ group: of.group, outcome });
    }
  }
  return found;
}

/** @returns null where it does not follow */
export function groupWhatIf(of: NumberedGroup, { variant, recorded, weights, checker }: Supposed): WhatIf | null {
  if (!of.rewards.every(Number.isFinite)) return null;
  const own = weightsOfTerms(of, recorded);
  // Elsewhere the rewards may be another function of the terms.
  if (weights !== null && own === null) return null;
  const right = checker?.rightOf(of.group);
  if (checker !== null && right === undefined) return null;
  const rewards = supposedRewards(of, weights ?? own, checker && { pay: checker.pay, right: right! });
  return rewards && whatIf(of, rewards, variant);
}
