import type { ClipRange } from '../../core/objective.js';
import type { Experiment } from '../../experiment/schema.js';
import type { TokenObjective } from '../model/objective.js';
import type { Policy, Sequence, UpdateBatch } from '../model/policy.js';
import type { SampledGroup, SampledSolution } from '../sampling.js';
import type { Demonstration, Task } from '../tasks/task.js';

/** A solution with what its method made of it. */
export interface Solution extends SampledSolution {
  /** Â_i, the same for every token. */
  advantage: number;
  /** log π_ref per token. */
  logpRef: Float32Array;
}

export type Group<S extends Solution = Solution> = SampledGroup<S>;

/** What one exploration found, and what its updates learn from. */
export interface Exploration {
  batch: UpdateBatch;
  /** In the order of the batch's sequences; empty for methods that do not sample. */
  groups: Group[];
}

export type Phase = 'sample' | 'grade' | 'train' | 'evaluate' | 'record';

/** What a method explores with. */
export interface Explorer {
  experiment: Experiment;
  /** π_θ. */
  policy: Policy;
  /** π_ref, frozen; present when the objective reads `logpRef`. */
  reference?: Policy;
  /** Draws the next training task. */
  nextTask: () => Task;
  /** Draws the next training task with a response to imitate. */
  nextDemonstration: () => Demonstration;
  /** Uniform in [0, 1), for sampling. */
  random: () => number;
  /** Announces a phase and counts its time. */
  phase: <T>(phase: Phase, work: () => T | Promise<T>) => Promise<T>;
}

/**
 * A training method: its data, its reward and its gradient coefficient (the slope of its token objective).
 * Everything else is the same for all. Source: DeepSeekMath, section 5.2.1.
 */
export interface Method {
  objective: TokenObjective;
  /** μ: updates on the same batch. */
  updates: number;
  /** The clip range of the ratios, when the method has one. */
  clip?: ClipRange;
  explore(e: Explorer): Promise<Exploration>;
}

/** 1/(N·|o_i|): the mean over N outputs of the means over their tokens. */
export const perOutputMean = (sequences: readonly Sequence[]): Float32Array =>
  Float32Array.from(sequences, (s) => 1 / (sequences.length * s.response.length));
