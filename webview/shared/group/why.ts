/**
 * Why a solution got its advantage: the estimator's formula with this group's numbers in it, and whether the recorded
 * advantages are what it gives. Pure.
 */
import { drGrpoAdvantages, outcomeAdvantages, rlooAdvantages } from '../../../src/core/advantages.js';
import { isEvaluation, stageOf } from '../../../src/core/methods.js';
import { mean, populationStd } from '../../../src/core/stats.js';
import type { GroupDetail } from '../../../src/store/views.js';

export const estimators = ['grpo', 'drGrpo', 'rloo'] as const;
export type Estimator = (typeof estimators)[number];

export const estimatorLabels: Record<Estimator, string> = { grpo: 'GRPO', drGrpo: 'Dr. GRPO', rloo: 'RLOO' };

/** Â of a group, from its rewards. */
export const advantagesBy: Record<Estimator, (rewards: readonly number[]) => number[]> = {
  grpo: outcomeAdvantages,
  drGrpo: drGrpoAdvantages,
  rloo: rlooAdvantages,
};

export interface Why {
  /** LaTeX: the estimator's definition, and the same with the numbers of solution i. */
  definition: string;
  filled: string;
  /** Â_i as the estimator gives it. */
  advantage: number;
}

/**
 * @param rewards r, length G
 * @param i 0-based index of the solution among the rewards
 * @param n what it is called: 1-based, as people read it
 */
export function why(estimator: Estimator, rewards: readonly number[], i: number, n = i + 1): Why {
  const advantage = advantagesBy[estimator](rewards)[i];
  const G = rewards.length;
  const r = number(rewards[i]);
  const result = signed(advantage);
  if (estimator === 'rloo') {
    const others = G > 1 ? (rewards.reduce((a, b) => a + b, 0) - rewards[i]) / (G - 1) : 0;
    return {
      definition: `\\hat A_{${n}} = r_{${n}} - \\tfrac{1}{G-1}\\textstyle\\sum_{j \\ne ${n}} r_j`,
      filled: `= ${r} - ${grouped(others)} = ${result}`,
      advantage,
    };
  }
  const mu = grouped(mean(rewards));
  if (estimator === 'drGrpo') {
    return { definition: `\\hat A_{${n}} = r_{${n}} - \\operatorname{mean}(r)`, filled: `= ${r} - ${mu} = ${result}`, advantage };
  }
  const sigma = populationStd(rewards);
  const definition = `\\hat A_{${n}} = \\dfrac{r_{${n}} - \\operatorname{mean}(r)}{\\operatorname{std}(r)}`;
  if (sigma === 0) return { definition, filled: `= 0 \\quad\\text{as}\\quad \\operatorname{std}(r) = 0`, advantage };
  return { definition, filled: `= \\dfrac{${r} - ${mu}}{${number(sigma)}} = ${result}`, advantage };
}

/** How recorded advantages relate to an estimator. */
export type Match =
  | { kind: 'same' }
  /** Proportional to GRPO's by √((G−1)/G): the trainer divides by the sample standard deviation, as TRL and PyTorch's default do. */
  | { kind: 'sampleStd' }
  | { kind: 'different'; count: number };

/** @param recorded Â as the trainer wrote them, length G */
export function compare(estimator: Estimator, rewards: readonly number[], recorded: readonly number[]): Match {
  const computed = advantagesBy[estimator](rewards);
  const count = computed.filter((a, i) => !close(a, recorded[i])).length;
  if (count === 0) return { kind: 'same' };
  const factor = Math.sqrt((rewards.length - 1) / rewards.length);
  if (estimator === 'grpo' && computed.every((a, i) => close(a * factor, recorded[i]))) return { kind: 'sampleStd' };
  return { kind: 'different', count };
}

/** The first estimator that gives the recorded advantages; GRPO when none does. */
export function likeliest(rewards: readonly number[], recorded: readonly number[]): Estimator {
  const kinds = estimators.map((e) => compare(e, rewards, recorded).kind);
  const found = kinds.indexOf('same');
  return found < 0 ? 'grpo' : estimators[found];
}

/** Trainers add a small constant to the denominator (TRL: 1e-4) and store half precision: a third of a per cent is the same. */
const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 + 3e-3 * Math.max(Math.abs(a), Math.abs(b));

/** Why no solution of a group has an advantage, where nothing was trained on it; null where something was, or may have been. */
export function nothingTrained({ advantages, method, split }: Pick<GroupDetail, 'advantages' | 'method' | 'split'>): string | null {
  if (advantages.some((a) => a !== null)) return null;
  const none = 'so no solution got an advantage.';
  if (isEvaluation(method)) return `This is an evaluation: nothing was trained on it, ${none}`;
  if (split !== null) return `These are ${split} rows: nothing was trained on them, ${none}`;
  const stage = stageOf(method);
  return stage === 'sft' || stage === 'pretraining' ? `This run learns from given texts, not from these solutions, ${none}` : null;
}

/** Four significant digits, in LaTeX. */
function number(x: number): string {
  if (x !== 0 && (Math.abs(x) < 1e-4 || Math.abs(x) >= 1e6)) {
    const [digits, exponent] = x.toExponential(3).split('e');
    return `${Number(digits)} \\cdot 10^{${Number(exponent)}}`;
  }
  return String(Number(x.toPrecision(4)));
}

/** A negative number after a minus sign takes parentheses. */
const grouped = (x: number): string => (x < 0 ? `(${number(x)})` : number(x));

const signed = (x: number): string => (x === 0 ? '0' : x > 0 ? `+${number(x)}` : `-${number(-x)}`);
