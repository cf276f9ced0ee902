/** What the planner says that a training as it was set up should take on each device, or why it can say nothing. */
import { memoryParts, peak, type MemoryPlan, type Optimiser } from './memory.js';
import { factsOf, stageOf, type MemoryMethod } from './methods.js';
import type { TrainingSetup } from './trainingSetup.js';

export type PlannedMemory =
  | {
      /** On each device at its peak. */
      bytes: number;
      plan: MemoryPlan;
      /** What was assumed, and what is not counted. */
      notes: string[];
    }
  | { why: string };

/** @param method as in run.json */
export function plannedMemory(setup: TrainingSetup | null, method: string): PlannedMemory {
  if (!setup) return { why: 'the run does not tell how it is set up: a trainer that capture does not know, or a former version' };
  const { parameters, trained = parameters, architecture, sampler = 'policy', processes = 1 } = setup;
  if (parameters === undefined) return { why: 'the run does not tell how many parameters its policy has' };
  if (architecture === undefined) return { why: 'the run does not tell the layers and the width of its policy' };
  if (trained! < parameters) return { why: 'the planner does not count adapters (LoRA)' };
  const { kv_heads: kvHeads, ...shape } = architecture;
  const known = memoryMethodOf(method);
  if (!known) return { why: `the planner does not know ${method}` };
  const optimiser = optimiserOf(setup.optimiser);
  if (!optimiser) return { why: `the planner does not know the optimiser ${setup.optimiser ?? 'of the run, which it does not tell'}` };
  const { micro_batch: microBatch, max_tokens: maxTokens } = setup;
  if (microBatch === undefined) return { why: 'the run does not tell how many sequences go through the policy at once' };
  if (maxTokens === undefined) return { why: 'the run does not tell how long its solutions may be' };
  const dtype = setup.dtype === 'float32' ? 'fp32' : setup.dtype === 'bfloat16' || setup.dtype === 'float16' ? 'bf16' : null;
  if (!dtype) return { why: `the planner does not know weights of the type ${setup.dtype ?? 'of the run, which it does not tell'}` };
  const notes = [
    ...(setup.gradient_checkpointing ? [] : ['Attention is counted as fused kernels do it, without its matrices.']),
    ...(setup.max_prompt === undefined ? ['Prompts are not counted: how long they may be is not told.'] : []),
    ...(sampler === 'vllm' ? ['vLLM takes a share of the device for its cache beforehand, whatever it needs: that is not counted.'] : []),
    ...(setup.reward_model ? ['The reward model is counted as large as the policy.'] : []),
    ...(setup.zero === undefined ? ['How weights and states are sharded is not told: each device is counted as holding all.'] : []),
  ];
  const plan: MemoryPlan = {
    method: known,
    parameters,
    architecture: { ...shape, kvHeads, block: 'llama' },
    ...{ dtype, optimiser, masterWeights: false },
    zero: zeroOf(setup.zero),
    devices: processes,
    length: maxTokens + (setup.max_prompt ?? 0),
    microBatch,
    recomputation: setup.gradient_checkpointing ? 'layers' : 'attention',
    sampler: sampler === 'vllm' ? 'separate' : 'same',
    sequences: sampler === 'policy' ? (setup.sequences ?? microBatch) : 1,
    rewardModel: setup.reward_model ?? false,
    reference: setup.reference ?? false,
  };
  const parts = memoryParts(plan);
  const counted = sampler === 'policy' ? parts : parts.filter((part) => part.kind !== 'cache');
  return { bytes: peak(counted, 'perDevice'), plan, notes };
}

/** Variants of other trainers that learn from rewards hold what GRPO holds. */
const memoryMethodOf = (method: string): MemoryMethod | null => {
  const facts = factsOf(method);
  return facts ? facts.memory : stageOf(method) === 'rl' ? 'grpo' : null;
};

/** @param name as Transformers calls it */
function optimiserOf(name: string | undefined): Optimiser | null {
  if (name === undefined) return null;
  if (name.includes('8bit')) return name.includes('adam') ? 'adam8bit' : null;
  if (/^(paged_)?adamw(_torch(_fused|_xla|_npu_fused)?|_apex_fused|_32bit|_bnb)?$/.test(name)) return 'adamw';
  return name === 'sgd' ? 'sgd' : null;
}

const zeroOf = (stage: number | undefined): MemoryPlan['zero'] => (stage === 1 || stage === 2 || stage === 3 ? stage : 0);
