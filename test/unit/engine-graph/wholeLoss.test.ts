import { describe, expect, test } from 'vitest';
import { dpoObjective } from '../../../src/engine/methods/dpo.js';
import { likelihood } from '../../../src/engine/methods/likelihood.js';
import { squaredError } from '../../../src/engine/methods/ppo.js';
import { preference } from '../../../src/engine/methods/preference.js';
import { crossEntropy } from '../../../src/engine/methods/processReward.js';
import { surrogateObjective } from '../../../src/engine/methods/surrogate.js';
import type { TokenObjective } from '../../../src/engine/model/modelObjective.js';
import { parameterLayout, type Head } from '../../../src/engine/model/modelConfig.js';
import { positionFeeds } from '../../../src/engine/model/batch.js';
import {
  decodeGraph,
  gradientOf,
  keyOf,
  prefillGraph,
  scoreGraph,
  trainGraph,
  trainValueGraph,
  valueOf,
  type Outputs,
} from '../../../src/engine/model/graphs.js';
import { centralDifferences, compile64, numbers, type Values } from './float64.js';

const config = { vocabulary: 7, width: 12, layers: 2, heads: 2, hidden: 10 };
/** Two pairs of sequences. */
const [time, size] = [5, 4];
const dims = [time, size];
const tokens = [1, 2, 3, 4, 5, 6, 0, 2, 6, 3, 3, 1, 5, 0, 4, 6, 1, 2, 6, 0, 3, 5, 2, 4];

/** Every input of a scoring graph: weights, a batch of four sequences of six tokens, positions. */
function scoringFeeds(head: Head = 'tokens'): Record<string, Values> {
  const weights = parameterLayout(config, head).map(
    (p, i) => [p.name, { data: numbers(p.size, -0.7, 0.7, i), dims: [...p.shape] }] as const,
  );
  const positions = Object.entries(positionFeeds(config, time, size)).map(
    ([name, t]) =>
      [
        name,
        {
          data: Array.from(t.data as Float32Array, Number),
          dims: [...t.dims],
          ...(name === 'positions' ? { type: 'int64' as const } : {}),
        },
      ] as const,
  );
  return {
    ...Object.fromEntries(weights),
    ...Object.fromEntries(positions),
    ids: { data: tokens.slice(0, time * size), dims, type: 'int32' },
    targets: { data: tokens.slice(size), dims, type: 'int32' },
  };
}

/** Token inputs whose ratios lie well inside and well outside the clip range on both sides, with both signs of advantage. */
async function tokenFeeds(feeds: Record<string, Values>): Promise<Record<string, Values>> {
  const { logp } = await (await compile64(scoreGraph(config)))(feeds);
  const of = (f: (i: number) => number): Values => ({ data: logp.map((_, i) => (i < size ? 0 : f(i))), dims });
  const logRatios = [0.5, -0.5, 0.1, -0.1];
  return {
    response: of(() => 1),
    weight: of((i) => 0.05 + 0.01 * i),
    advantage: of((i) => (i % 3 === 0 ? -1.5 : 0.8)),
    logpOld: of((i) => logp[i] - logRatios[i % 4]),
    logpRef: of((i) => logp[i] + 0.3 * Math.sin(i)),
    label: of((i) => (i % 2 === 0 ? 1 : -1)),
    partner: { data: [1, 0, 3, 2], dims: [size], type: 'int64' },
  };
}

async function checkAgainstDifferences(graph: Outputs, feeds: Record<string, Values>, head: Head = 'tokens'): Promise<void> {
  const run = await compile64(graph);
  const analytic = await run(feeds);
  for (const p of parameterLayout(config, head)) {
    const elements = [...new Set(numbers(24, 0, p.size, p.offset + 1).map(Math.floor))];
    const numeric = await centralDifferences(run, feeds, p.name, elements);
    numeric.forEach((x, i) => expect(analytic[gradientOf(p.name)][elements[i]], `${p.name}[${elements[i]}]`).toBeCloseTo(x, 7));
    expect(Math.max(...numeric.map(Math.abs))).toBeGreaterThan(1e-4);
  }
}

const bothSides = { clip: { low: 0.2, high: 0.28 }, beta: 0.04, ratio: 'token', kl: 'k3' } as const;
const policyObjectives: Record<string, TokenObjective> = {
  likelihood,
  'PPO surrogate': surrogateObjective({ ...bothSides, beta: 0 }),
  'GRPO surrogate': surrogateObjective(bothSides),
  'GRPO surrogate with k1': surrogateObjective({ ...bothSides, kl: 'k1', beta: 0.5 }),
  'GRPO surrogate with k2': surrogateObjective({ ...bothSides, kl: 'k2', beta: 0.5 }),
  'GSPO surrogate, one ratio per sequence': surrogateObjective({ ...bothSides, clip: { low: 0.02, high: 0.3 }, ratio: 'sequence' }),
  DPO: dpoObjective(0.3),
};

describe('the gradient of a whole loss agrees with central differences for every parameter', () => {
  // Tokens lie on both sides of the clip range, with both signs of advantage.
  test.each(Object.keys(policyObjectives))('%s', async (name) => {
    const scoring = scoringFeeds();
    await checkAgainstDifferences(trainGraph(config, policyObjectives[name]), { ...scoring, ...(await tokenFeeds(scoring)) });
  });

  test.each([squaredError, preference, crossEntropy])('$name, of a scalar model', async (objective) => {
    const tokens = await tokenFeeds(scoringFeeds());
    await checkAgainstDifferences(trainValueGraph(config, objective), { ...scoringFeeds('scalar'), ...tokens }, 'scalar');
  });
});

test('decoding one token at a time gives the same distributions as reading all at once', async () => {
  const feeds = scoringFeeds();
  const whole = await (await compile64(prefillGraph(config)))(feeds);
  const decode = await compile64(decodeGraph(config));
  const row = size * config.width;
  const perStep = size * config.vocabulary;
  for (let t = 1; t < time; t++) {
    const step = (name: string, steps: number): Values => ({
      data: feeds[name].data.slice(t * size, (t + steps) * size),
      dims: [steps, size],
    });
    const past = Array.from({ length: config.layers }, (_, l) =>
      Object.entries({ [`layer${l}.keys`]: keyOf(l), [`layer${l}.values`]: valueOf(l) }).map(
        ([name, from]) =>
          [name, { data: whole[from].slice(0, t * row), dims: [t, size * config.heads, config.width / config.heads] }] as const,
      ),
    ).flat();
    const out = await decode({
      ...feeds,
      ...Object.fromEntries(past),
      ids: { ...step('ids', 1), type: 'int32' },
      positions: { ...step('positions', 1), type: 'int64' },
      padding: { data: new Array<number>(t * size).fill(0), dims: [t, size] },
    });
    out.logp.forEach((x, i) => expect(x).toBeCloseTo(whole.logp[t * perStep + i], 12));
    out[keyOf(1)].forEach((x, i) => expect(x).toBeCloseTo(whole[keyOf(1)][t * row + i], 12));
  }
});
