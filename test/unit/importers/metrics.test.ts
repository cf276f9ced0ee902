import { expect, test } from 'vitest';
import { aliasOf, MetricMerger, trainerOf, type Trainer } from '../../../src/importers/foreignMetrics.js';

test('the same word is another thing elsewhere: KL and clipping keep apart', () => {
  expect(aliasOf('trl', 'train/kl')?.name).toBe('kl');
  expect(aliasOf('verl', 'actor/kl_loss')?.name).toBe('kl');
  expect(aliasOf('verl', 'actor/ppo_kl')?.name).toBe('kl/old_new');
  expect(aliasOf('prime-rl', 'mismatch_kl/all/mean')?.name).toBe('kl/sampler');
  expect(aliasOf('trl', 'clip_ratio/low_mean')?.name).toBe('clip_ratio/low');
  expect(aliasOf('verl', 'actor/pg_clipfrac')).toMatchObject({
    name: 'clip_ratio',
    meaning: expect.stringContaining('either side') as string,
  });
  expect(aliasOf('trl', 'completions/clipped_ratio')?.name).toBe('length/truncated');
  expect(aliasOf('trl', 'rewards/format/mean')?.name).toBe('reward/term/format');
  expect(aliasOf('verl', 'constructor')).toBe(null);
  // Before TRL 0.17.
  expect(aliasOf('trl', 'rewards/format')?.name).toBe('reward/term/format');
  expect(aliasOf('trl', 'completion_length')?.name).toBe('length/mean');
  // A spread, and what DPO calls by that name, are no reward function.
  for (const name of ['rewards/format/std', 'rewards/chosen', 'rewards/margins']) expect(aliasOf('trl', name)).toBe(null);
});

test('sinks merge by step, the original names are told once, and of two names for one thing the first has it', () => {
  const merger = new MetricMerger('openrlhf');
  merger.add(2, { 'train/reward': 0.5, 'train/kl': NaN, 'train/note': 'x', other: { deep: 1, flag: true } });
  merger.add(1, { 'train/reward': 0.25 });
  merger.add(2, { 'train/rollout/reward_mean': 0.75, 'train/actor_lr': 1e-6 });
  expect(merger.take(2)).toEqual([{ type: 'metrics', step: 1, values: { 'reward/mean': 0.25 } }]);
  expect(merger.take()).toEqual([
    {
      type: 'metrics',
      step: 2,
      values: { 'reward/mean': 0.5, kl: 'NaN', 'other/deep': 1, 'train/rollout/reward_mean': 0.75, learning_rate: 1e-6 },
    },
  ]);
  expect(merger.take()).toEqual([]);
  const notes = merger.takeNotes();
  expect(notes.map(({ id }) => id)).toEqual(['metric:reward/mean', 'metric:kl', 'metric:learning_rate']);
  expect(notes[1].message).toMatch(/^kl is train\/kl: KL of the policy to the reference/);
  expect(merger.takeNotes()).toEqual([]);
});

test('times of phases are seconds/*, whatever a trainer calls them: a timeline is made of them', () => {
  const seconds = {
    verl: {
      'timing_s/step': 'step',
      'timing_s/gen': 'sample',
      'timing_s/reward': 'grade',
      'timing_s/old_log_prob': 'old_log_prob',
      'timing_s/adv': 'advantage',
    },
    openrlhf: { 'timing/generation': 'sample', 'timing/broadcast': 'sync' },
    'prime-rl': { 'time/step': 'step', 'time/broadcast_weights': 'sync' },
    'nemo-rl': { 'timing/train/total_step_time': 'step', 'timing/train/policy_and_reference_logprobs': 'log_probs' },
    slime: { 'perf/step_time': 'step', 'perf/rollout_time': 'sample', 'perf/actor_train_time': 'train' },
    skyrl: { 'timing/step': 'step', 'timing/sync_weights': 'sync' },
    tinker: { 'time/total': 'step', 'time/train': 'train', 'time/run_evals': 'evaluate' },
    trl: { step_time: 'step' },
  } as const;
  for (const [trainer, names] of Object.entries(seconds))
    for (const [name, phase] of Object.entries(names))
      expect(aliasOf(trainer as Trainer, name)?.name, `${trainer} ${name}`).toBe(`seconds/${phase}`);
  // Parts of a part, and times of a token, would count twice.
  for (const name of ['timing_s/agent_loop/generate_sequences/max', 'timing_per_token_ms/gen']) expect(aliasOf('verl', name)).toBe(null);
});

test('whose names they are is known from several, not from one', () => {
  expect(trainerOf(['critic/score/mean', 'actor/pg_loss', 'actor/lr'])).toBe('verl');
  expect(trainerOf(['train/frac_reward_zero_std', 'train/completions/mean_length', 'train/loss'])).toBe('trl');
  expect(trainerOf(['loss'])).toBe(null);
  // What anybody calls so is no sign of TRL; it has its place all the same.
  expect(trainerOf(['loss', 'learning_rate', 'grad_norm', 'reward', 'reward_std', 'kl'])).toBe(null);
  expect(aliasOf(null, 'train/mean_reward')?.name).toBe('reward/mean');
});
