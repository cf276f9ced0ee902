import { describe, expect, test } from 'vitest';
import { memoryParts, peak } from '../../../src/core/memory.js';
import { plannedMemory } from '../../../src/core/plannedMemory.js';
import type { TrainingSetup } from '../../../src/core/trainingSetup.js';

/** A 0.5B policy on one device, as TRL tells. */
const setup: TrainingSetup = {
  parameters: 494e6,
  trained: 494e6,
  architecture: { layers: 24, width: 896, heads: 14, kv_heads: 2, hidden: 4864, vocabulary: 151_936 },
  dtype: 'bfloat16',
  optimiser: 'adamw_torch_fused',
  gradient_checkpointing: true,
  micro_batch: 4,
  sequences: 16,
  max_tokens: 512,
  max_prompt: 128,
  sampler: 'policy',
  zero: 0,
  processes: 1,
  reference: true,
  reward_model: false,
  device: 'NVIDIA H200',
};

const planned = (change: Partial<TrainingSetup>, method = 'grpo') => plannedMemory({ ...setup, ...change }, method);
const bytes = (change: Partial<TrainingSetup>, method?: string): number => {
  const found = planned(change, method);
  if ('why' in found) throw new Error(found.why);
  return found.bytes;
};
const notes = (change: Partial<TrainingSetup>): string => {
  const found = planned(change);
  return 'why' in found ? '' : found.notes.join(' ');
};

describe('what the planner counts for a run', () => {
  test('is the planner’s own count of what the trainer has told', () => {
    const parts = memoryParts({
      method: 'grpo',
      parameters: 494e6,
      architecture: { layers: 24, width: 896, heads: 14, kvHeads: 2, hidden: 4864, vocabulary: 151_936, block: 'llama' },
      ...{ dtype: 'bf16', optimiser: 'adamw', masterWeights: false, zero: 0, devices: 1 },
      ...{ length: 640, microBatch: 4, recomputation: 'layers', sampler: 'same', sequences: 16, rewardModel: false, reference: true },
    });
    expect(bytes({})).toBe(peak(parts, 'perDevice'));
    // By hand: policy and reference 2·2 bytes, gradients 2, moments 8; then the logits' turn.
    expect(bytes({})).toBeGreaterThan(494e6 * 14);
    expect(notes({})).toBe('');
  });

  test('grows with a reference, and shrinks with sharding', () => {
    expect(bytes({})).toBe(bytes({ reference: false }) + 494e6 * 2);
    expect(bytes({ zero: 3, processes: 8 })).toBeLessThan(bytes({}) / 2);
    expect(bytes({ optimiser: 'adamw_bnb_8bit' })).toBeLessThan(bytes({}));
  });

  test('names of other trainers for GRPO count as it', () => {
    expect(bytes({}, 'rloo')).toBe(bytes({}));
  });

  test('says what it assumes', () => {
    expect(notes({ max_prompt: undefined })).toMatch(/Prompts are not counted/);
    expect(notes({ sampler: 'vllm' })).toMatch(/vLLM takes a share/);
    expect(notes({ zero: undefined })).toMatch(/sharded is not told/);
    expect(notes({ gradient_checkpointing: false })).toMatch(/fused kernels/);
  });

  test('a server elsewhere keeps its own cache', () => {
    expect(bytes({ sampler: 'server', micro_batch: 1, sequences: 4096 })).toBeLessThan(bytes({ micro_batch: 1, sequences: 4096 }));
  });
});

test.each([
  [{ parameters: undefined }, 'how many parameters'],
  [{ architecture: undefined }, 'the layers and the width'],
  [{ trained: 1e6 }, 'adapters'],
  [{ optimiser: 'lion_32bit' }, 'the optimiser lion_32bit'],
  [{ optimiser: undefined }, 'which it does not tell'],
  [{ dtype: 'float8_e4m3fn' }, 'float8_e4m3fn'],
  [{ micro_batch: undefined }, 'how many sequences'],
  [{ max_tokens: undefined }, 'how long'],
] satisfies [Partial<TrainingSetup>, string][])('without %o there is no estimate, and why is said', (change, why) => {
  expect(planned(change)).toEqual({ why: expect.stringContaining(why) as string });
});

test('a run that tells nothing, or a method without a plan, has no estimate', () => {
  expect(plannedMemory(null, 'grpo')).toEqual({ why: expect.stringContaining('does not tell how it is set up') as string });
  expect(planned({}, 'evaluate')).toEqual({ why: 'the planner does not know evaluate' });
  expect(planned({}, 'something-new')).toEqual({ why: 'the planner does not know something-new' });
});
