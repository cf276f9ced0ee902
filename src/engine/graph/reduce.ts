/** Reductions and what is built on them, each with its ONNX form and its gradient rule. */
import type { Node } from './graph.js';
import { add, exp, mul, rsqrt, square, sub } from './elementwise.js';
import { expand, reshape } from './layout.js';
import { sameShape, type Shape } from './shape.js';

/** Sum over the given axes, which stay as axes of 1. */
export function sum(x: Node, axes: readonly number[]): Node {
  if (axes.length === 0) return x;
  return x.graph.apply({
    op: 'sum',
    inputs: [x],
    settings: axes,
    shape: x.shape.map((d, i) => (axes.includes(i) ? 1 : d)),
    emit: (e, [input], output) => e.op('ReduceSum', [input, e.ints(axes)], output, { keepdims: 1 }),
    gradient: (u) => [expand(u, x)],
  });
}

/** Sum of every element: a scalar. */
export const sumAll = (x: Node): Node => {
  const axes = x.shape.map((_, i) => i);
  return reshape(sum(x, axes), []);
};

/** Mean over the last axis, which stays as an axis of 1; its size must be fixed. */
export function mean(x: Node): Node {
  const size = x.shape.at(-1);
  if (typeof size !== 'number') throw new Error('mean: the last axis must have a fixed size.');
  return x.graph.apply({
    op: 'mean',
    inputs: [x],
    shape: [...x.shape.slice(0, -1), 1],
    emit: (e, [input], output) => e.op('ReduceMean', [input, e.ints([x.shape.length - 1])], output, { keepdims: 1 }),
    gradient: (u) => [expand(mul(u, 1 / size), x)],
  });
}

/**
 * x / √(mean(x²) + ε) over the last axis; one node, whose rule needs half the passes of its parts'.
 * Source: Zhang and Sennrich, Root Mean Square Layer Normalization (arXiv 1910.07467).
 */
export function rmsNorm(x: Node, epsilon = 1e-5): Node {
  const scale = rsqrt(add(mean(square(x)), epsilon));
  return x.graph.apply({
    op: 'rmsNorm',
    inputs: [x, scale],
    shape: x.shape,
    emit: (e, inputs, output) => e.op('Mul', inputs, output),
    gradient: (u, y) => [mul(sub(u, mul(y, mean(mul(u, y)))), scale), undefined],
  });
}

/** Sums x down to `shape`, undoing a broadcast. */
export function sumTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((d, i) => (i < lead || (shape[i - lead] === 1 && d !== 1) ? [i] : []));
  return reshape(sum(x, axes), shape);
}

/** Softmax over the last axis. */
export function softmax(x: Node): Node {
  return x.graph.apply({
    op: 'softmax',
    inputs: [x],
    shape: x.shape,
    emit: (e, inputs, output) => e.op('Softmax', inputs, output, { axis: -1 }),
    gradient: (u, y) => {
      const weighted = mul(u, y);
      return [sub(weighted, mul(y, sum(weighted, [x.shape.length - 1])))];
    },
  });
}

/** log softmax over the last axis. */
export function logSoftmax(x: Node): Node {
  return x.graph.apply({
    op: 'logSoftmax',
    inputs: [x],
    shape: x.shape,
    emit: (e, inputs, output) => e.op('LogSoftmax', inputs, output, { axis: -1 }),
    gradient: (u, y) => [sub(u, mul(exp(y), sum(u, [x.shape.length - 1])))],
  });
}

/** Entropy of each distribution whose log-probabilities lie along the last axis (kept as an axis of 1), in nats. */
export const entropy = (logProbabilities: Node): Node =>
  mul(sum(mul(exp(logProbabilities), logProbabilities), [logProbabilities.shape.length - 1]), -1);
