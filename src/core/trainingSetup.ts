/** What trains, how and on what, as a trainer tells of itself (`setup` of run.json). What it does not tell is left out. */

export interface TrainingSetup {
  /** Weights of the policy. */
  parameters?: number | undefined;
  /** Those of them that are learned: fewer with adapters (LoRA). */
  trained?: number | undefined;
  architecture?: { layers: number; width: number; heads: number; kv_heads: number; hidden: number; vocabulary: number } | undefined;
  /** Of the weights as they are held, e.g. `float32`, `bfloat16`. */
  dtype?: string | undefined;
  /** As Transformers calls it, e.g. `adamw_torch_fused`. */
  optimiser?: string | undefined;
  /** Activations are computed twice rather than kept. */
  gradient_checkpointing?: boolean | undefined;
  /** Sequences of one forward and backward pass, per device. */
  micro_batch?: number | undefined;
  /** Sequences that are sampled at once, per device. */
  sequences?: number | undefined;
  /** Tokens of the longest solution. */
  max_tokens?: number | undefined;
  /** Tokens of the longest prompt. */
  max_prompt?: number | undefined;
  /** What samples: `policy`, the weights that are trained; `vllm`, a copy of them beside these; `server`, something elsewhere. */
  sampler?: string | undefined;
  /** Stage of ZeRO; FSDP with whole sharding is 3, without sharding it is 0. */
  zero?: number | undefined;
  /** Processes, each with a device of its own. */
  processes?: number | undefined;
  /** A frozen reference beside the policy. */
  reference?: boolean | undefined;
  /** A reward that is a model, in this process. */
  reward_model?: boolean | undefined;
  /** Of the first process, as its driver calls it, e.g. `NVIDIA H200`, or `cpu`. */
  device?: string | undefined;
}
