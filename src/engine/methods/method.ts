import type { MetricValues } from '../../protocol/metrics.js';
import type { Phase } from '../clock.js';
import type { Sampler } from '../sampling.js';
import type { SampledGroup, SampledSolution } from '../samples.js';
import { mean } from '../../core/stats.js';
import type { ClipRange } from '../../core/objective.js';
import type { EmbeddedExperiment } from '../../experiment/schema.js';
import type { Corpus } from '../corpus/corpus.js';
import type { DocumentSuite } from '../corpus/heldOut.js';
import type { Suite } from '../evaluateSuite.js';
import type { SuiteResult } from '../suiteResults.js';
import type { TokenObjective, ValueObjective } from '../model/modelObjective.js';
import type { Optimiser, Policy, Sequence, UpdateBatch } from '../model/policy.js';
import type { ScalarModel } from '../model/scalarModel.js';
import type { RewardModel } from '../rewardModel.js';
import type { Demonstration, Task } from '../tasks/task.js';

/** A solution with what its method made of it. */
export interface Solution extends SampledSolution {
  /** Â_i, or whatever weighs ∇ log π_θ of this method; the mean over the tokens when it differs by token; null when nothing learns. */
  advantage: number | null;
  /** Per token, where it is not the same for all. */
  tokenAdvantages?: Float32Array;
  /** log π_ref per token, where there is a reference. */
  logpRef?: Float32Array;
}

export type Group<S extends Solution = Solution> = SampledGroup<S>;

/** One model, what it learns from, and by which loss. */
export type Lesson =
  | { model: 'policy'; batch: UpdateBatch; objective: TokenObjective }
  | { model: 'critic' | 'reward_model'; batch: UpdateBatch; objective: ValueObjective };

/** What one exploration found, and what its updates learn from. */
export interface Exploration {
  /** Empty for methods that do not sample. */
  groups: Group[];
  /** None when nothing can be learned from these samples. */
  lessons: Lesson[];
  /** Which solution, counted through the groups, each sequence of the policy's lesson is; their order is the same when left out. */
  rows?: readonly number[];
  /** Measures of the method's own. */
  values?: MetricValues;
  /** What the step has found out about the policy. */
  results?: readonly (SuiteResult & { suite: string })[];
}

/** What a method explores with. */
export interface Explorer {
  experiment: EmbeddedExperiment;
  /** π_θ. */
  policy: Policy;
  /** π_ref, frozen: the policy as the run began. For methods that ask for one. */
  reference: Policy | undefined;
  /** V_ψ. For methods that ask for one. */
  critic: ScalarModel | undefined;
  /** r_φ: of the reward's reward_model term, or the one that is trained. */
  rewardModel: RewardModel | undefined;
  /** The documents of a pre-training run. */
  corpus: Corpus | undefined;
  /** Draws the next training task. */
  nextTask: () => Task;
  /** Draws the next training task with a response to imitate. */
  nextDemonstration: () => Demonstration;
  /** AdamW at this step's learning rate. */
  optimiser: Optimiser;
  /** Uniform in [0, 1), for sampling. */
  random: () => number;
  /** The experiment's benchmarks, and what to run one with. */
  suites: readonly (Suite | DocumentSuite)[];
  evaluator: (suite: string) => Sampler;
  /** Announces a phase and counts its time. */
  phase: <T>(phase: Phase, work: () => T | Promise<T>) => Promise<T>;
}

/**
 * A training method: its data (what it explores), its reward and its gradient coefficient (the slope of its objective).
 * Everything else is the same for all. Source: DeepSeekMath, section 5.2.1.
 */
export interface Method {
  /** Models beside the policy. */
  needs: { reference?: boolean; critic?: boolean; rewardModel?: 'outcome' | 'process' };
  /** Learning rate of the value model, when it differs from the policy's. */
  criticLearningRate?: number;
  /** μ: updates on the same batch. */
  updates: number;
  /** The clip range of the ratios, when the method has one. */
  clip?: ClipRange;
  /** @param step 1, 2, … */
  explore(e: Explorer, step: number): Promise<Exploration>;
}

/** A model or the documents that the method has asked for. */
export function needed<M>(thing: M | undefined, what: string): M {
  if (!thing) throw new Error(`This method needs a ${what}.`);
  return thing;
}

/** The responses' tokens that are learned from; undefined when all of them are. */
export const ownTokens = (solutions: readonly SampledSolution[]): UpdateBatch['own'] =>
  solutions.some((s) => s.own) ? solutions.map((s) => s.own ?? new Uint8Array(s.sequence.response.length).fill(1)) : undefined;

/** Values of the tokens that the policy wrote; 0 for a tool's, of which there is no log-probability either. */
export const ofOwn = (values: Float32Array, { own }: Pick<SampledSolution, 'own'>): Float32Array =>
  own ? values.map((x, t) => (own[t] === 0 ? 0 : x)) : values;

/**
 * |o| of each sequence: the tokens that are learned from. What a tool wrote is no action of the policy and counts in no mean.
 * Source: Jin et al., Search-R1 (arXiv 2503.09516), section 3.1, whose objective is divided by the number of unmasked tokens.
 */
export const lengthsOf = (sequences: readonly Sequence[], own: UpdateBatch['own']): number[] =>
  sequences.map((s, i) => (own ? Array.from(own[i]).filter((x) => x !== 0).length : s.response.length));

/** Mean over the tokens that the policy wrote; 0 when there is none. */
export function meanOfOwn(values: Float32Array, { own }: Pick<SampledSolution, 'own'>): number {
  const counted = own ? values.filter((_, t) => own[t] !== 0) : values;
  return counted.length === 0 ? 0 : mean(counted);
}

/** The same value for each token of a sequence. */
export const everywhere = (sequences: readonly Sequence[], value: (i: number) => number): Float32Array[] =>
  sequences.map((s, i) => new Float32Array(s.response.length).fill(value(i)));
