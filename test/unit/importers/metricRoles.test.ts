import { describe, expect, test } from 'vitest';
import { leadRank, roleOf } from '../../../src/core/metricRole.js';
import { aliasOf, namesOf, trainers } from '../../../src/importers/foreignMetrics.js';

const lead = (name: string): string | undefined => {
  const guess = roleOf(name);
  return guess && guess.rank < leadRank ? guess.role : undefined;
};

describe('a name that the table of trainers knows, and one that it does not, have the same place', () => {
  // A difference of log-probabilities does not say of itself that it is a KL.
  const unsaid = 'sampling/sampling_logp_difference/mean';
  const saysDifference = (name: string): boolean => name === unsaid || /(probs|logprob_abs)_diff/.test(name);
  for (const trainer of trainers)
    test(trainer, () => {
      for (const name of namesOf(trainer))
        if (!saysDifference(name)) expect([name, lead(name)]).toEqual([name, lead(aliasOf(trainer, name)!.name)]);
    });
});

describe('names of real runs', () => {
  const first = {
    reward: [
      'critic/score/mean', // verl
      'critic/rewards/mean',
      'Rewards/rew_lin_vel_xy', // rsl_rl
      'Episode/Return',
      'rollout/ep_rew_mean', // Stable-Baselines3
      'charts/episodic_return', // CleanRL
      'objective/rlhf_reward', // TRL's PPO
      'train/reward',
      'mean_reward',
      'env/all/correct', // tinker
    ],
    'held-out': [
      'val-core/openai/gsm8k/reward/mean@1',
      'val/test_score/game24',
      'eval/openai_gsm8k/pass_at_1',
      'eval/eval_gsm8k_pass1',
      'eval/sums/all/agent/avg@2',
      'eval_loss',
      'eval_combined',
      'test/return',
    ],
    kl: ['actor/reward_kl_penalty', 'losses/approx_kl', 'train/approx_kl', 'objective/kl', 'policy/approxkl_avg'],
    entropy: ['losses/entropy', 'Loss/entropy', 'objective/entropy', 'actor/entropyLoss'],
    length: ['rollout/ep_len_mean', 'charts/episodic_length', 'completions/mean_length', 'completion_length', 'Len/episode'],
    loss: ['train/train_loss', 'losses/value_loss', 'Loss/surrogate', 'critic/vf_loss'],
  };
  for (const [role, names] of Object.entries(first))
    test(role, () => expect(names.map((name) => [name, lead(name)])).toEqual(names.map((name) => [name, role])));

  test('what only sounds like one of them is none', () => {
    const names = [
      'timing_s/reward',
      'timing_per_token_ms/gen',
      'eval/samples_per_second',
      'eval_runtime',
      'kl_coef',
      'actor/reward_kl_penalty_coeff',
      'frac_reward_zero_std',
      'response_length/clip_ratio',
      'losses/explained_variance',
      'perf/max_memory_allocated_gb',
      'num_tokens',
      'total_flos',
      'constructor',
      '__proto__',
      '',
    ];
    expect(names.map((name) => [name, roleOf(name)])).toEqual(names.map((name) => [name, null]));
  });

  test('extremes and spreads come after the number itself, and the policy before what stands beside it', () => {
    for (const name of ['critic/score/max', 'reward_std', 'prompt_length/mean', 'eval/entropy', 'val-aux/x/score/std@8'])
      expect([name, lead(name)]).toEqual([name, undefined]);
    const rank = (name: string): number => roleOf(name)!.rank;
    expect(rank('losses/policy_loss')).toBeLessThan(rank('losses/value_loss'));
    expect(rank('actor/kl_loss')).toBeLessThan(rank('actor/ppo_kl'));
    expect(rank('val-core/gsm8k/acc/mean@8')).toBeLessThan(rank('val-core/gsm8k/acc/best@8/mean'));
  });
});
