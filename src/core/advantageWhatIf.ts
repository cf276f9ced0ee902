/** What the advantages of a group would be with other weights of its reward terms, another checker, or another normalisation. Pure. */
import { advantageVariants, hasSignal, type VariantId } from './advantageVariants.js';

export interface WeighedGroup {
  /** As recorded; NaN where unknown. */
  rewards: readonly number[];
  advantages: readonly number[];
  /** Each term of each solution; null where it is unknown. */
  terms: readonly Readonly<Record<string, number | null>>[];
}

export interface WhatIf {
  rewards: number[];
  advantages: number[];
  /** Solutions whose advantage has another sign than it had: raised in the place of lowered, or the other way. */
  flips: number[];
  /** From no signal to some, or from some to none; null: as before, or it is not known how it was. */
  signal: 'gained' | 'lost' | null;
}

/** Of a standardised advantage that is 0 but for rounding. */
const nothing = 1e-9;
const signOf = (x: number): number => (Math.abs(x) <= nothing ? 0 : Math.sign(x));

/** Terms that every solution of the group has a number of. */
export function knownTerms({ terms }: Pick<WeighedGroup, 'terms'>): string[] {
  const isKnown = (name: string): boolean => terms.every((of) => Object.hasOwn(of, name) && Number.isFinite(of[name]));
  return Object.keys(terms.at(0) ?? {}).filter(isKnown);
}

/**
 * The weights with which the rewards are the sums of their terms: the recorded ones, or 1 each.
 * @param recorded as the experiment says; a term without one has 1
 * @returns null where the rewards are another function of the terms: they cannot be weighed anew
 */
export function weightsOfTerms(group: WeighedGroup, recorded: Readonly<Record<string, number>>): Record<string, number> | null {
  const names = knownTerms(group);
  if (names.length === 0) return null;
  for (const weightOf of [(name: string) => (Object.hasOwn(recorded, name) ? recorded[name] : 1), () => 1]) {
    const weights = Object.fromEntries(names.map((name) => [name, weightOf(name)]));
    const sums = weighed(group.terms, weights);
    const isSum = group.rewards.every((r, i) => Number.isFinite(r) && Math.abs(r - sums[i]) <= 1e-6 + 1e-3 * Math.abs(r));
    if (isSum) return weights;
  }
  return null;
}

/** A group of which it is known who was right; null: nobody judged. */
export interface JudgedGroup extends WeighedGroup {
  correct: readonly (boolean | null)[];
}

/** As it is stored: null where it is unknown. */
export interface StoredNumbers {
  group: number;
  rewards: readonly (number | null)[];
  advantages: readonly (number | null)[];
  terms: WeighedGroup['terms'];
  correct: JudgedGroup['correct'];
}
export type NumberedGroup = JudgedGroup & { group: number };

const toNumbers = (values: readonly (number | null)[]): number[] => values.map((v) => v ?? NaN);
export const numberedGroup = ({ group, rewards, advantages, terms, correct }: StoredNumbers): NumberedGroup => ({
  ...{ group, rewards: toNumbers(rewards), advantages: toNumbers(advantages), terms, correct },
});

/** What a solution is paid for being right, and for being wrong. */
export interface VerdictPay {
  /** Null: the whole reward, where no terms are recorded. */
  term: string | null;
  right: number;
  wrong: number;
}

/**
 * The reward terms that follow from the verdicts: one value for all that are right, another one for all that are wrong. Where no group has terms, the
 * reward itself, if it does. Those that are called so first.
 * @param groups of one step: where all of them are right, or all wrong, what the others would be paid is not known, and no term is given
 */
export function verdictPays(groups: readonly JudgedGroup[]): VerdictPay[] {
  const names = [...new Set(groups.flatMap(({ terms }) => terms.flatMap((of) => Object.keys(of))))];
  const valuesOf = (name: string | null, { terms, rewards }: JudgedGroup): readonly (number | null | undefined)[] =>
    name === null ? rewards : terms.map((of) => of[name]);
  const pays = (names.length === 0 ? [null] : names).flatMap((term): VerdictPay[] => {
    const paid = [new Set<number>(), new Set<number>()] as const;
    for (const group of groups) {
      const values = valuesOf(term, group);
      for (const [i, correct] of group.correct.entries()) if (correct !== null) paid[correct ? 1 : 0].add(values[i] ?? NaN);
    }
    const [[wrong], [right]] = paid;
    const isPaid = paid.every((values) => values.size === 1) && Number.isFinite(wrong) && Number.isFinite(right) && right !== wrong;
    return isPaid ? [{ term, right, wrong }] : [];
  });
  const rank = ({ term }: VerdictPay): number => (term !== null && /correct|accura|answer/i.test(term) ? 0 : 1);
  return pays.sort((a, b) => rank(a) - rank(b));
}

/** Another checker's verdicts on a group, and what they are paid. */
export interface OtherVerdicts {
  pay: VerdictPay;
  /** Of each solution; an undecided one is paid as a wrong one. Null: the checker did not judge it. */
  right: readonly (boolean | null)[];
}

/**
 * The rewards as they would be.
 * @param weights of terms that every solution has; null: the rewards are no sum of their terms
 * @returns null where they do not follow: the checker did not judge all of the group, or what it judges is not known to be a part of the reward
 */
export function supposedRewards(
  group: WeighedGroup,
  weights: Readonly<Record<string, number>> | null,
  other: OtherVerdicts | null = null,
): number[] | null {
  if (other === null) return weights === null ? [...group.rewards] : weighed(group.terms, weights);
  const { pay, right } = other;
  if (right.length !== group.rewards.length || right.includes(null)) return null;
  const paid = right.map((isRight) => (isRight ? pay.right : pay.wrong));
  const { term } = pay;
  if (term === null) return paid;
  if (weights === null || !Object.hasOwn(weights, term)) return null;
  return weighed(
    group.terms.map((of, i) => ({ ...of, [term]: paid[i] })),
    weights,
  );
}

/** @param rewards in the place of the recorded ones */
export function whatIf(group: WeighedGroup, rewards: readonly number[], variant: VariantId): WhatIf {
  const advantages = advantageVariants[variant].advantages(rewards);
  const flips = advantages.flatMap((a, i) => (signOf(a) * signOf(group.advantages[i]) < 0 ? [i] : []));
  const [had, has] = [hasSignal(group.rewards), hasSignal(rewards)];
  const wasKnown = group.rewards.every(Number.isFinite);
  return { rewards: [...rewards], advantages, flips, signal: !wasKnown || had === has ? null : has ? 'gained' : 'lost' };
}

const weighed = (terms: WeighedGroup['terms'], weights: Readonly<Record<string, number>>): number[] =>
  terms.map((of) => Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * (of[name] ?? NaN), 0));
