/** What a person chooses on the planner, how it is kept, and the plan it makes. Pure. */
import { z } from 'zod';
import { factsOf, memoryMethods, type MemoryMethod } from '../../src/core/methods.js';
import { architectures, deriveArchitecture, parameterCount, type Architecture } from '../../src/core/architecture.js';
import { dtypes, optimisers, recomputations, type MemoryPlan } from '../../src/core/memory.js';
import type { PlannedExperiment } from '../../src/contracts/planner.js';

export type PolicyName = keyof typeof architectures;
export const policies = [...(Object.keys(architectures) as PolicyName[]), 'custom'] as const;
/** Sizes of devices in GB as they are sold, about what their drivers report in GiB. */
export const deviceSizes = [24, 40, 80, 141] as const;

/** Bounds of what is typed in, both included. */
export const bounds = {
  devices: [1, 65_536],
  length: [1, 10_000_000],
  microBatch: [1, 65_536],
  sequences: [1, 1_000_000],
} as const;
export type NumberChoice = keyof typeof bounds;

const whole = (key: NumberChoice) => z.number().int().min(bounds[key][0]).max(bounds[key][1]);

export const choicesSchema = z.object({
  policy: z.enum(policies),
  /** Parameters of a custom policy. */
  custom: z.number().min(1e4).max(1e14),
  method: z.enum(memoryMethods),
  rewardModel: z.boolean(),
  reference: z.boolean(),
  dtype: z.enum(dtypes),
  optimiser: z.enum(optimisers),
  masterWeights: z.boolean(),
  zero: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  devices: whole('devices'),
  length: whole('length'),
  microBatch: whole('microBatch'),
  recomputation: z.enum(recomputations),
  sampler: z.enum(['same', 'separate']),
  sequences: whole('sequences'),
  device: z.union(deviceSizes.map((size) => z.literal(size))),
});
export type Choices = z.output<typeof choicesSchema>;

/** The paper's policy and reward model on a node of eight. */
export const plainChoices: Choices = {
  ...{ policy: 'DeepSeekMath 7B', custom: 7e9, method: 'grpo', rewardModel: true, reference: true },
  ...{ dtype: 'bf16', optimiser: 'adamw', masterWeights: true, zero: 3, devices: 8 },
  ...{ length: 2048, microBatch: 4, recomputation: 'layers', sampler: 'same', sequences: 32, device: 80 },
};

/** The choices that an experiment makes; what it leaves open stays as it was. */
export function choicesOf(experiment: PlannedExperiment, before: Choices): Choices {
  const { preset, embedded, reference, rewardModel, sequences, batch, maxTokens } = experiment;
  const method = methodOf(experiment.method);
  const policy = policies.find((p) => p === preset);
  return {
    ...before,
    ...(embedded && embeddedTrainer),
    rewardModel,
    ...(policy && { policy }),
    ...(method && { method }),
    ...(reference !== null && { reference }),
    ...(sequences !== null && { sequences: within('sequences', sequences) }),
    ...(batch !== null && embedded && { microBatch: within('microBatch', batch) }),
    length: within('length', maxTokens),
  };
}

const embeddedTrainer = {
  ...{ dtype: 'fp32', optimiser: 'adamw', masterWeights: false, zero: 0, devices: 1 },
  ...{ recomputation: 'none', sampler: 'same' },
} as const satisfies Partial<Choices>;

/** @param name as an experiment's file calls it */
const methodOf = (name: string): MemoryMethod | undefined => factsOf(name)?.memory ?? undefined;

export function within(key: NumberChoice, value: number): number {
  const [low, high] = bounds[key];
  return Math.min(high, Math.max(low, Math.round(value)));
}

/** A policy's size: of a custom one the parameters as typed, with an architecture that fits them. */
export function sizeOf({ policy, custom }: Choices): { parameters: number; architecture: Architecture } {
  if (policy === 'custom') return { parameters: custom, architecture: deriveArchitecture(custom) };
  return { parameters: parameterCount(architectures[policy]), architecture: architectures[policy] };
}

/** @param method to be planned; the one that was chosen, or one to compare it with */
export const planOf = (choices: Choices, method: MemoryMethod = choices.method): MemoryPlan => ({
  ...choices,
  ...sizeOf(choices),
  method,
});

/** `7B`, `1.3 b`, `350M`, `7e9`, `7,000,000,000`. @returns undefined when it is no number of parameters */
export function parseParameters(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?(?:e\d{1,2})?)\s*([kmbt]?)$/i.exec(text.replaceAll(',', '').trim());
  if (!m) return undefined;
  const number = Number(m[1]) * 1000 ** ['', 'k', 'm', 'b', 't'].indexOf(m[2].toLowerCase());
  return choicesSchema.shape.custom.safeParse(number).data;
}

/** A whole number within bounds. @returns undefined when it is none */
export function parseNumber(key: NumberChoice, text: string): number | undefined {
  return /^[\d,\s]+$/.test(text) ? whole(key).safeParse(Number(text.replaceAll(/[,\s]/g, ''))).data : undefined;
}
