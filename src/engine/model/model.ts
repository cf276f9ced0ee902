import type { InferenceSession } from 'onnxruntime-node';
import {
  checkIds,
  floats,
  gather,
  partners,
  plan,
  planPairs,
  positionFeeds,
  sequenceBatch,
  spread,
  type Batch,
  type Feeds,
  type Sequence,
} from './batch.js';
import { parameterLayout, type Head, type ModelConfig } from './modelConfig.js';
import { gradientOf } from './graphs.js';
import { tokenInputs, type TokenInput } from './modelObjective.js';
import { adamStep, newAdamState, type AdamState, type Optimiser } from './optimiser.js';
import type { Programs } from './modelPrograms.js';

/** What one parameter update learns from; every list is aligned with `sequences`, per-token arrays with their responses. */
export interface UpdateBatch extends Partial<Record<TokenInput, readonly ArrayLike<number>[]>> {
  sequences: readonly Sequence[];
  /** Weight of each token of sequence i in the loss, e.g. 1/(N·|o_i|) for the mean over N outputs of their token means. */
  weights: ArrayLike<number>;
  /** 1 for each response token that is learned from, 0 for one that is not (a tool's output); all are when left out. */
  own?: readonly ArrayLike<number>[];
  /** Sequences 2i and 2i + 1 are pairs: an objective may then ask for what stands at the partner. */
  pairs?: boolean;
}

/** What an update found: outputs by name, per response token, before the parameter change. */
export interface Learned<Output extends string> {
  /** Σ weight · token loss. */
  loss: number;
  /** Global gradient norm before clipping. */
  gradNorm: number;
  /** In the order of the sequences. */
  outputs: Record<Output, Float32Array>[];
}

/** Padded tokens in one run of a graph: enough to keep the cores busy, few enough to keep activations near 100 MB. */
const trainBudget = 2048;
const scoreBudget = 8192;

/**
 * A transformer with a head, that reads sequences and learns, on the CPU.
 *
 * All state is in `parameters`, `moments` and `updates`: writing them back into a model of the same configuration and
 * thread count continues exactly (bitwise) where they were taken. Calls on models that share programs must not overlap.
 * While a graph runs the JavaScript thread is blocked: keep a model in a process of its own.
 */
export abstract class Model<Output extends string> {
  /** Weight matrices one after the other, in the order of `parameterLayout`. Its identity never changes. */
  readonly parameters: Float32Array;
  /** Adam's moments, laid out like `parameters`; made at the first update or restore, since frozen models need none. */
  get moments(): { readonly m: Float32Array; readonly v: Float32Array } {
    return (this.adam ??= { m: new Float32Array(this.parameters.length), v: new Float32Array(this.parameters.length) });
  }
  /** Updates made so far: Adam's t. */
  updates = 0;

  protected readonly weights: Feeds;
  private adam: { m: Float32Array; v: Float32Array } | undefined;
  private scratch: Scratch | undefined;
  private disposed = false;

  protected constructor(
    protected readonly programs: Programs,
    private readonly head: Head,
    private readonly outputs: readonly Output[],
    parameters: Float32Array,
  ) {
    this.parameters = parameters;
    this.weights = views(programs.config, head, parameters, (name) => name);
  }

  get config(): ModelConfig {
    return this.programs.config;
  }

  get threads(): number {
    return this.programs.threads;
  }

  /** Frees the compiled graphs when no other model uses them any more. Disposing twice is harmless. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await this.programs.release();
  }

  /** The outputs for every response token. */
  protected async read(session: InferenceSession, sequences: readonly Sequence[]): Promise<Record<Output, Float32Array>[]> {
    const found: Record<Output, Float32Array>[] = [];
    for (const batch of this.batches({ sequences }, scoreBudget)) {
      const feeds = { ...this.weights, ...batch.feeds, ...positionFeeds(this.config, batch.time, batch.rows.length) };
      this.collect(await session.run(only(session, feeds)), batch, sequences, found);
    }
    return found;
  }

  /** One AdamW step on Σ weight · objective. Large batches are run in parts and their gradients added. */
  protected async learn(session: InferenceSession, data: UpdateBatch, optimiser: Optimiser): Promise<Learned<Output>> {
    const scratch = (this.scratch ??= newScratch(this.config, this.head));
    const outputs: Record<Output, Float32Array>[] = [];
    let loss = 0;
    scratch.sum.fill(0);
    const fetches = Object.fromEntries(['loss', ...this.outputs].map((name) => [name, null]));
    for (const batch of this.batches(data, trainBudget)) {
      const feeds = {
        ...this.weights,
        ...batch.feeds,
        ...positionFeeds(this.config, batch.time, batch.rows.length),
        ...tokenFeeds(batch, data),
      };
      const out = await session.run(only(session, feeds), { ...fetches, ...scratch.gradients });
      loss += (out.loss.data as Float32Array)[0];
      accumulate(scratch.sum, scratch.part);
      this.collect(out, batch, data.sequences, outputs);
    }
    if (!Number.isFinite(loss)) throw new Error(`The loss is ${loss}: the parameters have diverged. Lower the learning rate.`);
    return { loss, gradNorm: await this.step(scratch, optimiser), outputs };
  }

  protected check(): void {
    if (this.disposed) throw new Error('This model has been disposed.');
  }

  private async step(scratch: Scratch, o: Optimiser): Promise<number> {
    const { m, v } = this.moments;
    const t = this.updates + 1;
    const session = await this.programs.adam(this.parameters.length);
    const gradNorm = await adamStep(session, { parameters: this.parameters, m, v }, scratch.next, scratch.sum, t, o);
    this.parameters.set(scratch.next.parameters);
    m.set(scratch.next.m);
    v.set(scratch.next.v);
    this.updates = t;
    return gradNorm;
  }

  private batches({ sequences, own, pairs }: Pick<UpdateBatch, 'sequences' | 'own' | 'pairs'>, budget: number): Batch[] {
    sequences.forEach((s, i) => {
      if (s.prompt.length === 0 || s.response.length === 0)
        throw new Error(`Sequence ${i} needs a prompt and a response of at least one token.`);
      checkIds(s.prompt, this.config, `Prompt ${i}`);
      checkIds(s.response, this.config, `Response ${i}`);
    });
    const lengths = sequences.map((s) => s.prompt.length + s.response.length - 1);
    return (pairs ? planPairs : plan)(lengths, budget).map((rows) => sequenceBatch(sequences, rows, own));
  }

  private collect(
    out: InferenceSession.OnnxValueMapType,
    batch: Batch,
    sequences: readonly Sequence[],
    into: Record<Output, Float32Array>[],
  ): void {
    batch.rows.forEach((i, b) => {
      const of = (name: Output) => gather(out[name].data as Float32Array, batch, b, sequences[i]);
      into[i] = Object.fromEntries(this.outputs.map((name) => [name, of(name)])) as Record<Output, Float32Array>;
    });
  }
}

/** Throws unless a batch has all that an objective asks for. */
export function checkUpdate(data: UpdateBatch, objective: { name: string; inputs: readonly TokenInput[] }): void {
  const { sequences, weights, own, pairs } = data;
  if (sequences.length === 0) throw new Error('An update needs at least one sequence.');
  if (weights.length !== sequences.length) throw new Error(`${weights.length} weights for ${sequences.length} sequences.`);
  if (pairs && sequences.length % 2 === 1) throw new Error(`${sequences.length} sequences are no pairs.`);
  const aligned = (values: readonly ArrayLike<number>[], name: string) =>
    sequences.forEach((s, i) => {
      const got = values[i]?.length ?? 0;
      if (got !== s.response.length) throw new Error(`${name} of sequence ${i} has ${got} values for ${s.response.length} tokens.`);
    });
  for (const name of objective.inputs) {
    const values = data[name];
    if (!values) throw new Error(`The objective ${objective.name} needs ${name} for every token.`);
    aligned(values, name);
  }
  if (own) aligned(own, 'own');
}

/** Buffers of an update; nothing in them outlives it. */
interface Scratch {
  /** Gradient of one part of the batch, and tensors that view it by parameter. */
  part: Float32Array;
  gradients: Feeds;
  sum: Float32Array;
  next: AdamState;
}

function newScratch(config: ModelConfig, head: Head): Scratch {
  const size = parameterLayout(config, head).reduce((n, p) => n + p.size, 0);
  const part = new Float32Array(size);
  return { part, gradients: views(config, head, part, gradientOf), sum: new Float32Array(size), next: newAdamState(size) };
}

/** One tensor per parameter over a flat array. */
function views(config: ModelConfig, head: Head, flat: Float32Array, name: (parameter: string) => string): Feeds {
  return Object.fromEntries(
    parameterLayout(config, head).map((p) => [name(p.name), floats(flat.subarray(p.offset, p.offset + p.size), p.shape)]),
  );
}

function accumulate(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
}

/** The feeds a session declares: a graph has only the inputs its outputs depend on. */
function only(session: InferenceSession, feeds: Feeds): Feeds {
  return Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
}

function tokenFeeds(batch: Batch, data: UpdateBatch): Feeds {
  const { own } = data;
  const weight = spread(batch, data.sequences, (i, t) => data.weights[i] * (own ? own[i][t] : 1));
  const feeds: Feeds = { weight, ...(data.pairs && { partner: partners(batch.rows.length) }) };
  for (const name of tokenInputs) {
    const values = data[name];
    if (values) feeds[name] = spread(batch, data.sequences, (i, t) => values[i][t]);
  }
  return feeds;
}
