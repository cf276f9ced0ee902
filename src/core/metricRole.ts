/**
 * Guesses what a metric measures from its name alone, so that the reward comes first whatever a trainer calls it. Pure.
 * Names known to mean the same as ours are renamed when they are imported; this is for all others. It only orders curves: a wrong guess
 * puts one in another place and changes no number.
 */

/** In the order in which they are shown. */
export const metricRoles = ['reward', 'held-out', 'kl', 'entropy', 'length', 'loss'] as const;
export type MetricRole = (typeof metricRoles)[number];

export interface RoleGuess {
  role: MetricRole;
  /** 0 for the quantity itself, more for a part of it; from `leadRank` on for its extremes, its spread or another measure of it. */
  rank: number;
}

/** Metrics of a lower rank than this may stand among the first charts. */
export const leadRank = 10;

/** Words for time and amounts: such a metric says nothing about what is learned. */
const cost = words(`timing time times seconds secs runtime duration latency perf throughput memory profiling flops flos mfu
  samples steps count counts idx`);
/** Words for settings, which are not measured. */
const setting = words('coef coeff coefficient beta target weight lr scale');
const extreme = words('std stddev var max min median stderr nans');
const split = words('val valid validation eval evals evaluation test heldout');
const score = words('reward rewards rew score scores return returns');
const right = words('accuracy accuracies acc correct success solved win winrate');
const tries = words('pass maj avg');
const best = words('best worst');
const length = words('length lengths len lens seqlen');
const share = words('ratio rate frac fraction clip clipped clipfrac truncated explained exception');
const loss = words('loss losses nll perplexity ppl');
const kl = words('kl kld kldiv approxkl');
/** Words for a KL to the sampler or to the policy before the update, rather than to the reference. */
const otherKl = words('ppo old approx approxkl sample sampler mismatch vllm gen error');
const entropy = words('entropy');

/** Guesses the role of a metric: `critic/score/mean` → reward, `rollout/ep_len_mean` → length; null when the name gives no hint. */
export function roleOf(name: string): RoleGuess | null {
  const nameWords = wordsOf(name);
  const has = (of: ReadonlySet<string>): boolean => nameWords.some((w) => of.has(w));
  const says = (word: string): boolean => nameWords.includes(word);
  const tokensOfOne = says('tokens') && has(perSolution) && !has(allOfThem);
  if (has(cost) || has(setting) || (says('num') && !tokensOfOne)) return null;
  const guess = (role: MetricRole, rank = 0): RoleGuess => ({ role, rank: rank + (has(extreme) ? leadRank : 0) });

  if (has(split) || (says('held') && says('out'))) {
    if (has(kl) || has(entropy) || has(length) || (has(share) && !has(right)) || says('tokens') || says('data'))
      return guess('held-out', leadRank);
    if (has(score) || has(right) || nameWords.some((w) => tries.has(w.replace(/\d+$/, '')))) return guess('held-out', has(best) ? 1 : 0);
    return guess('held-out', has(loss) ? 3 : 5);
  }
  if (has(kl)) return has(share) ? null : guess('kl', has(otherKl) ? 3 : 0);
  if (has(entropy)) return guess('entropy');
  if (has(length) || tokensOfOne) return has(share) ? null : guess('length', has(ofQuestion) ? leadRank : 0);
  if (has(loss)) return has(share) ? null : guess('loss', has(besidePolicy) ? 4 : nameWords.length > 2 ? 1 : 0);
  // The share of groups whose rewards are all equal is no reward.
  if (has(score)) return says('frac') || says('zero') ? null : guess('reward', has(partOfReward) ? 3 : has(discounted) ? 1 : 0);
  return has(right) ? guess('reward', 2) : null;
}

/**
 * Of each role the names that look like it, nearest first; of two alike the one of fewer words.
 * @param names sorted
 */
export function leads(names: readonly string[]): Record<MetricRole, string[]> {
  const guesses = names.flatMap((name) => {
    const guess = roleOf(name);
    return guess !== null && guess.rank < leadRank ? [{ ...guess, name, words: name.split(/[^A-Za-z]+/).length }] : [];
  });
  guesses.sort((a, b) => a.rank - b.rank || a.words - b.words);
  const of = (role: MetricRole): string[] => guesses.filter((g) => g.role === role).map(({ name }) => name);
  return { reward: of('reward'), 'held-out': of('held-out'), kl: of('kl'), entropy: of('entropy'), length: of('length'), loss: of('loss') };
}

const perSolution = words('mean avg per turn');
const allOfThem = words('second sec gpu total');
const ofQuestion = words('prompt prompts ob input context');
const besidePolicy = words('aux value vf critic');
const discounted = words('return returns');
const partOfReward = words('model format penalty');

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}

/** `rollout/ep_rewMean@8` → rollout, ep, rew, mean, 8. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
