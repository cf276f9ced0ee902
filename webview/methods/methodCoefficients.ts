/** The coefficient that each method would give each token of one group. Every formula is a function of src/core; here they meet the data. Pure. */
import { largest, smallest } from '../../src/core/extremes.js';
import { drGrpoAdvantages, outcomeAdvantages, rlooAdvantages } from '../../src/core/advantages.js';
import { rftCoefficient } from '../../src/core/coefficients.js';
import { dpoCoefficient, dpoMargin, type ScoredOutput } from '../../src/core/preferencePair.js';
import { gspoCoefficient } from '../../src/core/gspo.js';
import { grpoGradientCoefficient, ppoGradientCoefficient, symmetric, type ClipRange } from '../../src/core/objective.js';
import type { KlEstimator } from '../../src/core/kl.js';
import { mean } from '../../src/core/stats.js';
import type { SolutionSummary, Trace } from '../../src/store/views.js';

export const columns = ['sft', 'rft', 'dpo', 'ppo', 'grpo', 'drGrpo', 'rloo', 'dapo', 'gspo'] as const;
export type ColumnId = (typeof columns)[number];

/** What a method would do with a solution. */
export type Coefficient =
  | { kind: 'value'; /** GC of each token, or one for all. */ tokens: number | number[] }
  /** It has none for this solution. */
  | { kind: 'none'; why: string };

export interface Settings {
  clip: ClipRange;
  /** Weight of GRPO's KL penalty, and its estimator. */
  beta: number;
  kl: KlEstimator;
  dpoBeta: number;
  /** Clip-higher. */
  dapoClip: ClipRange;
  gspoClip: ClipRange;
}

/** The papers' own: DeepSeekMath, Rafailov et al., DAPO (section 4.1), GSPO (section 5.1). */
export const plainSettings: Settings = {
  clip: symmetric(0.2),
  beta: 0.04,
  kl: 'k3',
  dpoBeta: 0.1,
  dapoClip: { low: 0.2, high: 0.28 },
  gspoClip: { low: 3e-4, high: 4e-4 },
};

export interface Group {
  /** Method of its run. */
  method: string;
  solutions: readonly SolutionSummary[];
  /** One per solution; null when the trainer wrote none. */
  traces: readonly (Trace | null)[];
}

const value = (tokens: number | ArrayLike<number>): Coefficient => ({
  kind: 'value',
  tokens: typeof tokens === 'number' ? tokens : Array.from(tokens),
});
const none = (why: string): Coefficient => ({ kind: 'none', why });

/** @returns per column one per solution; PPO is left out where the run has no advantages per token: they need its critic */
export function coefficientsOf(group: Group, settings: Settings): Partial<Record<ColumnId, Coefficient[]>> {
  const { method, solutions, traces } = group;
  const each = (f: (s: SolutionSummary, i: number) => Coefficient): Coefficient[] => solutions.map(f);
  const rewards = solutions.map((s) => s.reward);
  const byGroup = (advantagesOf: (r: readonly number[]) => number[], f: (advantage: number, i: number) => Coefficient): Coefficient[] => {
    if (!rewards.every((r) => r !== null)) return each(() => none('Some rewards of this group are not recorded.'));
    return advantagesOf(rewards).map(f);
  };
  const { clip, dapoClip, gspoClip } = settings;
  const critic = method === 'ppo' && traces.some((t) => t?.advantage);
  const processed = method === 'grpo';
  return {
    sft: each(() => none('SFT imitates demonstrations with coefficient 1; these are samples.')),
    rft: each((s) => (s.correct === null ? none('Not judged.') : value(rftCoefficient(s.correct)))),
    dpo: dpo(group, settings.dpoBeta),
    ...(critic && { ppo: each((_, i) => ppo(traces[i], traces[i]?.advantage, clip)) }),
    grpo: byGroup(outcomeAdvantages, (a, i) => grpo(traces[i], (processed ? traces[i]?.advantage : undefined) ?? a, settings)),
    drGrpo: byGroup(drGrpoAdvantages, (a, i) => ppo(traces[i], a, clip)),
    rloo: byGroup(rlooAdvantages, (a) => value(a)),
    dapo: byGroup(outcomeAdvantages, (a, i) => ppo(traces[i], a, dapoClip)),
    gspo: byGroup(outcomeAdvantages, (advantage, i) => {
      const s = scored(traces[i]);
      return value(s ? gspoCoefficient({ ...s, advantage }, gspoClip) : advantage);
    }),
  };
}

/** The log-probabilities of a trace at its tokens; without those of the policy it is the one that sampled, so ρ = 1. */
interface Scored {
  logp: number[];
  logpOld: number[];
}
function scored(trace: Trace | null): Scored | undefined {
  const logpOld = trace?.logpOld;
  const logp = trace?.logp ?? logpOld;
  return logpOld && logp?.length === logpOld.length ? { logp: Array.from(logp), logpOld: Array.from(logpOld) } : undefined;
}

function ppo(trace: Trace | null, advantage: number | ArrayLike<number> | undefined, clip: ClipRange): Coefficient {
  if (advantage === undefined) return none('The critic’s advantages of this solution are not recorded.');
  const s = scored(trace);
  if (!s) return value(advantage);
  return value(s.logp.map((logp, t) => ppoGradientCoefficient({ logp, logpOld: s.logpOld[t], advantage: at(advantage, t) }, clip)));
}

/** Without a reference's log-probabilities the KL term is left out, as if both policies agreed. */
function grpo(trace: Trace | null, advantage: number | ArrayLike<number>, { clip, beta, kl }: Settings): Coefficient {
  const s = scored(trace);
  if (!s) return value(advantage);
  const logpRef = trace?.logpRef?.length === s.logp.length ? trace.logpRef : s.logp;
  return value(
    s.logp.map((logp, t) =>
      grpoGradientCoefficient({ logp, logpOld: s.logpOld[t], logpRef: logpRef[t], advantage: at(advantage, t) }, { clip, beta, kl }),
    ),
  );
}

const at = (x: number | ArrayLike<number>, t: number): number => (typeof x === 'number' ? x : x[t]);

/** o⁺ and o⁻: of the right solutions the one with the highest reward, of the wrong ones that with the lowest; the first of equal ones. */
export function bestPair(solutions: readonly SolutionSummary[]): { chosen: number; rejected: number } | undefined {
  const extreme = (correct: boolean, sign: 1 | -1): number =>
    solutions.reduce((best, s, i) => {
      if (s.correct !== correct) return best;
      return best < 0 || sign * (s.reward ?? 0) > sign * (solutions[best].reward ?? 0) ? i : best;
    }, -1);
  const [chosen, rejected] = [extreme(true, 1), extreme(false, -1)];
  return chosen < 0 || rejected < 0 ? undefined : { chosen, rejected };
}

function dpo({ solutions, traces }: Group, beta: number): Coefficient[] {
  const pair = bestPair(solutions);
  if (!pair) return solutions.map(() => none('DPO needs a right and a wrong solution; this group has no such pair.'));
  const [chosen, rejected] = [total(traces[pair.chosen]), total(traces[pair.rejected])];
  return solutions.map((_, i) => {
    if (i !== pair.chosen && i !== pair.rejected) return none(`Not in the pair: solution ${pair.chosen + 1} against ${pair.rejected + 1}.`);
    if (!chosen || !rejected) return none('The log-probabilities of the pair under policy and reference are not recorded.');
    return value(dpoCoefficient(dpoMargin({ chosen, rejected }, beta), i === pair.chosen ? 'chosen' : 'rejected'));
  });
}

function total(trace: Trace | null): ScoredOutput | undefined {
  const logp = scored(trace)?.logp;
  if (!logp || !trace?.logpRef) return undefined;
  const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
  return { logp: sum(logp), logpRef: sum(trace.logpRef) };
}

/** One number for a solution: the mean over its tokens, and from where to where they reach. */
export function overTokens(tokens: number | number[]): { mean: number; low: number; high: number } {
  if (typeof tokens === 'number') return { mean: tokens, low: tokens, high: tokens };
  return { mean: mean(tokens), low: smallest(tokens), high: largest(tokens) };
}
