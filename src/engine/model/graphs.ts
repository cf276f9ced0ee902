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
import type { Head, ModelConfig } from './modelConfig.js';
import { tokenInputs, type TokenNodes, type TokenObjective, type ValueObjective } from './modelObjective.js';
import { causalAttention, headsFirst, logProbabilities, positionInputs, scalars, weightInputs, type Weights } from './transformer.js';

export type Outputs = Record<string, Node>;

/** Weights and what the model says of every target token [T, B], all positions seen at once. */
function reading(g: Graph, config: ModelConfig, head: Head) {
  const weights = weightInputs(g, config, head);
  const attend = causalAttention(g.input('mask', ['T', 'T']));
  return { weights, args: [config, weights, g.input('ids', ['T', 'B'], 'int32'), positionInputs(g, config, 'T'), attend] as const };
}

/** log π of each target token and the entropy of the distribution it was drawn from, both [T, B]. */
function scoring(g: Graph, config: ModelConfig) {
  const { weights, args } = reading(g, config, 'tokens');
  const logp = logProbabilities(...args);
  const picked = mul(logp, oneHot(g.input('targets', ['T', 'B'], 'int32'), config.vocabulary));
  const perToken = (x: Node) => reshape(x, ['T', 'B']);
  return { weights, outputs: { logp: perToken(sum(picked, [2])), entropy: perToken(entropy(logp)) } };
}

/** The scalar at the position before each target token, [T, B]: what is known when the token has not been seen yet. */
function valuing(g: Graph, config: ModelConfig) {
  const { weights, args } = reading(g, config, 'scalar');
  return { weights, outputs: { value: scalars(...args) } };
}

export const scoreGraph = (config: ModelConfig): Outputs => scoring(new Graph(), config).outputs;
export const valueGraph = (config: ModelConfig): Outputs => valuing(new Graph(), config).outputs;

/** Name of a parameter's gradient among the outputs of a train graph. */
export const gradientOf = (parameter: string): string => `${parameter}.gradient`;

/**
 * Loss Σ weight · objective over tokens, and its gradient for every parameter.
 * Inputs beside the scoring ones: weight and response [T, B] (0 outside responses) and the objective's own.
 */
export function trainGraph(config: ModelConfig, objective: TokenObjective): Outputs {
  const g = new Graph();
  const { weights, outputs } = scoring(g, config);
  const nodes = tokenNodes(g);
  // Outside the responses log π_θ is set to 0 like the inputs, so that no ratio overflows there.
  const loss = objective.loss({ ...nodes, logp: mul(outputs.logp, nodes.response) });
  return { ...outputs, ...slopes(g, weights, loss) };
}

/** The same for a scalar model. */
export function trainValueGraph(config: ModelConfig, objective: ValueObjective): Outputs {
  const g = new Graph();
  const { weights, outputs } = valuing(g, config);
  const nodes = tokenNodes(g);
  return { ...outputs, ...slopes(g, weights, objective.loss({ ...nodes, value: mul(outputs.value, nodes.response) })) };
}

const tokenNodes = (g: Graph): TokenNodes =>
  Object.fromEntries([...tokenInputs, 'response'].map((name) => [name, g.input(name, ['T', 'B'])])) as TokenNodes;

/** Σ weight · loss, and its gradient for every parameter. */
function slopes(g: Graph, weights: Weights, tokenLoss: Node): Outputs {
  const loss = sumAll(mul(tokenLoss, g.input('weight', ['T', 'B'])));
  const names = Object.keys(weights);
  const found = gradients(
    loss,
    names.map((name) => weights[name]),
  );
  return { loss, ...Object.fromEntries(names.map((name, i) => [gradientOf(name), found[i]])) };
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
