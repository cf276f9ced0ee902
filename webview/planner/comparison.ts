/** What the planner shows: a bar for each method with its parts, on one scale with the device. Pure. */
import type { MemoryMethod } from '../../src/core/methods.js';
import type { Model } from '../../src/core/methods.js';
import { largest } from '../../src/core/extremes.js';
import {
  memoryParts,
  peak,
  peakTurn,
  residentParameters,
  type MemoryPart,
  type MemoryPlan,
  type PartKind,
  type Turn,
} from '../../src/core/memory.js';
import { planOf, type Choices } from './plannerChoices.js';

export const modelLabel: Record<Model, string> = { policy: 'Policy', reference: 'Reference', reward: 'Reward model', critic: 'Critic' };
export const kindLabel: Record<PartKind, string> = {
  ...{
    weights: 'weights',
    gradients: 'gradients',
    master: 'fp32 weights',
    moments: 'moments',
    activations: 'activations',
    logits: 'logits',
  },
  ...{ sampler: 'copy of the weights', cache: 'KV cache' },
};

/** Whose a part is, on the page: a model's, or the sampler's. */
export type Owner = Model | 'sampler';
export const ownerLabel: Record<Owner, string> = { ...modelLabel, sampler: 'Sampler' };
export const ownerOf = ({ model, kind }: MemoryPart): Owner => (kind === 'cache' || kind === 'sampler' ? 'sampler' : model);

export interface Bar {
  method: MemoryMethod;
  plan: MemoryPlan;
  parts: MemoryPart[];
  /** Parts by owner, in the order of the bar. */
  owners: { owner: Owner; parts: MemoryPart[] }[];
  /** Resident parameters of all models. */
  parameters: number;
  /** Bytes at the peak: on each device, and what a single device would hold. */
  perDevice: number;
  whole: number;
  /** When the peak is; parts of other turns are not in it. */
  turn: Turn | undefined;
}

/** Bytes of the parts that are held at the peak. */
export const bytesInPeak = (bar: Bar, parts: readonly MemoryPart[], bytes: 'whole' | 'perDevice'): number =>
  parts.reduce((sum, p) => sum + (inPeak(bar, p) ? p[bytes] : 0), 0);

export const inPeak = (bar: Bar, part: MemoryPart): boolean => part.turn === undefined || part.turn === bar.turn;

/** PPO and GRPO, and the chosen method when it is another. */
export function compared(choices: Choices): Bar[] {
  const methods: MemoryMethod[] = ['ppo', 'grpo'];
  if (!methods.includes(choices.method)) methods.push(choices.method);
  return methods.map((method) => barOf(choices, method));
}

export function barOf(choices: Choices, method: MemoryMethod): Bar {
  const plan = planOf(choices, method);
  const parts = memoryParts(plan);
  const owners = [...new Set(parts.map(ownerOf))].map((owner) => ({ owner, parts: parts.filter((p) => ownerOf(p) === owner) }));
  return {
    ...{ method, plan, parts, owners, parameters: residentParameters(plan), turn: peakTurn(parts) },
    ...{ perDevice: peak(parts, 'perDevice'), whole: peak(parts, 'whole') },
  };
}

const GiB = 2 ** 30;
/** Bytes of a device that is sold as so many GB. */
export const deviceBytes = (size: number): number => size * GiB;

export interface Scale {
  /** Bytes at the right end. */
  end: number;
  /** Where the device's memory ends, as a share of the scale; null when it lies far outside, so that bars would be slivers. */
  device: number | null;
}

/** Bars and device on one scale, unless the device is more than five times the longest bar. */
export function scaleOf(bars: readonly Bar[], device: number): Scale {
  const longest = largest(bars.map((b) => b.perDevice));
  const limit = deviceBytes(device);
  if (limit > 5 * longest) return { end: longest, device: null };
  const end = Math.max(longest, limit) * 1.02;
  return { end, device: limit / end };
}

/** How much less of something: 0.25 for 21 against 28. */
export const less = (of: number, than: number): number => 1 - of / than;

/** A formula with numbers for letters. @param text how a number is written */
export const filled = (formula: string, values: Readonly<Record<string, number>>, text: (n: number) => string): string =>
  formula.replace(/[A-Za-z]/g, (letter) => (letter in values ? text(values[letter]) : letter));
