/** Recorded advantages held against the rewards that they are said to follow from. Pure. */
import { formulaOf, slopeAround } from './advantageFormula.js';
import { advantageVariants, hasSignal, variantIds, type VariantId } from './advantageVariants.js';
import { mean, populationStd } from './stats.js';

/** What is known of a group; NaN where it is not. */
export interface AuditedGroup {
  rewards: readonly number[];
  advantages: readonly number[];
}

/** How well a variant gives the recorded advantages. */
export interface VariantFit {
  variant: VariantId;
  /** Solutions whose advantage it gives otherwise, and the largest difference. */
  differing: number;
  largest: number;
}

export interface Audit {
  size: number;
  /** Solutions without a reward, and without an advantage. */
  withoutReward: number;
  withoutAdvantage: number;
  /** ΣÂ and the largest |Â| of what is known; null: nothing is. */
  sum: number | null;
  largest: number | null;
  /** Whether ΣÂ is 0 but for rounding; null where not all are known. */
  isCentred: boolean | null;
  /** Whether the largest |Â| is beyond what a division by the group's own std can give, by either std. */
  beyond: { population: boolean; sample: boolean } | null;
  /** Best first; empty where not all rewards and advantages are known, or the group has no signal. */
  fits: VariantFit[];
  /** The first of them, where it gives all advantages. */
  explained: VariantId | null;
  /** Where none does: how they follow all the same. */
  otherwise: Otherwise | null;
}

export type Otherwise =
  /** Â = slope · (r − mean): a std that is not the group's (1/slope), or a second factor on a standardised one (`factor`). */
  | { kind: 'scaled'; slope: number; std: number; factor: number }
  /** Â = slope · (r − baseline), and the baseline is not the group's mean. */
  | { kind: 'baseline'; slope: number; baseline: number; mean: number }
  /** Standardised or centred within consecutive parts of the group: a wrong grouping. */
  | { kind: 'parts'; size: number }
  /** Solutions are not ordered by their reward, or not linearly. */
  | { kind: 'unrelated' };

/** Trainers add a small constant to the std (TRL: 1e-4) and store half precision: a third of a per cent is the same. */
const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 + 3e-3 * Math.max(Math.abs(a), Math.abs(b));
/** |ΣÂ| by G and by the largest |Â| above 1. */
const mostSum = 1e-3;
/** Beyond the bound by so much: it leaves room for rounding to half precision. */
const beyondBound = 1.01;

export function auditGroup({ rewards, advantages }: AuditedGroup): Audit {
  const size = rewards.length;
  const known = advantages.filter(Number.isFinite);
  const knownRewards = rewards.filter(Number.isFinite);
  const areAllKnown = known.length === size && knownRewards.length === size && size > 0;
  const sum = known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  const largest = known.length === 0 ? null : known.reduce((most, a) => Math.max(most, Math.abs(a)), 0);
  const fits = areAllKnown && hasSignal(rewards) ? fitsOf(rewards, advantages) : [];
  const explained = fits.at(0)?.differing === 0 ? fits[0].variant : null;
  return {
    ...{ size, withoutReward: size - knownRewards.length, withoutAdvantage: size - known.length, sum, largest, fits, explained },
    isCentred: known.length < size || sum === null ? null : Math.abs(sum) <= mostSum * size * Math.max(1, largest!),
    beyond: largest === null || size < 2 ? null : beyondOf(size, largest),
    otherwise: fits.length === 0 || explained !== null ? null : otherwiseOf(rewards, advantages),
  };
}

function beyondOf(size: number, largest: number): NonNullable<Audit['beyond']> {
  const isBeyond = (variant: VariantId): boolean => largest > beyondBound * advantageVariants[variant].bound(size)!;
  return { population: isBeyond('standardised'), sample: isBeyond('sample') };
}

/** Of equally good ones those come first that stand first in the table. */
function fitsOf(rewards: readonly number[], advantages: readonly number[]): VariantFit[] {
  return variantIds
    .map((variant): VariantFit => {
      const computed = advantageVariants[variant].advantages(rewards);
      return {
        variant,
        differing: computed.filter((a, i) => !isClose(a, advantages[i])).length,
        largest: computed.reduce((most, a, i) => Math.max(most, Math.abs(a - advantages[i])), 0),
      };
    })
    .sort((a, b) => a.differing - b.differing || a.largest - b.largest);
}

function otherwiseOf(rewards: readonly number[], advantages: readonly number[]): Otherwise {
  const formula = formulaOf(rewards, advantages);
  if (formula.kind === 'affine' && formula.slope !== 0)
    return { kind: 'scaled', slope: formula.slope, std: formula.std, factor: formula.slope * formula.std };
  if (formula.kind === 'parts') return { kind: 'parts', size: formula.size };
  const [mu, nu] = [mean(rewards), mean(advantages)];
  const slope = slopeAround(nu, rewards, advantages);
  return slope ? { kind: 'baseline', slope, baseline: mu - nu / slope, mean: mu } : { kind: 'unrelated' };
}

/** What the groups of a step have in common. */
export interface StepAudit {
  /** Groups in which something can be compared. */
  groups: number;
  /** How many of them each variant explains, most first. */
  explained: [VariantId, number][];
  /**
   * Where none does and all are scaled: `batch` has one slope for all groups, a std of more than the group; `twice` one factor on
   * standardised advantages, a second normalisation.
   */
  common: { kind: 'batch'; std: number } | { kind: 'twice'; factor: number } | null;
  /** Other sizes than the usual one. */
  usualSize: number;
  otherSizes: number;
}

/** Spread of a number over groups, by its mean, below which it is one number; and spread of the stds that it takes to tell. */
const [oneNumber, apart] = [0.02, 0.05];

export function auditStep(groups: readonly AuditedGroup[]): StepAudit {
  const audits = groups.map(auditGroup);
  const compared = audits.filter(({ fits }) => fits.length > 0);
  const counts = new Map<VariantId, number>();
  for (const { fits } of compared)
    for (const { variant, differing } of fits) if (differing === 0) counts.set(variant, (counts.get(variant) ?? 0) + 1);
  const scaled = compared.flatMap(({ otherwise }) => (otherwise?.kind === 'scaled' ? [otherwise] : []));
  const sizes = new Map<number, number>();
  for (const { size } of audits) sizes.set(size, (sizes.get(size) ?? 0) + 1);
  const [usualSize, usual] = [...sizes].sort((a, b) => b[1] - a[1] || b[0] - a[0]).at(0) ?? [0, 0];
  return {
    groups: compared.length,
    explained: [...counts].sort((a, b) => b[1] - a[1]),
    common: scaled.length === compared.length ? commonOf(scaled) : null,
    usualSize,
    otherSizes: audits.length - usual,
  };
}

function commonOf(scaled: readonly Extract<Otherwise, { kind: 'scaled' }>[]): StepAudit['common'] {
  const spread = (values: readonly number[]): number => populationStd(values) / Math.abs(mean(values));
  const [slopes, factors] = [scaled.map((s) => s.slope), scaled.map((s) => s.factor)];
  if (scaled.length < 3 || spread(scaled.map((s) => s.std)) < apart) return null;
  if (spread(slopes) < oneNumber) return { kind: 'batch', std: 1 / mean(slopes) };
  return spread(factors) < oneNumber ? { kind: 'twice', factor: mean(factors) } : null;
}
