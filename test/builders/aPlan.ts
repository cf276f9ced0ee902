import type { Architecture } from '../../src/core/architecture.js';
import type { MemoryPlan } from '../../src/core/memory.js';

/** DeepSeek LLM 7B, the policy of the paper. */
export const deepSeek7B: Architecture = {
  ...{ layers: 30, width: 4096, heads: 32, kvHeads: 32, hidden: 11_008 },
  ...{ vocabulary: 102_400, block: 'llama' },
};

/** GRPO on a 7B policy in mixed precision on one device. */
export const aPlan = (change: Partial<MemoryPlan> = {}): MemoryPlan => ({
  ...{ method: 'grpo', rewardModel: true, reference: true, parameters: 7e9, architecture: deepSeek7B },
  ...{ dtype: 'bf16', optimiser: 'adamw', masterWeights: true, zero: 0, devices: 1 },
  ...{ length: 2048, microBatch: 4, recomputation: 'layers', sampler: 'same', sequences: 32 },
  ...change,
});
