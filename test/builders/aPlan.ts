import { architectures } from '../../src/core/architecture.js';
import type { MemoryPlan } from '../../src/core/memory.js';

/** GRPO on a 7B policy in mixed precision on one device. */
export const aPlan = (change: Partial<MemoryPlan> = {}): MemoryPlan => ({
  ...{ method: 'grpo', rewardModel: true, reference: true, parameters: 7e9, architecture: architectures['DeepSeekMath 7B'] },
  ...{ dtype: 'bf16', optimiser: 'adamw', masterWeights: true, zero: 0, devices: 1 },
  ...{ length: 2048, microBatch: 4, recomputation: 'layers', sampler: 'same', sequences: 32 },
  ...change,
});
