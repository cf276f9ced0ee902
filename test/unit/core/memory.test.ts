import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memoryMethods } from '../../../src/core/methods.js';
import { deriveArchitecture } from '../../../src/core/architecture.js';
import {
  dtypes,
  memoryParts,
  optimisers,
  peak,
  peakTurn,
  recomputations,
  residentParameters,
  symbolValues,
  type MemoryPart,
  type MemoryPlan,
  type PartKind,
} from '../../../src/core/memory.js';
import { aPlan } from '../../builders/aPlan.js';

const modelStates: PartKind[] = ['weights', 'gradients', 'master', 'moments'];
const GB = 1e9;

/** Bytes on each device of the parts of some kinds. */
const bytesOf = (parts: MemoryPart[], kinds: PartKind[]): number =>
  parts.filter((p) => kinds.includes(p.kind)).reduce((sum, p) => sum + p.perDevice, 0);
const only = (plan: MemoryPlan, kind: PartKind): MemoryPart => memoryParts(plan).find((p) => p.kind === kind)!;

test('the paper’s count comes out: 28B parameters for PPO on a 7B policy, 21B for GRPO, a quarter less', () => {
  expect(residentParameters(aPlan({ method: 'ppo' }))).toBe(28e9);
  expect(residentParameters(aPlan({ method: 'grpo' }))).toBe(21e9);
});

// ZeRO (arXiv 1910.02054), figure 1 (64 devices) and table 1 (4 devices): model states of 7.5B parameters, Adam in mixed precision.
test.each([
  [64, [120, 31.4, 16.6, 1.9]],
  [4, [120, 52.5, 41.3, 30]],
])('ZeRO over %i devices leaves what its paper says of 120 GB', (devices, expected) => {
  const found = ([0, 1, 2, 3] as const).map((zero) =>
    bytesOf(memoryParts(aPlan({ method: 'sft', parameters: 7.5e9, zero, devices })), modelStates),
  );
  expect(found.map((bytes) => Number((bytes / GB).toFixed(1)))).toEqual(expected);
});

// Korthikanti et al. (arXiv 2205.05198), section 5: 5as/h is 80 for GPT-3 and 64 for MT-NLG; recomputing the attention saves 70 % and 65 %.
test.each([
  ['GPT-3 175B', { layers: 96, width: 12_288, heads: 96 }, 80, 0.7],
  ['MT-NLG 530B', { layers: 105, width: 20_480, heads: 128 }, 64, 0.65],
])('activations of %s', (_, shape, attention, saved) => {
  const architecture = { ...shape, kvHeads: shape.heads, hidden: 4 * shape.width, vocabulary: 51_200, block: 'plain' as const };
  const [all, recomputed, full] = recomputations.map((recomputation) =>
    only(aPlan({ method: 'sft', architecture, length: 2048, microBatch: 1, recomputation }), 'activations'),
  );
  const sbh = 2048 * shape.width;
  expect(all.whole / (shape.layers * sbh)).toBe(34 + attention);
  expect(1 - recomputed.whole / all.whole).toBeCloseTo(saved, 2);
  expect(full.whole).toBe(sbh * (2 * shape.layers + 34));
});

test('a token of OPT 13B takes 800 KiB of KV cache (vLLM, arXiv 2309.06180), one of Llama 3.1 8B 128 KiB', () => {
  const opt = { layers: 40, width: 5120, heads: 40, kvHeads: 40, hidden: 20_480, vocabulary: 50_272, block: 'plain' as const };
  const llama = { layers: 32, width: 4096, heads: 32, kvHeads: 8, hidden: 14_336, vocabulary: 128_256, block: 'llama' as const };
  const perToken = [opt, llama].map((architecture) => only(aPlan({ architecture, length: 1, sequences: 1 }), 'cache').whole / 1024);
  expect(perToken).toEqual([800, 128]);
});

test('16 bytes for each parameter in mixed precision with Adam, the same in fp32, 6 and a little with 8-bit Adam and no master weights', () => {
  const perParameter = (change: Partial<MemoryPlan>): number =>
    bytesOf(memoryParts(aPlan({ method: 'sft', ...change })), modelStates) / 7e9;
  expect(perParameter({})).toBe(16);
  expect(perParameter({ dtype: 'fp32' })).toBe(16);
  expect(perParameter({ optimiser: 'adam8bit', masterWeights: false })).toBeCloseTo(6.004, 3);
  expect(perParameter({ optimiser: 'sgd', masterWeights: false })).toBe(4);
});

test('activations and a cache that is freed take turns; a sampler of its own keeps its cache and a copy of the weights', () => {
  const shared = memoryParts(aPlan());
  const cache = bytesOf(shared, ['cache']);
  const update = bytesOf(shared, ['activations', 'logits']);
  expect(peak(shared, 'perDevice')).toBe(bytesOf(shared, modelStates) + Math.max(cache, update));
  expect(peakTurn(shared)).toBe('sampling');
  expect(peakTurn(memoryParts(aPlan({ sequences: 1 })))).toBe('policy');
  const apart = memoryParts(aPlan({ sampler: 'separate' }));
  expect(peak(apart, 'perDevice')).toBe(bytesOf(apart, modelStates) + 14 * GB + cache + update);
});

test('PPO updates policy and critic one after the other', () => {
  const parts = memoryParts(aPlan({ method: 'ppo', sequences: 1 }));
  expect(parts.filter((p) => p.kind === 'activations').map((p) => p.turn)).toEqual(['policy', 'critic']);
  expect(peak(parts, 'perDevice')).toBe(bytesOf(parts, modelStates) + bytesOf(parts, ['activations']) / 2 + bytesOf(parts, ['logits']));
});

const plans = fc.record({
  method: fc.constantFrom(...memoryMethods),
  rewardModel: fc.boolean(),
  reference: fc.boolean(),
  dtype: fc.constantFrom(...dtypes),
  optimiser: fc.constantFrom(...optimisers),
  masterWeights: fc.boolean(),
  zero: fc.constantFrom(0, 1, 2, 3),
  devices: fc.integer({ min: 1, max: 4096 }),
  length: fc.integer({ min: 1, max: 100_000 }),
  microBatch: fc.integer({ min: 1, max: 64 }),
  recomputation: fc.constantFrom(...recomputations),
  sampler: fc.constantFrom('same', 'separate'),
  sequences: fc.integer({ min: 1, max: 4096 }),
}) as fc.Arbitrary<Omit<MemoryPlan, 'parameters' | 'architecture'>>;
const size = fc.double({ min: 1e5, max: 1e12, noNaN: true });
const planOf = (rest: Omit<MemoryPlan, 'parameters' | 'architecture'>, parameters: number): MemoryPlan => ({
  ...rest,
  parameters,
  architecture: deriveArchitecture(parameters),
});

test('what a formula says is what was counted', () => {
  fc.assert(
    fc.property(plans, size, (rest, parameters) => {
      const plan = planOf(rest, parameters);
      for (const { formula, whole } of memoryParts(plan)) expect(evaluate(formula, symbolValues(plan)) / whole).toBeCloseTo(1, 12);
    }),
  );
});

test('sharding over N devices divides what is sharded by N and leaves the rest', () => {
  fc.assert(
    fc.property(plans, size, (rest, parameters) => {
      for (const p of memoryParts(planOf(rest, parameters))) expect(p.perDevice).toBe(p.sharded ? p.whole / rest.devices : p.whole);
    }),
  );
});

test('more parameters, more sequences or longer ones never take less; a higher stage of ZeRO never more', () => {
  const onDevice = (plan: MemoryPlan): number => peak(memoryParts(plan), 'perDevice');
  fc.assert(
    fc.property(plans, size, size, (rest, a, b) => {
      const plan = planOf(rest, Math.min(a, b));
      const before = onDevice(plan);
      expect(onDevice(planOf(rest, Math.max(a, b)))).toBeGreaterThanOrEqual(before);
      for (const key of ['length', 'sequences', 'microBatch'] as const)
        expect(onDevice({ ...plan, [key]: plan[key] + 1 })).toBeGreaterThanOrEqual(before);
      if (plan.zero < 3) expect(onDevice({ ...plan, zero: (plan.zero + 1) as MemoryPlan['zero'] })).toBeLessThanOrEqual(before);
    }),
  );
});

test('GRPO never takes more than PPO', () => {
  fc.assert(
    fc.property(plans, size, (rest, parameters) => {
      const [ppo, grpo] = (['ppo', 'grpo'] as const).map((method) => peak(memoryParts(planOf({ ...rest, method }, parameters)), 'whole'));
      expect(grpo).toBeLessThan(ppo);
    }),
  );
});

/** Sums, products and quotients of numbers and letters, with brackets. */
function evaluate(formula: string, values: Record<string, number>): number {
  const tokens = formula.match(/[\d.]+|[A-Za-z]|[()+·/]/g) ?? [];
  const atom = (): number => {
    const token = tokens.shift()!;
    if (token !== '(') return /\d/.test(token) ? Number(token) : values[token];
    const inner = sum();
    tokens.shift();
    return inner;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[0] === '·' || tokens[0] === '/') value = tokens.shift() === '·' ? value * atom() : value / atom();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[0] === '+') {
      tokens.shift();
      value += product();
    }
    return value;
  };
  return sum();
}
