import type { InferenceSession } from 'onnxruntime-node';
import { checkIds, floats, gather, plan, positionFeeds, sequenceBatch, spread, type Batch, type Feeds, type Sequence } from './batch.js';
import { parameterCount, parameterLayout, type ModelConfig } from './config.js';
import { gradientOf } from './graphs.js';
import { initialParameters } from './init.js';
import type { TokenInput, TokenObjective } from './objective.js';
import { adamStep, newAdamState, type AdamState, type Optimiser } from './optimiser.js';
import { Programs } from './programs.js';
import { Sampler, type Sample, type SampleOptions } from './sampler.js';

export type { Sequence } from './batch.js';
export type { Optimiser } from './optimiser.js';
export type { Sample, SampleOptions } from './sampler.js';

/** Per response token: log π_θ and the entropy (nats) of the distribution the token was drawn from. */
export interface Scores {
  logp: Float32Array;
  entropy: Float32Array;
}

/** What one parameter update learns from; every list is aligned with `sequences`, per-token arrays with their responses. */
export interface UpdateBatch {
  sequences: readonly Sequence[];
  /** Weight of each token of sequence i in the loss, e.g. 1/(N·|o_i|) for the mean over N outputs of their token means. */
  weights: ArrayLike<number>;
  advantage?: readonly ArrayLike<number>[];
  logpOld?: readonly ArrayLike<number>[];
  logpRef?: readonly ArrayLike<number>[];
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

/** Padded tokens in one run of a graph: enough to keep the cores busy, few enough to keep activations near 100 MB. */
const trainBudget = 2048;
const scoreBudget = 8192;

/**
 * A small language model that samples, scores and learns, on the CPU.
 *
 * All state is in `parameters`, `moments` and `updates`: writing them back into a policy of the same configuration and
 * thread count continues exactly (bitwise) where they were taken. Calls on a policy and its clones must not overlap.
 * While a graph runs the JavaScript thread is blocked: keep a policy in a process of its own.
 */
export class Policy {
  /** Weight matrices one after the other, in the order of `parameterLayout`. Its identity never changes. */
  readonly parameters: Float32Array;
  /** Adam's moments, laid out like `parameters`. */
  readonly moments: { readonly m: Float32Array; readonly v: Float32Array };
  /** Updates made so far: Adam's t. */
  updates = 0;

  private readonly weights: Feeds;
  private scratch: Scratch | undefined;
  private disposed = false;

  private constructor(
    private readonly programs: Programs,
    private readonly sampler: Sampler,
    parameters: Float32Array,
  ) {
    this.parameters = parameters;
    this.moments = { m: new Float32Array(parameters.length), v: new Float32Array(parameters.length) };
    this.weights = views(programs.config, parameters, (name) => name);
  }

  /** A fresh policy with weights from the seed. `threads` beyond the number of cores slows everything down. */
  static create(config: ModelConfig, options: { seed: number; threads: number }): Promise<Policy> {
    const programs = new Programs(config, options.threads);
    return Promise.resolve(new Policy(programs, new Sampler(programs), initialParameters(config, options.seed)));
  }

  get config(): ModelConfig {
    return this.programs.config;
  }

  get threads(): number {
    return this.programs.threads;
  }

  /** A policy with the same parameters now and no optimiser history, e.g. a frozen reference; it shares the compiled graphs. */
  clone(): Policy {
    this.check();
    return new Policy(this.programs.hold(), this.sampler, this.parameters.slice());
  }

  /** One response for each prompt, in order. A group is its prompt repeated: equal prompts are read only once. */
  sample(prompts: readonly (readonly number[])[], options: SampleOptions): Promise<Sample[]> {
    this.check();
    return this.sampler.sample(this.weights, prompts, options);
  }

  /** log π_θ and entropy of every response token. */
  async score(sequences: readonly Sequence[]): Promise<Scores[]> {
    this.check();
    const session = await this.programs.get('score');
    const scores: Scores[] = [];
    for (const batch of this.batches(sequences, scoreBudget)) {
      const feeds = { ...this.weights, ...batch.feeds, ...positionFeeds(this.config, batch.time, batch.rows.length) };
      collect(await session.run(only(session, feeds)), batch, sequences, scores);
    }
    return scores;
  }

  /** One AdamW step on Σ weight · objective. Large batches are run in parts and their gradients added. */
  async update(data: UpdateBatch, objective: TokenObjective, optimiser: Optimiser): Promise<UpdateStats> {
    this.check();
    checkUpdate(data, objective);
    const session = await this.programs.train(objective);
    const scratch = (this.scratch ??= newScratch(this.config));
    const scores: Scores[] = [];
    let loss = 0;
    scratch.sum.fill(0);
    for (const batch of this.batches(data.sequences, trainBudget)) {
      const feeds = {
        ...this.weights,
        ...batch.feeds,
        ...positionFeeds(this.config, batch.time, batch.rows.length),
        ...tokenFeeds(batch, data),
      };
      const out = await session.run(only(session, feeds), { loss: null, logp: null, entropy: null, ...scratch.gradients });
      loss += (out.loss.data as Float32Array)[0];
      accumulate(scratch.sum, scratch.part);
      collect(out, batch, data.sequences, scores);
    }
    if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss}: the parameters have diverged. Lower the learning rate.`);
    const gradNorm = await this.step(scratch, optimiser);
    return { loss, gradNorm, logp: scores.map((s) => s.logp), entropy: scores.map((s) => s.entropy) };
  }

  /** Frees the compiled graphs when no clone uses them any more. Disposing twice is harmless. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await this.programs.release();
  }

  private async step(scratch: Scratch, o: Optimiser): Promise<number> {
    const { m, v } = this.moments;
    const t = this.updates + 1;
    const gradNorm = await adamStep(await this.programs.adam(), { parameters: this.parameters, m, v }, scratch.next, scratch.sum, t, o);
    this.parameters.set(scratch.next.parameters);
    m.set(scratch.next.m);
    v.set(scratch.next.v);
    this.updates = t;
    return gradNorm;
  }

  private batches(sequences: readonly Sequence[], budget: number): Batch[] {
    sequences.forEach((s, i) => {
      if (s.prompt.length === 0 || s.response.length === 0)
        throw new Error(`Sequence ${i} needs a prompt and a response of at least one token.`);
      checkIds(s.prompt, this.config, `Prompt ${i}`);
      checkIds(s.response, this.config, `Response ${i}`);
    });
    const lengths = sequences.map((s) => s.prompt.length + s.response.length - 1);
    return plan(lengths, budget).map((rows) => sequenceBatch(sequences, rows));
  }

  private check(): void {
    if (this.disposed) throw new Error('This policy has been disposed.');
  }
}

/** Buffers of an update; nothing in them outlives it. */
interface Scratch {
  /** Gradient of one part of the batch, and tensors that view it by parameter. */
  part: Float32Array;
  gradients: Feeds;
  sum: Float32Array;
  next: AdamState;
}

function newScratch(config: ModelConfig): Scratch {
  const size = parameterCount(config);
  const part = new Float32Array(size);
  return { part, gradients: views(config, part, gradientOf), sum: new Float32Array(size), next: newAdamState(size) };
}

/** One tensor per parameter over a flat array. */
function views(config: ModelConfig, flat: Float32Array, name: (parameter: string) => string): Feeds {
  return Object.fromEntries(
    parameterLayout(config).map((p) => [name(p.name), floats(flat.subarray(p.offset, p.offset + p.size), p.shape)]),
  );
}

function accumulate(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
}

function collect(out: InferenceSession.OnnxValueMapType, batch: Batch, sequences: readonly Sequence[], into: Scores[]): void {
  const [logp, entropy] = [out.logp.data as Float32Array, out.entropy.data as Float32Array];
  batch.rows.forEach((i, b) => {
    const s = sequences[i];
    into[i] = { logp: gather(logp, batch, b, s), entropy: gather(entropy, batch, b, s) };
  });
}

/** The feeds a session declares: a graph has only the inputs its outputs depend on. */
function only(session: InferenceSession, feeds: Feeds): Feeds {
  return Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
}

const tokenInputs: readonly TokenInput[] = ['advantage', 'logpOld', 'logpRef'];

function tokenFeeds(batch: Batch, data: UpdateBatch): Feeds {
  const feeds: Feeds = { weight: spread(batch, data.sequences, (i) => data.weights[i]) };
  for (const name of tokenInputs) {
    const values = data[name];
    if (values) feeds[name] = spread(batch, data.sequences, (i, t) => values[i][t]);
  }
  return feeds;
}

function checkUpdate(data: UpdateBatch, objective: TokenObjective): void {
  const { sequences, weights } = data;
  if (sequences.length === 0) throw new Error('An update needs at least one sequence.');
  if (weights.length !== sequences.length) throw new Error(`${weights.length} weights for ${sequences.length} sequences.`);
  for (const name of objective.inputs) {
    const values = data[name];
    if (!values) throw new Error(`The objective ${objective.name} needs ${name} for every token.`);
    sequences.forEach((s, i) => {
      const got = values[i]?.length ?? 0;
      if (got !== s.response.length) throw new Error(`${name} of sequence ${i} has ${got} values for ${s.response.length} tokens.`);
    });
  }
}
