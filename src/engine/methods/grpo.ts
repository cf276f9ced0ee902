import { sampleGroups } from './sampleGroups.js';
import type { SampledGroup } from '../samples.js';
import { append } from '../../core/extremes.js';
import { drGrpoAdvantages, outcomeAdvantages, processAdvantages, rlooAdvantages } from '../../core/advantages.js';
import { tokenWeights } from '../../core/aggregate.js';
import { allEqual } from '../../core/stats.js';
import type { RewardTerm } from '../../experiment/rewardTerms.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { beginIteration } from './iterations.js';
import { everywhere, lengthsOf, meanOfOwn, needed, ofOwn, ownTokens, type Explorer, type Method } from './method.js';
import { clipRange, surrogateObjective } from './surrogate.js';

/**
 * Group Relative Policy Optimization. For each question, G outputs of the current policy; Â from their rewards alone;
 * then μ updates that maximise
 *
 *     1/G Σ_i 1/|o_i| Σ_t { min( ρ_it Â_it, clip(ρ_it, 1−ε, 1+ε) Â_it ) − β D_it }
 *
 * with D the k3 estimate of KL(π_θ ‖ π_ref), inside the loss. Source: DeepSeekMath, section 4.1, equations 3 and 4.
 * The settings turn it into RLOO (`advantage: leave-one-out`), Dr. GRPO (`advantage: centred`, `aggregate: constant`),
 * DAPO (`clip: {low, high}`, `aggregate: token`, `dynamic_sampling`) and GSPO (`ratio: sequence`).
 */
export function grpo(settings: SettingsOf<'grpo'>): Method {
  const clip = clipRange(settings.clip);
  const objective = surrogateObjective({ ...settings, clip });
  const process = settings.supervision === 'process';
  return {
    needs: { reference: true },
    updates: settings.updates_per_exploration,
    clip,
    async explore(e, step) {
      const reference = needed(e.reference, 'reference policy');
      const { iterations } = settings;
      if (iterations && step > 1 && (step - 1) % iterations.every === 0) await beginIteration(e, iterations);

      const sampled = settings.dynamic_sampling
        ? await samplesWithSignal(e, settings.group_size)
        : await sampleGroups(e, e.policy, settings.group_size);
      const sequences = sampled.flatMap((g) => g.solutions.map((s) => s.sequence));
      const refScores = await e.phase('train', () => reference.score(sequences));

      let n = 0;
      const groups = sampled.map(({ task, solutions }) => {
        const tokenAdvantages = process ? stepAdvantages(solutions, e.experiment.reward, advantagesOf[settings.advantage]) : undefined;
        const outcome = process ? undefined : advantagesOf[settings.advantage](solutions.map((s) => s.reward.total));
        return {
          task,
          solutions: solutions.map((s, i) => ({
            ...s,
            advantage: outcome?.[i] ?? meanOfOwn(tokenAdvantages![i], s),
            ...(tokenAdvantages && { tokenAdvantages: tokenAdvantages[i] }),
            logpRef: ofOwn(refScores[n++].logp, s),
          })),
        };
      });

      const all = groups.flatMap((g) => g.solutions);
      // Groups without signal are measured but, under dynamic sampling, not trained on.
      const rows = settings.dynamic_sampling
        ? groups.flatMap((g, q) => (hasSignal(g) ? g.solutions.map((_, i) => q * settings.group_size + i) : []))
        : all.map((_, i) => i);
      const taught = rows.map((i) => all[i]);
      const learned = taught.map((s) => s.sequence);
      const own = ownTokens(taught);
      const batch = {
        sequences: learned,
        weights: tokenWeights(lengthsOf(learned, own), settings.aggregate, e.experiment.sampling.max_tokens),
        own,
        advantage: everywhere(learned, (i) => taught[i].advantage).map((same, i) => taught[i].tokenAdvantages ?? same),
        logpOld: taught.map((s) => s.sample.logp),
        logpRef: taught.map((s) => s.logpRef),
      };
      return { groups, rows, lessons: taught.length === 0 ? [] : [{ model: 'policy', batch, objective }] };
    },
  };
}

const advantagesOf = { standardised: outcomeAdvantages, centred: drGrpoAdvantages, 'leave-one-out': rlooAdvantages } as const;

/**
 * Process supervision: what the reward model says at the end of each step, normalised over the group, summed from each token on
 * (section 4.1.3). Where other terms stand beside it, their sum gives an outcome advantage, which is added to every token: at the
 * last step it would make each step before it look bad, and teach to skip steps.
 * Source of the sum of both: Cui et al., PRIME (arXiv 2502.01456).
 */
export function stepAdvantages(
  solutions: SampledGroup['solutions'],
  terms: readonly RewardTerm[],
  advantages: (rewards: readonly number[]) => number[],
): Float32Array[] {
  const weight = terms.find((t) => t.term === 'reward_model')?.weight ?? 1;
  const others = advantages(
    solutions.map((s) => terms.reduce((sum, t) => sum + (t.term === 'reward_model' ? 0 : t.weight * s.reward.terms[t.term]), 0)),
  );
  const steps = solutions.map((s) => needed(s.steps, 'process reward model'));
  const ofSteps = processAdvantages(
    steps.map((s) => s.rewards),
    steps.map((s) => s.ends),
    solutions.map((s) => s.sequence.response.length),
    advantages,
  );
  return ofSteps.map((values, i) => values.map((a) => weight * a + others[i]));
}

const hasSignal = (g: SampledGroup): boolean => !allEqual(g.solutions.map((s) => s.reward.total));

/** More would mean that the questions are far too easy or too hard: the step then makes do with what it found. */
const mostRounds = 5;

/** Samples until as many groups carry a signal as a step has questions. Source: DAPO (arXiv 2503.14476), section 3.2. */
async function samplesWithSignal(e: Explorer, size: number): Promise<SampledGroup[]> {
  const wanted = e.experiment.sampling.questions_per_step;
  const groups: SampledGroup[] = [];
  for (let round = 0; round < mostRounds && groups.filter(hasSignal).length < wanted; round++) {
    append(groups, await sampleGroups(e, e.policy, size));
  }
  return groups;
}
