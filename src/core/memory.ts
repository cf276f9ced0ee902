/** What must be resident in a device's memory to train a policy, part by part, each with its formula. */
import type { MemoryMethod } from './methods.js';
import type { Model } from './methods.js';
import { largest } from './extremes.js';
import type { Architecture } from './architecture.js';
import { residents, samplesOnline, type ResidentChoices } from './residents.js';

export const dtypes = ['bf16', 'fp32'] as const;
export type Dtype = (typeof dtypes)[number];
export const optimisers = ['adamw', 'adam8bit', 'sgd'] as const;
export type Optimiser = (typeof optimisers)[number];
export const recomputations = ['none', 'attention', 'layers'] as const;
export type Recomputation = (typeof recomputations)[number];
export type ZeroStage = 0 | 1 | 2 | 3;

export interface MemoryPlan extends ResidentChoices {
  method: MemoryMethod;
  /** Number of the policy's parameters; reference, reward model and critic are as large. */
  parameters: number;
  architecture: Architecture;
  dtype: Dtype;
  optimiser: Optimiser;
  /** A copy of the weights in fp32 that the optimiser updates; only beside bf16 weights. */
  masterWeights: boolean;
  zero: ZeroStage;
  devices: number;
  /** Tokens of a sequence, prompt and output together. */
  length: number;
  /** Sequences of one forward and backward pass, per device. */
  microBatch: number;
  recomputation: Recomputation;
  /** same: the policy's own weights sample, and the KV cache is freed before the update. separate: a sampler with its own copy of them. */
  sampler: 'same' | 'separate';
  /** Sequences sampled at once, per device. */
  sequences: number;
}

export type PartKind = 'weights' | 'gradients' | 'master' | 'moments' | 'activations' | 'logits' | 'sampler' | 'cache';

export interface MemoryPart {
  model: Model;
  kind: PartKind;
  /** Bytes before sharding: what a single device would hold. */
  whole: number;
  /** Bytes on each device. */
  perDevice: number;
  /** How `whole` is computed, in the letters of `symbols`: `L·s·b·h·(34 + 5·a·s/h)`. */
  formula: string;
  sharded: boolean;
  /**
   * The phase in which it is held. Afterwards it is freed, so that parts of different turns use the same memory. Undefined: it is always
   * held.
   */
  turn: Turn | undefined;
}
/** A phase of training with memory of its own: sampling, or the forward and backward pass of one model. */
export type Turn = 'sampling' | Model;

/** What the letters of formulas stand for. */
export const symbols = {
  P: 'parameters',
  L: 'layers',
  h: 'width',
  a: 'heads',
  k: 'heads of keys and values',
  V: 'vocabulary',
  s: 'tokens of a sequence',
  b: 'sequences of a micro-batch',
  n: 'sequences sampled at once',
} as const;
export type Symbol = keyof typeof symbols;

export const symbolValues = ({ parameters, architecture, length, microBatch, sequences }: MemoryPlan): Record<Symbol, number> => ({
  P: parameters,
  L: architecture.layers,
  h: architecture.width,
  a: architecture.heads,
  k: architecture.kvHeads,
  V: architecture.vocabulary,
  s: length,
  b: microBatch,
  n: sequences,
});

const bytesOf: Record<Dtype, number> = { bf16: 2, fp32: 4 };

/** Every part that a plan needs, model by model, in the order policy, reference, reward model, critic; the sampler's last. */
export function memoryParts(plan: MemoryPlan): MemoryPart[] {
  const parts = residents(plan.method, plan).flatMap(({ model, trained }) => [
    weights(plan, model),
    ...(trained ? [...states(plan, model), activations(plan, model), ...(model === 'policy' ? [logits(plan)] : [])] : []),
  ]);
  return samplesOnline(plan.method) ? [...parts, ...sampling(plan)] : parts;
}

/** Parameters of all models that are resident: the count of DeepSeekMath (arXiv 2402.03300), section 4.1.1. */
export const residentParameters = (plan: MemoryPlan): number => residents(plan.method, plan).length * plan.parameters;

/** The most memory held at one time, in bytes: the parts that are always held and the largest of the turns. */
export function peak(parts: readonly MemoryPart[], bytes: 'whole' | 'perDevice'): number {
  const always = sum(parts.filter((p) => p.turn === undefined).map((p) => p[bytes]));
  const turns = new Map<Turn, number>();
  for (const p of parts) if (p.turn !== undefined) turns.set(p.turn, (turns.get(p.turn) ?? 0) + p[bytes]);
  return always + largest(turns.values(), 0);
}

/** The turn in which the peak falls. */
export function peakTurn(parts: readonly MemoryPart[]): Turn | undefined {
  const turns = [...new Set(parts.map((p) => p.turn))].filter((t) => t !== undefined);
  const bytesIn = (turn: Turn): number => sum(parts.filter((p) => p.turn === turn).map((p) => p.perDevice));
  return turns.sort((x, y) => bytesIn(y) - bytesIn(x)).at(0);
}

/**
 * Sharding over N data-parallel devices: ZeRO-1 splits the optimiser's states (fp32 weights among them), ZeRO-2 the gradients too,
 * ZeRO-3 also the weights, of frozen models as well.
 * Source: ZeRO (arXiv 1910.02054), section 5 and figure 1: 2Ψ + 2Ψ + KΨ bytes, K = 12 for Adam in mixed precision.
 */
function part(plan: MemoryPlan, model: Model, kind: PartKind, whole: number, formula: string, turn?: Turn): MemoryPart {
  const from: Partial<Record<PartKind, ZeroStage>> = { moments: 1, master: 1, gradients: 2, weights: 3 };
  const sharded = plan.zero >= (from[kind] ?? Infinity) && plan.devices > 1;
  return { model, kind, whole, perDevice: sharded ? whole / plan.devices : whole, formula, sharded, turn };
}

function weights(plan: MemoryPlan, model: Model): MemoryPart {
  const width = bytesOf[plan.dtype];
  return part(plan, model, 'weights', plan.parameters * width, `P·${width}`);
}

/**
 * Gradients in the type of the weights; fp32 master weights; the optimiser's moments: two in fp32 for AdamW, two of one byte with one fp32 scale
 * for each block of 2,048 numbers for 8-bit Adam (arXiv 2110.02861, section 2), none for SGD without momentum.
 */
function states(plan: MemoryPlan, model: Model): MemoryPart[] {
  const { parameters: P, dtype } = plan;
  const width = bytesOf[dtype];
  const parts = [part(plan, model, 'gradients', P * width, `P·${width}`)];
  if (plan.masterWeights && dtype !== 'fp32') parts.push(part(plan, model, 'master', P * 4, 'P·4'));
  if (plan.optimiser === 'adamw') parts.push(part(plan, model, 'moments', P * 8, 'P·(4 + 4)'));
  if (plan.optimiser === 'adam8bit') parts.push(part(plan, model, 'moments', P * (2 + 8 / 2048), 'P·(1 + 1 + 8/2048)'));
  return parts;
}

/**
 * What the backward pass needs of the forward pass, in 16-bit numbers with masks of one byte: sbh (34 + 5as/h) bytes for each layer. With the
 * attention recomputed (as fused kernels do) 34sbh, with whole layers recomputed 2sbh for each and 34sbh for the one at work.
 * In fp32 all but the masks (2sbh, and 1as²b of the attention) doubles. Counted for a feed-forward layer of 4h; a gated one of 8h/3 is close to it.
 * Source: Korthikanti et al. (arXiv 2205.05198), section 4.1 (equation 2 at t = 1) and table 2.
 */
function activations(plan: MemoryPlan, model: Model): MemoryPart {
  const { length: s, microBatch: b, architecture, dtype, recomputation } = plan;
  const { layers: L, width: h, heads: a } = architecture;
  const [linear, attention, input] = dtype === 'bf16' ? [34, 5, 2] : [66, 9, 4];
  switch (recomputation) {
    case 'none':
      return part(
        plan,
        model,
        'activations',
        L * s * b * h * (linear + (attention * a * s) / h),
        `L·s·b·h·(${linear} + ${attention}·a·s/h)`,
        model,
      );
    case 'attention':
      return part(plan, model, 'activations', L * s * b * h * linear, `L·s·b·h·${linear}`, model);
    case 'layers':
      return part(plan, model, 'activations', s * b * h * (input * L + linear), `s·b·h·(${input}·L + ${linear})`, model);
  }
}

/**
 * The last norm, the output layer's input and the logits in fp32: 4sbh (1 + V/h) bytes in mixed precision.
 * Source: Korthikanti et al. (arXiv 2205.05198), section 4.3.
 */
function logits(plan: MemoryPlan): MemoryPart {
  const { length: s, microBatch: b, architecture, dtype } = plan;
  const { width: h, vocabulary: V } = architecture;
  const inputs = dtype === 'bf16' ? 4 : 8;
  return part(plan, 'policy', 'logits', s * b * (inputs * h + 4 * V), `s·b·(${inputs}·h + 4·V)`, 'policy');
}

/**
 * Keys and values of every layer and token: 2 · L · (h/a · k) numbers per token; and the copy of the weights of a sampler beside the trainer,
 * which is not sharded.
 * Source: vLLM (arXiv 2309.06180), section 3: 800 KB per token of a 13B model.
 */
function sampling(plan: MemoryPlan): MemoryPart[] {
  const { architecture, length: s, sequences: n, dtype, parameters: P } = plan;
  const { layers: L, width: h, heads: a, kvHeads: k } = architecture;
  const width = bytesOf[dtype];
  const own = plan.sampler === 'separate';
  const cache = part(plan, 'policy', 'cache', n * s * 2 * L * (h / a) * k * width, `n·s·2·L·h/a·k·${width}`, own ? undefined : 'sampling');
  return own ? [part(plan, 'policy', 'sampler', P * width, `P·${width}`), cache] : [cache];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
