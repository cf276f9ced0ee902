import { expect, test } from 'vitest';
import { memoryMethods, type MemoryMethod } from '../../../src/core/methods.js';
import { residents } from '../../../src/core/residents.js';

const learned = { rewardModel: true, reference: true };
const modelsOf = (method: MemoryMethod, choices = learned): string[] => residents(method, choices).map((r) => r.model);

test('of a 7B policy PPO holds 28B parameters and GRPO 21B (DeepSeekMath, figure 4)', () => {
  expect(modelsOf('ppo')).toEqual(['policy', 'reference', 'reward', 'critic']);
  expect(modelsOf('grpo')).toEqual(['policy', 'reference', 'reward']);
  expect([modelsOf('ppo'), modelsOf('grpo')].map((h) => h.length * 7)).toEqual([28, 21]);
});

test('PPO trains two models, every other method one', () => {
  const trained = (m: MemoryMethod): string[] => residents(m, learned).flatMap((r) => (r.trained ? [r.model] : []));
  expect(Object.fromEntries(memoryMethods.map((m) => [m, trained(m).join(' ')]))).toEqual({
    sft: 'policy',
    rft: 'policy',
    'online-rft': 'policy',
    dpo: 'policy',
    rm: 'reward',
    ppo: 'policy critic',
    grpo: 'policy',
  });
});

test('a rule and β = 0 leave the policy alone; DPO keeps its reference', () => {
  const none = { rewardModel: false, reference: false };
  expect(modelsOf('grpo', none)).toEqual(['policy']);
  expect(modelsOf('ppo', none)).toEqual(['policy', 'critic']);
  expect(modelsOf('dpo', none)).toEqual(['policy', 'reference']);
  expect(modelsOf('sft')).toEqual(['policy']);
});
