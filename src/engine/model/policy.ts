import type { Sequence } from './batch.js';
import type { ModelConfig } from './modelConfig.js';
import { initialParameters } from './init.js';
import { checkUpdate, Model, type UpdateBatch } from './model.js';
import type { TokenObjective } from './modelObjective.js';
import type { Optimiser } from './optimiser.js';
import { Programs } from './modelPrograms.js';
import { Sampler, type Sample, type SampleOptions } from './tokenSampler.js';
import { ScalarModel } from './scalarModel.js';

export type { Sequence } from './batch.js';
export type { UpdateBatch } from './model.js';
export type { Optimiser } from './optimiser.js';
export type { Sample, SampleOptions } from './tokenSampler.js';

/** Per response token: log π_θ and the entropy (nats) of the distribution the token was drawn from. */
export interface Scores {
  logp: Float32Array;
  entropy: Float32Array;
}

export interface UpdateStats {
  /** Σ weight · token loss. */
  loss: number;
  /** Global gradient norm before clipping. */
  gradNorm: number;
  /** log π_θ per response token, before the parameter change. */
  logp: Float32Array[];
  /** Entropy of π_θ per response token, before the parameter change. */
  entropy: Float32Array[];
}

/** A small language model that samples, scores and learns. */
export class Policy extends Model<'logp' | 'entropy'> {
  private constructor(
    programs: Programs,
    private readonly sampler: Sampler,
    parameters: Float32Array,
  ) {
    super(programs, 'tokens', ['logp', 'entropy'], parameters);
  }

  /** A fresh policy with weights from the seed. `threads` beyond the number of cores slows everything down. */
  static create(config: ModelConfig, options: { seed: number; threads: number }): Promise<Policy> {
    const programs = new Programs(config, options.threads);
    return Promise.resolve(new Policy(programs, new Sampler(programs), initialParameters(config, options.seed)));
  }

  /** A policy with the same parameters now and no optimiser history, e.g. a frozen reference; it shares the compiled graphs. */
  clone(): Policy {
    this.check();
    return new Policy(this.programs.hold(), this.sampler, this.parameters.slice());
  }

  /** A value or reward model that reads as this policy does now, and says 0 of everything until it learns. */
  scalarModel(): ScalarModel {
    this.check();
    return ScalarModel.reading(this.programs.hold(), this.parameters);
  }

  /** One response for each prompt, in order. A group is its prompt repeated: equal prompts are read only once. */
  sample(prompts: readonly (readonly number[])[], options: SampleOptions): Promise<Sample[]> {
    this.check();
    return this.sampler.sample(this.weights, prompts, options);
  }

  /** log π_θ and entropy of every response token. */
  async score(sequences: readonly Sequence[]): Promise<Scores[]> {
    this.check();
    return this.read(await this.programs.get('score'), sequences);
  }

  /** One AdamW step on Σ weight · objective. */
  async update(data: UpdateBatch, objective: TokenObjective, optimiser: Optimiser): Promise<UpdateStats> {
    this.check();
    checkUpdate(data, objective);
    const { loss, gradNorm, outputs } = await this.learn(await this.programs.train(objective), data, optimiser);
    return { loss, gradNorm, logp: outputs.map((s) => s.logp), entropy: outputs.map((s) => s.entropy) };
  }
}
