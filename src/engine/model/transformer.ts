import {
  add,
  logSoftmax,
  matmul,
  mul,
  reshape,
  rmsNorm,
  rotary,
  rowsOf,
  softmax,
  squaredRelu,
  swapLast,
  transpose,
} from '../graph/index.js';
import type { Graph, Node } from '../graph/index.js';
import { parameterLayout, type Head, type ModelConfig } from './modelConfig.js';

/**
 * A decoder-only transformer: pre-norm (RMS without gain), rotary positions, squared-ReLU feed-forward, no biases, untied output.
 * Activations are time-major, [T, B, width]: a head's keys [T, B·heads, d] are then a plain view, and so is
 * the first t positions of a key-value cache.
 */
export type Weights = Readonly<Record<string, Node>>;

export function weightInputs(g: Graph, config: ModelConfig, head: Head = 'tokens'): Weights {
  return Object.fromEntries(parameterLayout(config, head).map((p) => [p.name, g.input(p.name, p.shape)]));
}

/** Where tokens stand: their positions (int64 [T, B]) and the rotation tables [P, d/2]. */
export interface Positions {
  at: Node;
  cos: Node;
  sin: Node;
}

export const positionInputs = (g: Graph, config: ModelConfig, time: number | 'T'): Positions => {
  const half = config.width / config.heads / 2;
  return { at: g.input('positions', [time, 'B'], 'int64'), cos: g.input('cos', ['P', half]), sin: g.input('sin', ['P', half]) };
};

/** Keys and values of the tokens fed, [T, B·heads, d], and their attention output, same shape. */
export type Attention = (query: Node, key: Node, value: Node, layer: number) => Node;

/**
 * What the head reads at each position.
 * @param ids int32 [T, B]
 * @returns [T, B, width]
 */
function hidden(config: ModelConfig, w: Weights, ids: Node, positions: Positions, attend: Attention): Node {
  let x = rowsOf(w.embedding, ids);
  for (let l = 0; l < config.layers; l++) {
    const weight = (name: string) => w[`layer${l}.${name}`];
    x = add(
      x,
      attention(config, weight, rmsNorm(x), positions, (q, k, v) => attend(q, k, v, l)),
    );
    x = add(x, matmul(squaredRelu(matmul(rmsNorm(x), weight('widen'))), weight('narrow')));
  }
  return rmsNorm(x);
}

/** log π over the vocabulary after each token, [T, B, vocabulary]. @param ids int32 [T, B] */
export const logProbabilities = (config: ModelConfig, w: Weights, ids: Node, positions: Positions, attend: Attention): Node =>
  logSoftmax(matmul(hidden(config, w, ids, positions, attend), w.unembedding));

/** One number at each position, [T, B]. @param ids int32 [T, B] */
export const scalars = (config: ModelConfig, w: Weights, ids: Node, positions: Positions, attend: Attention): Node =>
  reshape(matmul(hidden(config, w, ids, positions, attend), w.score), ids.shape);

type LayerAttention = (query: Node, key: Node, value: Node) => Node;

function attention(config: ModelConfig, weight: (name: string) => Node, x: Node, p: Positions, attend: LayerAttention): Node {
  const { width, heads } = config;
  const d = width / heads;
  const byHead = (y: Node) => reshape(y, [y.shape[0], 'B*heads', d]);
  // 1/√d of the scores is in the tables that turn the queries.
  const scaled = (table: Node) => mul(table, 1 / Math.sqrt(d));
  const query = rotary(matmul(x, weight('query')), p.at, scaled(p.cos), scaled(p.sin), heads);
  const key = rotary(matmul(x, weight('key')), p.at, p.cos, p.sin, heads);
  const mixed = attend(byHead(query), byHead(key), byHead(matmul(x, weight('value'))));
  return matmul(reshape(mixed, x.shape), weight('project'));
}

/**
 * Attention of every token to itself and those before it.
 * @param mask [T, T], 0 where row may see column, very negative elsewhere
 */
export const causalAttention =
  (mask: Node): Attention =>
  (query, key, value) => {
    const probabilities = softmax(add(matmul(headsFirst(query), swapLast(headsFirst(key))), mask));
    return headsFirst(matmul(probabilities, headsFirst(value)));
  };

/** [T, B·heads, d] to [B·heads, T, d] and back. */
export const headsFirst = (x: Node): Node => transpose(x, [1, 0, 2]);
