import {
  add,
  append,
  div,
  entropy,
  gradients,
  Graph,
  matmul,
  min,
  mul,
  oneHot,
  onlyLast,
  reshape,
  softmax,
  sqrt,
  sub,
  sum,
  sumAll,
  swapLast,
  transpose,
  withoutLast,
} from '../graph/index.js';
import type { Node } from '../graph/index.js';
import { parameterLayout, type ModelConfig } from './config.js';
import type { TokenInput, TokenObjective } from './objective.js';
import { causalAttention, headsFirst, logProbabilities, positionInputs, weightInputs } from './transformer.js';

export type Outputs = Record<string, Node>;

/** log π of each target token and the entropy of the distribution it was drawn from, both [T, B]. */
function scoring(g: Graph, config: ModelConfig) {
  const weights = weightInputs(g, config);
  const mask = g.input('mask', ['T', 'T']);
  const logp = logProbabilities(
    config,
    weights,
    g.input('ids', ['T', 'B'], 'int32'),
    positionInputs(g, config, 'T'),
    causalAttention(mask),
  );
  const picked = mul(logp, oneHot(g.input('targets', ['T', 'B'], 'int32'), config.vocabulary));
  const perToken = (x: Node) => reshape(x, ['T', 'B']);
  return { weights, logp: perToken(sum(picked, [2])), entropy: perToken(entropy(logp)) };
}

export function scoreGraph(config: ModelConfig): Outputs {
  const { logp, entropy } = scoring(new Graph(), config);
  return { logp, entropy };
}

/** Name of a parameter's gradient among the outputs of the train graph. */
export const gradientOf = (parameter: string): string => `${parameter}.gradient`;

/**
 * Loss Σ weight · objective over tokens, and its gradient for every parameter.
 * Inputs beside the scoring ones: weight [T, B] (0 outside responses) and the objective's own.
 */
export function trainGraph(config: ModelConfig, objective: TokenObjective): Outputs {
  const g = new Graph();
  const scores = scoring(g, config);
  const weight = g.input('weight', ['T', 'B']);
  const input = (name: TokenInput) => g.input(name, ['T', 'B']);
  const inputs = { advantage: input('advantage'), logpOld: input('logpOld'), logpRef: input('logpRef') };
  const response = g.input('response', ['T', 'B']);
  // Outside the responses log π_θ is set to 0 like the inputs, so that no ratio overflows there.
  const loss = sumAll(mul(objective.loss({ logp: mul(scores.logp, response), ...inputs }), weight));
  const names = parameterLayout(config).map((p) => p.name);
  const slopes = gradients(
    loss,
    names.map((name) => scores.weights[name]),
  );
  return {
    loss,
    logp: scores.logp,
    entropy: scores.entropy,
    ...Object.fromEntries(names.map((name, i) => [gradientOf(name), slopes[i]])),
  };
}

export const keyOf = (layer: number): string => `layer${layer}.newKey`;
export const valueOf = (layer: number): string => `layer${layer}.newValue`;

/** Whole prompts at once: log-probabilities after each token [T, B, vocabulary], and keys and values [T, B·heads, d] for the cache. */
export function prefillGraph(config: ModelConfig): Outputs {
  const g = new Graph();
  const rows: Outputs = {};
  const attend = causalAttention(g.input('mask', ['T', 'T']));
  const logp = logProbabilities(
    config,
    weightInputs(g, config),
    g.input('ids', ['T', 'B'], 'int32'),
    positionInputs(g, config, 'T'),
    (q, k, v, l) => {
      rows[keyOf(l)] = k;
      rows[valueOf(l)] = v;
      return attend(q, k, v, l);
    },
  );
  return { logp, ...rows };
}

/**
 * One token per row: log-probabilities [1, B, vocabulary] and the new key and value rows [1, B·heads, d] of each layer.
 * The cache goes in as T past rows and never comes out: copying it would cost more than the step.
 * Input `padding` [T, B] is 0, or very negative where a shorter prompt's row holds nothing.
 */
export function decodeGraph(config: ModelConfig): Outputs {
  const g = new Graph();
  const d = config.width / config.heads;
  const { heads } = config;
  const rows: Outputs = {};
  const padding = reshape(transpose(g.input('padding', ['T', 'B']), [1, 0]), ['B', 1, 'T']);
  const past = (name: string) => headsFirst(g.input(name, ['T', 'B*heads', d]));
  const attend = (q: Node, k: Node, v: Node, l: number): Node => {
    rows[keyOf(l)] = k;
    rows[valueOf(l)] = v;
    const query = headsFirst(q);
    const toPast = reshape(matmul(query, swapLast(past(`layer${l}.keys`))), ['B', heads, 'T']);
    const toSelf = reshape(sum(mul(query, headsFirst(k)), [2]), ['B', heads, 1]);
    const p = softmax(append(add(toPast, padding), toSelf));
    const ofPast = matmul(reshape(withoutLast(p, 1, 'T'), ['B*heads', 1, 'T']), past(`layer${l}.values`));
    const ofSelf = mul(reshape(onlyLast(p, 1), ['B*heads', 1, 1]), headsFirst(v));
    return headsFirst(add(ofPast, ofSelf));
  };
  const logp = logProbabilities(config, weightInputs(g, config), g.input('ids', [1, 'B'], 'int32'), positionInputs(g, config, 1), attend);
  return { logp, ...rows };
}

/**
 * AdamW on flat arrays of n elements, after scaling the gradient down to `maxGradNorm`.
 * Scalars: learningRate, beta1, beta2, decay (λ), maxGradNorm, and the bias corrections 1−β₁ᵗ and 1−β₂ᵗ.
 * Source: Loshchilov and Hutter (arXiv 1711.05101); clipping as in torch.nn.utils.clip_grad_norm_.
 */
export function adamGraph(n: number): Outputs {
  const g = new Graph();
  const flat = (name: string) => g.input(name, [n]);
  const scalar = (name: string) => g.input(name, []);
  const [parameters, gradient] = [flat('parameters'), flat('gradient')];
  const [beta1, beta2, rate] = [scalar('beta1'), scalar('beta2'), scalar('learningRate')];
  const gradNorm = sqrt(sumAll(mul(gradient, gradient)));
  const clipped = mul(gradient, min(div(scalar('maxGradNorm'), add(gradNorm, 1e-6)), 1));
  const m = add(mul(flat('m'), beta1), mul(clipped, sub(1, beta1)));
  const v = add(mul(flat('v'), beta2), mul(mul(clipped, clipped), sub(1, beta2)));
  const denominator = add(div(sqrt(v), sqrt(scalar('correction2'))), 1e-8);
  const step = mul(div(m, denominator), div(rate, scalar('correction1')));
  const kept = mul(parameters, sub(1, mul(rate, scalar('decay'))));
  return { gradNorm, newParameters: sub(kept, step), newM: m, newV: v };
}
