/**
 * THE alias table: what the metrics of other trainers are called here, and what they mean there. Names without an entry keep
 * their own name. Only what means the same gets one of our names; the original name is always kept visible beside it.
 * KL: `kl` here is KL to the reference; old-vs-new and trainer-vs-sampler are other things and have other names.
 * Clipping: `clip_ratio/low` and `clip_ratio/high` here are one-sided; one fraction for both sides is `clip_ratio`.
 * Source of names: each trainer's own code, 2026-08.
 */
import { toWire } from '../protocol/arrays.js';
import type { EventBody } from '../protocol/events.js';
import type { WireNumber } from '../protocol/wireNumber.js';
import { rewardTermMetric, type MetricName } from '../protocol/metrics.js';
import { asRecord, number } from './files/json.js';
import type { ImportNote } from './importer.js';

/** Phases of a step that our own trainer does not tell apart: the timeline of a run shows whatever is called `seconds/…`. */
type Phase =
  | 'old_log_prob'
  | 'ref_log_prob'
  | 'log_probs'
  | 'values'
  | 'advantage'
  | 'critic'
  | 'sync'
  | 'checkpoint'
  | 'data'
  | 'kl'
  | 'experience'
  | 'wait_for_batch';

/** Our names, and more for what our own trainer does not measure. */
type LocalMetric = MetricName | 'kl/old_new' | 'kl/sampler' | 'clip_ratio' | 'reward/raw' | `seconds/${Phase}`;

export interface Alias {
  name: string;
  /** What the number is in that trainer, where it differs from what ours is, or is easily mistaken. */
  meaning?: string;
}

export const trainers = ['trl', 'verl', 'openrlhf', 'prime-rl', 'nemo-rl', 'slime', 'skyrl', 'tinker', 'art'] as const;
export type Trainer = (typeof trainers)[number];

type Table = Readonly<Record<string, LocalMetric | readonly [LocalMetric, string]>>;

const referenceKl = 'KL of the policy to the reference model, mean over tokens.';
const oldNewKl = 'KL between the policy that sampled and the policy being updated; not the KL to a reference model.';
const samplerKl = 'Difference of the trainer’s and the sampler’s log-probabilities for the same weights; not a KL to a reference model.';
const bothSides = 'Share of tokens at which clipping was active, on either side.';

const tables: Readonly<Record<Trainer, Table>> = {
  trl: {
    reward: 'reward/mean',
    reward_std: ['reward/std', 'Mean over groups of the standard deviation within the group, or over the batch, by scale_rewards.'],
    frac_reward_zero_std: 'groups/zero_std',
    kl: ['kl', `${referenceKl} Present only when beta is not 0.`],
    entropy: 'entropy',
    'clip_ratio/low_mean': ['clip_ratio/low', 'Share of tokens with ratio < 1−ε_low and negative advantage.'],
    'clip_ratio/high_mean': ['clip_ratio/high', 'Share of tokens with ratio > 1+ε_high and positive advantage.'],
    'clip_ratio/region_mean': ['clip_ratio', 'Share of tokens clipped on either side: low and high together.'],
    clip_ratio: ['clip_ratio', `${bothSides} (Liger kernel.)`],
    'completions/mean_length': 'length/mean',
    completion_length: ['length/mean', 'Before TRL 0.17.'],
    'completions/clipped_ratio': [
      'length/truncated',
      'Share of completions cut at max_completion_length; has nothing to do with ratio clipping.',
    ],
    num_tokens: ['tokens/total', 'Prompt and completion tokens processed since the start.'],
    step_time: 'seconds/step',
    'sampling/sampling_logp_difference/mean': ['kl/sampler', 'Mean absolute difference of the trainer’s and vLLM’s log-probabilities.'],
    loss: 'loss',
    grad_norm: 'grad_norm',
    learning_rate: 'learning_rate',
  },
  verl: {
    'critic/score/mean': ['reward/raw', 'Mean score before any KL penalty in the reward.'],
    'critic/rewards/mean': ['reward/mean', 'Mean reward after the KL penalty in the reward, if there is one.'],
    'actor/kl_loss': ['kl', `${referenceKl} The loss term, before its coefficient.`],
    'actor/ppo_kl': ['kl/old_new', oldNewKl],
    'training/rollout_probs_diff_mean': [
      'kl/sampler',
      'Mean absolute difference of probabilities between trainer and rollout engine; no KL.',
    ],
    'actor/entropy': 'entropy',
    'actor/entropy_loss': ['entropy', 'Mean entropy, as it enters the loss; a name of older versions.'],
    'actor/pg_clipfrac': ['clip_ratio', bothSides],
    'actor/pg_loss': ['loss', 'Policy-gradient loss without KL and entropy terms.'],
    'actor/grad_norm': 'grad_norm',
    'actor/lr': 'learning_rate',
    'response_length/mean': 'length/mean',
    'response_length/clip_ratio': ['length/truncated', 'Share of responses of the greatest length; has nothing to do with ratio clipping.'],
    'perf/throughput': ['tokens/per_second', 'Per GPU.'],
    'perf/time_per_step': 'seconds/step',
    'timing_s/step': 'seconds/step',
    'timing_s/gen': 'seconds/sample',
    'timing_s/update_actor': 'seconds/train',
    'timing_s/testing': 'seconds/evaluate',
    'timing_s/reward': 'seconds/grade',
    'timing_s/old_log_prob': 'seconds/old_log_prob',
    'timing_s/ref': 'seconds/ref_log_prob',
    'timing_s/values': 'seconds/values',
    'timing_s/adv': 'seconds/advantage',
    'timing_s/update_critic': 'seconds/critic',
    'timing_s/update_weights': 'seconds/sync',
    'timing_s/save_checkpoint': 'seconds/checkpoint',
  },
  openrlhf: {
    'rollout/reward_mean': 'reward/mean',
    'rollout/reward_std': 'reward/std',
    reward: 'reward/mean',
    kl: ['kl', referenceKl],
    ppo_kl: ['kl/old_new', oldNewKl],
    vllm_kl: ['kl/sampler', samplerKl],
    ppo_clip_ratio: ['clip_ratio', bothSides],
    entropy_loss: ['entropy', 'Mean entropy, as it enters the loss.'],
    policy_loss: 'loss',
    actor_lr: 'learning_rate',
    actor_grad_norm: 'grad_norm',
    'rollout/response_length_mean': 'length/mean',
    response_length: 'length/mean',
    'rollout/truncated_rate': 'length/truncated',
    'timing/generation': 'seconds/sample',
    'timing/ppo_train': 'seconds/train',
    'timing/make_experience': ['seconds/experience', 'Log-probabilities, rewards and advantages of what was sampled.'],
    'timing/broadcast': 'seconds/sync',
    'timing/step_total': 'seconds/step',
  },
  'prime-rl': {
    'loss/mean': 'loss',
    'entropy/all/mean': 'entropy',
    'mismatch_kl/all/mean': ['kl/sampler', samplerKl],
    'is_masked/all/mean': ['clip_ratio', 'Share of tokens masked for their importance ratio, on either side.'],
    'optim/grad_norm': 'grad_norm',
    'optim/lr': 'learning_rate',
    'perf/throughput': 'tokens/per_second',
    'time/step': 'seconds/step',
    'time/wait_for_batch': ['seconds/wait_for_batch', 'The trainer waits for what the orchestrator samples and grades.'],
    'time/forward_backward': 'seconds/train',
    'time/broadcast_weights': 'seconds/sync',
    'time/save_ckpt': 'seconds/checkpoint',
    'train/agg/effective/agent/reward/mean': 'reward/mean',
    'train/agg/effective/agent/num_output_tokens/mean': 'length/mean',
    'train/agg/effective/num_output_tokens/mean': 'length/mean',
    'train/agg/effective/agent/is_truncated/mean': 'length/truncated',
  },
  'nemo-rl': {
    reward: 'reward/mean',
    loss: 'loss',
    grad_norm: 'grad_norm',
    lr: 'learning_rate',
    kl_penalty: ['kl', referenceKl],
    gen_kl_error: ['kl/sampler', samplerKl],
    policy_kl_error: ['kl/sampler', samplerKl],
    approx_entropy: ['entropy', 'An approximation by the sampled tokens’ log-probabilities.'],
    mean_gen_tokens_per_sample: 'length/mean',
    'performance/tokens_per_sec': 'tokens/per_second',
    'timing/train/total_step_time': 'seconds/step',
    'timing/train/generation': 'seconds/sample',
    'timing/train/policy_training': 'seconds/train',
    'timing/train/data_processing': 'seconds/data',
    'timing/train/reward_calculation': 'seconds/grade',
    'timing/train/policy_and_reference_logprobs': 'seconds/log_probs',
    'timing/train/checkpointing': 'seconds/checkpoint',
    'validation/accuracy': 'accuracy/validation',
  },
  slime: {
    'rollout/raw_reward': 'reward/raw',
    'rollout/rewards': ['reward/mean', 'Mean reward after normalisation within groups, where that is on.'],
    'train/loss': 'loss',
    'train/entropy_loss': ['entropy', 'Mean entropy, as it enters the loss.'],
    'train/kl_loss': ['kl', referenceKl],
    'train/ppo_kl': ['kl/old_new', oldNewKl],
    'train/train_rollout_logprob_abs_diff': [
      'kl/sampler',
      'Mean absolute difference of the trainer’s and the sampler’s log-probabilities.',
    ],
    'train/pg_clipfrac': ['clip_ratio', bothSides],
    'train/grad_norm': 'grad_norm',
    'train/lr-pg_0': 'learning_rate',
    'rollout/response_len/mean': 'length/mean',
    'rollout/truncated_ratio': 'length/truncated',
    'perf/tokens_per_gpu_per_sec': ['tokens/per_second', 'Per GPU.'],
    'perf/step_time': 'seconds/step',
    'perf/rollout_time': ['seconds/sample', 'With the grading. In asynchronous runs it goes on beside the training.'],
    'perf/actor_train_time': 'seconds/train',
    'perf/log_probs_time': 'seconds/old_log_prob',
    'perf/ref_log_probs_time': 'seconds/ref_log_prob',
    'perf/update_weights_time': 'seconds/sync',
  },
  skyrl: {
    'reward/avg_raw_reward': ['reward/mean', 'Mean reward before any penalty.'],
    'policy/final_loss': 'loss',
    'policy/policy_entropy': 'entropy',
    'policy/policy_kl': ['kl', referenceKl],
    'loss/avg_kl': ['kl', referenceKl],
    'policy/loss_metrics/clip_ratio': ['clip_ratio', bothSides],
    'policy/grad_norm': 'grad_norm',
    'policy/policy_lr': 'learning_rate',
    'generate/avg_num_tokens': 'length/mean',
    'trainer/tokens_per_second_per_gpu': ['tokens/per_second', 'Per GPU.'],
    'timing/step': 'seconds/step',
    'timing/generate': 'seconds/sample',
    'timing/train_critic_and_policy': 'seconds/train',
    'timing/fwd_logprobs_values_reward': 'seconds/log_probs',
    'timing/compute_advantages_and_returns': 'seconds/advantage',
    'timing/sync_weights': 'seconds/sync',
    'timing/save_checkpoints': 'seconds/checkpoint',
    'timing/eval': 'seconds/evaluate',
  },
  tinker: {
    'env/all/reward/total': 'reward/mean',
    'env/all/correct': 'accuracy/train',
    'env/all/ac_tokens_per_turn': ['length/mean', 'Mean tokens per turn; an episode of several turns is longer.'],
    'optim/lr': 'learning_rate',
    'optim/entropy': 'entropy',
    'optim/kl_sample_train_v1': ['kl/sampler', samplerKl],
    kl_policy_base: ['kl', 'KL of the policy to the base model.'],
    'time/total': 'seconds/step',
    'time/train': 'seconds/train',
    'time/assemble_training_data': 'seconds/data',
    'time/compute_kl_sample_train': 'seconds/kl',
    'time/save_checkpoint': 'seconds/checkpoint',
    'time/run_evals': 'seconds/evaluate',
  },
  art: {
    'train/reward': 'reward/mean',
    'train/reward_std_dev': 'reward/std',
    'train/loss': 'loss',
    'train/grad_norm': 'grad_norm',
    'train/entropy': 'entropy',
    'train/learning_rate': 'learning_rate',
  },
};

/** Names that many give, and that say themselves what they are: no sign of a trainer, and all there is to go by where none is known. */
const plain: Table = {
  reward: 'reward/mean',
  reward_mean: 'reward/mean',
  mean_reward: 'reward/mean',
  avg_reward: 'reward/mean',
  average_reward: 'reward/mean',
  reward_std: 'reward/std',
  std_reward: 'reward/std',
  entropy: 'entropy',
  loss: 'loss',
  train_loss: 'loss',
  grad_norm: 'grad_norm',
  learning_rate: 'learning_rate',
  lr: 'learning_rate',
};

/** Every name of a trainer that has an entry. */
export const namesOf = (trainer: Trainer): string[] => Object.keys(tables[trainer]);

/** Sinks put `train/` before the names of some trainers. */
const bare = (name: string): string => (name.startsWith('train/') ? name.slice('train/'.length) : name);

/**
 * @param trainer null where nobody knows whose names they are
 * @param originalName as in the file; with or without the sink's `train/`
 * @returns null when the name is kept as it is
 */
export function aliasOf(trainer: Trainer | null, originalName: string): Alias | null {
  const table = trainer === null ? plain : tables[trainer];
  const key = [originalName, bare(originalName)].find((name) => Object.hasOwn(table, name));
  if (key !== undefined) {
    const entry = table[key];
    return typeof entry === 'string' ? { name: entry } : { name: entry[0], meaning: entry[1] };
  }
  const term = trainer === 'trl' ? trlRewardTerm(bare(originalName)) : null;
  return term === null ? null : { name: rewardTermMetric(term) };
}

/** A metric’s name as transformers’ sinks would write it: an evaluation’s `eval_loss` is `eval/loss`. */
export const transformersName = (key: string): string => (key.startsWith('eval_') ? `eval/${key.slice('eval_'.length)}` : key);

/** What stands in the place of a reward function's name and is none; of them what TRL’s DPO trainer logs: implicit rewards of two sides. */
const noFunctions = new Set(['chosen', 'rejected', 'accuracies', 'margins', 'mean', 'std', 'min', 'max']);

/** The reward function that a metric of TRL is the mean of: `rewards/NAME/mean`, before 0.17 `rewards/NAME`; null for any other. */
export function trlRewardTerm(name: string): string | null {
  const term = /^rewards\/(.+?)(?:\/mean)?$/.exec(name)?.at(1);
  return term === undefined || term.endsWith('/std') || noFunctions.has(term) ? null : term;
}

/** Which trainer's names these are, for sinks that any trainer may write to; null when fewer than two are known to one table alone. */
export function trainerOf(names: Iterable<string>): Trainer | null {
  const own = [...names].filter((name) => aliasOf(null, name) === null && bare(name) !== 'kl');
  const scores = trainers.map((trainer) => ({ trainer, known: own.filter((name) => aliasOf(trainer, name) !== null).length }));
  const [first, second] = scores.sort((a, b) => b.known - a.known);
  return first.known >= 2 && first.known > second.known ? first.trainer : null;
}

/** Names of one step that may wait; a metrics file with more distinct names has something else in it. */
const maxNames = 5000;

/**
 * Merges the values that several sinks, and several lines of one sink, give for a step. Of two names that mean the same, the one
 * that was there first gets our name and the other keeps its own.
 */
export class MetricMerger {
  private readonly steps = new Map<number, Map<string, WireNumber>>();
  /** Our name → the foreign one that has it. */
  private readonly bound = new Map<string, string>();
  private readonly untold = new Map<string, ImportNote>();
  /** Ours, by the foreign ones. */
  private readonly names = new Map<string, string>();

  /** @param trainer null where nobody knows whose names they are */
  constructor(private readonly trainer: Trainer | null) {}

  /** Takes the numbers among `values`, nested records by `a/b`; whatever else is there is passed over. A value known already stays. */
  add(step: number, values: Readonly<Record<string, unknown>>): void {
    let known = this.steps.get(step);
    if (!known) this.steps.set(step, (known = new Map<string, WireNumber>()));
    eachNumber(values, (original, value) => this.put(known, original, value));
    if (known.size === 0) this.steps.delete(step);
  }

  /** The same of a single number. */
  addOne(step: number, original: string, value: number): void {
    let known = this.steps.get(step);
    if (!known) this.steps.set(step, (known = new Map<string, WireNumber>()));
    this.put(known, original, value);
  }

  private put(known: Map<string, WireNumber>, original: string, value: number): void {
    const name = this.nameOf(original);
    if (!known.has(name) && known.size < maxNames) known.set(name, toWire(value));
  }

  /**
   * What has been added since, one event a step in order, and forgets it.
   * @param before only steps below it: the last step of a growing file may have more lines to come
   */
  take(before = Infinity): Extract<EventBody, { type: 'metrics' }>[] {
    const ready = [...this.steps.keys()].filter((step) => step < before).sort((a, b) => a - b);
    return ready.map((step) => {
      const values = Object.fromEntries(this.steps.get(step)!);
      this.steps.delete(step);
      return { type: 'metrics', step, values };
    });
  }

  /** Which foreign name each of our names stands for, and what it means there: notes `metric:<our name>`, each told once. */
  takeNotes(): ImportNote[] {
    const notes = [...this.untold.values()];
    this.untold.clear();
    return notes;
  }

  /** Once found, a name stays. */
  private nameOf(original: string): string {
    let name = this.names.get(original);
    if (name === undefined) {
      name = this.nameFor(original);
      if (this.names.size < maxNames) this.names.set(original, name);
    }
    return name;
  }

  private nameFor(original: string): string {
    const alias = aliasOf(this.trainer, original);
    if (!alias) return original.slice(0, 200);
    const holder = this.bound.get(alias.name);
    if (holder !== undefined) return holder === bare(original) ? alias.name : original.slice(0, 200);
    this.bound.set(alias.name, bare(original));
    const message = `${alias.name} is ${original}${alias.meaning === undefined ? '.' : `: ${alias.meaning}`}`;
    if (alias.name !== original) this.untold.set(alias.name, { id: `metric:${alias.name}`, level: 'info', message });
    return alias.name;
  }
}

function eachNumber(values: Readonly<Record<string, unknown>>, each: (name: string, n: number) => void, prefix = '', depth = 0): void {
  for (const key of Object.keys(values)) {
    const value = values[key];
    const n = typeof value === 'boolean' ? null : number(value);
    const inner = n === null && depth < 8 ? asRecord(value) : null;
    if (n !== null) each(prefix + key, n);
    else if (inner) eachNumber(inner, each, `${prefix}${key}/`, depth + 1);
  }
}
