/** What the advantages of a group would be with other weights of its reward terms, or another normalisation. Pure. */
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
    const sums = weighed(group, weights);
    const isSum = group.rewards.every((r, i) => Number.isFinite(r) && Math.abs(r - sums[i]) <= 1e-6 + 1e-3 * Math.abs(r));
    if (isSum) return weights;
  }
  return null;
}

/** @param weights of terms that every solution has; null: the rewards as they are */
export function whatIf(group: WeighedGroup, weights: Readonly<Record<string, number>> | null, variant: VariantId): WhatIf {
  const rewards = weights === null ? [...group.rewards] : weighed(group, weights);
  const advantages = advantageVariants[variant].advantages(rewards);
  const flips = advantages.flatMap((a, i) => (signOf(a) * signOf(group.advantages[i]) < 0 ? [i] : []));
  const [had, has] = [hasSignal(group.rewards), hasSignal(rewards)];
  const wasKnown = group.rewards.every(Number.isFinite);
  return { rewards, advantages, flips, signal: !wasKnown || had === has ? null : has ? 'gained' : 'lost' };
}

const weighed = ({ terms }: WeighedGroup, weights: Readonly<Record<string, number>>): number[] =>
  terms.map((of) => Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * (of[name] ?? NaN), 0));
