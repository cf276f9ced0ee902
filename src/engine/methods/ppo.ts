import { sampleGroups } from './sampleGroups.js';
import { tokenWeights } from '../../core/aggregate.js';
import { generalisedAdvantages, ppoRewards, whiten } from '../../core/gae.js';
import { populationStd } from '../../core/stats.js';
import type { SettingsOf } from '../../experiment/schema.js';
import { mul, square, sub } from '../graph/index.js';
import type { ValueObjective } from '../model/modelObjective.js';
import { clipRange, surrogateObjective } from './surrogate.js';
import { lengthsOf, meanOfOwn, needed, ofOwn, ownTokens, type Lesson, type Method } from './method.js';

/**
 * Proximal policy optimisation: data are samples of the current policy; the reward of each token is −β log(π_old/π_ref), and the
 * solution's reward is added at its last; Â_t by generalised advantage estimation over the value model V_ψ; then μ updates of both.
 * Source: Schulman et al. (arXiv 1707.06347); DeepSeekMath, section 4.1.1, equations 1 and 2, and appendix A.1.5.
 */
export function ppo(settings: SettingsOf<'ppo'>): Method {
  const { beta, gamma, lambda } = settings;
  const clip = clipRange(settings.clip);
  const objective = surrogateObjective({ clip, beta: 0, ratio: 'token', kl: 'k3' });
  return {
    needs: { reference: true, critic: true },
    updates: settings.updates_per_exploration,
    criticLearningRate: settings.value_learning_rate,
    clip,
    async explore(e, step) {
      const [reference, critic] = [needed(e.reference, 'reference policy'), needed(e.critic, 'value model')];
      const sampled = await sampleGroups(e, e.policy, settings.group_size);
      const all = sampled.flatMap((g) => g.solutions);
      const sequences = all.map((s) => s.sequence);
      const refLogp = (await e.phase('train', () => reference.score(sequences))).map((scores, i) => ofOwn(scores.logp, all[i]));
      const values = await e.phase('train', () => critic.values(sequences));

      const estimates = all.map((s, i) => {
        const rewards = ppoRewards(s.reward.total, s.sample.logp, refLogp[i], beta);
        return generalisedAdvantages(rewards, values[i], gamma, lambda);
      });
      const own = ownTokens(all);
      const advantage = whiten(
        estimates.map((x) => x.advantages),
        own,
      );

      let n = 0;
      const groups = sampled.map(({ task, solutions }) => ({
        task,
        solutions: solutions.map((s) => {
          const tokenAdvantages = advantage[n];
          return { ...s, advantage: meanOfOwn(tokenAdvantages, s), tokenAdvantages, logpRef: refLogp[n++] };
        }),
      }));

      const shared = { sequences, weights: tokenWeights(lengthsOf(sequences, own), 'output', 1), own };
      const returns = estimates.map((x) => x.returns);
      const policy: Lesson = { model: 'policy', objective, batch: { ...shared, advantage, logpOld: all.map((s) => s.sample.logp) } };
      const value: Lesson = { model: 'critic', objective: squaredError, batch: { ...shared, label: returns } };
      return {
        groups,
        lessons: step <= settings.value_warmup_steps ? [value] : [policy, value],
        values: { 'critic/explained': explained(learnedFrom(values, own), learnedFrom(returns, own)) },
      };
    },
  };
}

/** ½ (V − R)². */
export const squaredError: ValueObjective = {
  name: 'squared-error',
  inputs: ['label'],
  loss: ({ value, label }) => mul(square(sub(value, label)), 0.5),
};

/** Without the tokens that a tool wrote: the value model is not taught on them. */
const learnedFrom = (values: readonly Float32Array[], own: readonly ArrayLike<number>[] | undefined): readonly Float32Array[] =>
  own ? values.map((v, i) => v.filter((_, t) => own[i][t] !== 0)) : values;

/** 1 − var(R − V) / var(R): 1 for a perfect value model, 0 for one that knows the mean alone. */
function explained(values: readonly Float32Array[], returns: readonly Float32Array[]): number {
  const flat = (xs: readonly Float32Array[]) => xs.flatMap((x) => [...x]);
  const variance = (xs: number[]) => populationStd(xs) ** 2;
  const [v, r] = [flat(values), flat(returns)];
  const all = variance(r);
  return all === 0 ? 0 : 1 - variance(r.map((x, i) => x - v[i])) / all;
}
