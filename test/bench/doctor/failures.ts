/** What is bred: each failure with how it is put into a run, and which checks name it. */
import { outcomeAdvantages } from '../../../src/core/advantages.js';
import { populationStd } from '../../../src/core/stats.js';
import type { Exploration, Explorer, Method } from '../../../src/engine/methods/method.js';
import type { Policy } from '../../../src/engine/model/policy.js';
import { rewardFunction } from '../../../src/engine/rewardFunction.js';
import type { EventBody } from '../../../src/protocol/events.js';
import type { GrpoInput } from './experiments.js';
import { advantagesOf, rewardsOf, withAdvantages, withRewards } from './relearned.js';

/** What a failure may use. */
export interface Bred {
  /** The first step at which it is so. */
  onset: number;
  /** Uniform in [0, 1), a stream of its own. */
  random: () => number;
}

type Explore = (e: Explorer, step: number) => Promise<Exploration>;

export interface Failure {
  id: string;
  title: string;
  /**
   * Where it is put in. configuration: keys of the experiment. reward: what a solution is paid. trainer: what stands between samples and
   * update. In all three the run is trained with it. events: what is written of it, after it was trained.
   */
  by: 'configuration' | 'reward' | 'trainer' | 'trainer and events';
  /** The checks that name it, whichever comes first. */
  named: readonly string[];
  /** It is so from the first step. */
  fromStart?: true;
  experiment?: (e: GrpoInput) => GrpoInput;
  /** The step as the trainer carries it out, from the onset on. @param usual without the failure */
  explore?: (bred: Bred, usual: Explore) => Explore;
  /** Each event from the onset on. */
  event?: (bred: Bred, event: EventBody) => EventBody;
}

export const failures: readonly Failure[] = [
  {
    id: 'group-size',
    title: 'advantages over groups of 4 where the sampler gives 8',
    by: 'trainer',
    named: ['wrong-grouping'],
    explore: regrouped((count) => Array.from({ length: count }, (_, i) => Math.floor(i / 4))),
  },
  {
    id: 'group-order',
    title: 'a batch in another order: advantages over solutions of several questions',
    by: 'trainer',
    named: ['wrong-grouping'],
    explore: regrouped((count) => Array.from({ length: count }, (_, i) => i % (count / 8))),
  },
  {
    id: 'normalised-twice',
    title: 'advantages of the group, divided again by the batch’s std',
    by: 'trainer',
    named: ['normalised-twice'],
    explore: (_, usual) => async (e, step) => {
      const found = await usual(e, step);
      const advantages = advantagesOf(found);
      const sigma = populationStd(advantages);
      return sigma === 0
        ? found
        : withAdvantages(
            found,
            advantages.map((a) => a / sigma),
          );
    },
  },
  {
    id: 'junk-grader',
    title: 'every answer is paid, right or wrong',
    by: 'reward',
    named: ['grader'],
    explore: paid(() => (s) => {
      const any = Number(s.grade.extraction !== null);
      return { terms: { correct: any }, total: any };
    }),
  },
  {
    id: 'low-cap',
    title: 'a cap of 16 tokens, where an answer takes 18, and one that is worked out 28',
    by: 'configuration',
    named: ['truncated'],
    fromStart: true,
    experiment: (e) => ({ ...e, sampling: { ...e.sampling, max_tokens: 16 } }),
  },
  {
    id: 'tight-cap',
    title: 'a cap of 22 tokens: enough to state an answer, too few to work one out',
    by: 'configuration',
    named: ['truncated'],
    fromStart: true,
    experiment: (e) => ({ ...e, sampling: { ...e.sampling, max_tokens: 22 } }),
  },
  {
    id: 'end-uncounted',
    title: 'the end token is not counted: all are “cut”, and cut ones are not learned from',
    by: 'trainer',
    named: ['end-token'],
    explore: (_, usual) => async (e, step) => {
      const found = await usual(e, step);
      const groups = found.groups.map((g) => ({
        ...g,
        solutions: g.solutions.map((s) => ({ ...s, sample: { ...s.sample, finish: 'length' as const } })),
      }));
      const lessons = found.lessons.map((l) =>
        l.model === 'policy' ? { ...l, batch: { ...l.batch, weights: new Float32Array(l.batch.sequences.length) } } : l,
      );
      return { ...found, groups, lessons };
    },
  },
  {
    id: 'end-unheeded',
    title: 'the sampler does not stop at the end token: all run up to the cap',
    by: 'trainer',
    named: ['truncated', 'end-token'],
    explore: (_, usual) => (e, step) =>
      usual({ ...e, policy: sampling(e.policy, (prompts, o) => e.policy.sample(prompts, { ...o, endToken: -1 })) }, step),
  },
  {
    id: 'learning-rate',
    title: 'learning rate × 30',
    by: 'trainer',
    named: ['kl-run-away', 'reward-collapse', 'entropy-explosion', 'entropy-collapse', 'not-finite'],
    explore: (_, usual) => (e, step) => {
      e.optimiser = { ...e.optimiser, learningRate: 30 * e.optimiser.learningRate };
      return usual(e, step);
    },
  },
  {
    id: 'hackable-term',
    title: 'β 0, and a term that pays 2 for an answer that ends in 9',
    by: 'reward',
    named: ['reward-hacking', 'format-only', 'grader'],
    experiment: (e) => ({ ...e, method: { ...e.method, beta: 0 } }),
    explore: paid(({ experiment: { sampling } }) =>
      rewardOfText(
        rewardFunction(
          [
            { term: 'correct', weight: 1 },
            { term: 'regex', pattern: '9\\.$', weight: 2 },
          ],
          sampling.max_tokens,
        ),
      ),
    ),
  },
  {
    id: 'stale',
    title: 'the sampler’s weights are not updated any more; traces only',
    by: 'trainer',
    named: ['stale-samples'],
    explore: frozenSampler,
  },
  {
    id: 'stale-recorded',
    title: 'the same, and solutions say which weights sampled them',
    by: 'trainer and events',
    named: ['stale-samples'],
    explore: frozenSampler,
    event: ({ onset }, event) =>
      event.type === 'group' ? { ...event, solutions: event.solutions.map((s) => ({ ...s, policy_version: onset })) } : event,
  },
  {
    id: 'stuck-batch',
    title: 'one batch again and again',
    by: 'trainer',
    named: ['stuck-batch'],
    explore: (_, usual) => {
      let first: Exploration | null = null;
      return async (e, step) => (first ??= await usual(e, step));
    },
  },
  {
    id: 'noise',
    title: 'a reward of 0 or 1 by chance',
    by: 'reward',
    named: ['unstable-reward'],
    explore: (bred, usual) =>
      paid(() => () => {
        const chance = Number(bred.random() < 0.5);
        return { terms: { correct: chance }, total: chance };
      })(bred, usual),
  },
];

/** Advantages as in GRPO, over other groups than the questions'. @param groupOf which group each of so many solutions is counted to */
function regrouped(groupOf: (solutions: number) => number[]): NonNullable<Failure['explore']> {
  return (_, usual) => async (e, step) => {
    const found = await usual(e, step);
    const rewards = rewardsOf(found);
    const groups = groupOf(rewards.length);
    const advantages = new Array<number>(rewards.length);
    for (const group of new Set(groups)) {
      const members = groups.flatMap((g, i) => (g === group ? [i] : []));
      for (const [at, a] of outcomeAdvantages(members.map((i) => rewards[i])).entries()) advantages[members[at]] = a;
    }
    return withAdvantages(found, advantages);
  };
}

type Pay = Parameters<typeof withRewards>[1];

function paid(payOf: (e: Explorer) => Pay): NonNullable<Failure['explore']> {
  return (_, usual) => async (e, step) => withRewards(await usual(e, step), payOf(e));
}

const rewardOfText =
  (reward: ReturnType<typeof rewardFunction>): Pay =>
  (s) =>
    reward({ text: s.text, length: s.sequence.response.length, grade: s.grade });

/** A policy that samples otherwise, and is itself in everything else. */
function sampling(policy: Policy, sample: Policy['sample']): Policy {
  return new Proxy(policy, {
    get: (of, key) => {
      if (key === 'sample') return sample;
      const value: unknown = Reflect.get(of, key, of);
      return typeof value === 'function' ? (value.bind(of) as unknown) : value;
    },
  });
}

/** Everything is sampled by the weights as they were at the onset; π_old is that policy's, so that ratios say so. */
function frozenSampler(_: Bred, usual: Explore): Explore {
  let frozen: Float32Array | null = null;
  return (e, step) => {
    const { policy } = e;
    const old = (frozen ??= policy.parameters.slice());
    const sample: Policy['sample'] = async (prompts, options) => {
      const now = policy.parameters.slice();
      policy.parameters.set(old);
      try {
        return await policy.sample(prompts, options);
      } finally {
        policy.parameters.set(now);
      }
    };
    return usual({ ...e, policy: sampling(policy, sample) }, step);
  };
}

/** The method with a failure in it from the onset on. */
export function failing(method: Method, failure: Failure, bred: Bred): Method {
  if (failure.explore === undefined) return method;
  const usual: Explore = (e, step) => method.explore(e, step);
  const other = failure.explore(bred, usual);
  return { ...method, explore: (e, step) => (step < bred.onset ? usual : other)(e, step) };
}
