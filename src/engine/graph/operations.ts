/**
 * Operations on the elements of tensors, each with its ONNX form and its gradient rule. One file, for the gradient of one is
 * written with the others.
 */
import type { Node } from './graph.js';
import { broadcast, reshapeOperand, sameShape, type Dim, type Shape } from './shape.js';

// Elementwise. Numbers stand for scalar constants.

export type Operand = Node | number;

/** Both operands as nodes of one graph. */
function pair(a: Operand, b: Operand): [Node, Node] {
  if (typeof a !== 'number') return [a, typeof b === 'number' ? a.graph.constant(b) : b];
  if (typeof b !== 'number') return [b.graph.constant(a), b];
  throw new Error('At least one operand must be a node.');
}

type PairRule = (upstream: Node, a: Node, b: Node, y: Node) => [Node, Node];

function binary(op: string, onnx: string, a: Operand, b: Operand, rule: PairRule): Node {
  const [x, y] = pair(a, b);
  return x.graph.apply({
    op,
    inputs: [x, y],
    shape: broadcast(x.shape, y.shape),
    emit: (e, inputs, output) => e.op(onnx, inputs, output),
    gradient: (upstream, result) => {
      const [dx, dy] = rule(upstream, x, y, result);
      return [sumTo(dx, x.shape), sumTo(dy, y.shape)];
    },
  });
}

function unary(op: string, onnx: readonly string[], x: Node, rule: (upstream: Node, y: Node) => Node): Node {
  return x.graph.apply({
    op,
    inputs: [x],
    shape: x.shape,
    emit: (e, inputs, output) => {
      const last = onnx.length - 1;
      onnx.reduce<readonly string[]>((from, name, i) => [e.op(name, from, i === last ? output : e.fresh())], inputs);
    },
    gradient: (upstream, y) => [rule(upstream, y)],
  });
}

export const add = (a: Operand, b: Operand): Node => binary('add', 'Add', a, b, (u) => [u, u]);
export const sub = (a: Operand, b: Operand): Node => binary('sub', 'Sub', a, b, (u) => [u, neg(u)]);
export const mul = (a: Operand, b: Operand): Node => binary('mul', 'Mul', a, b, (u, x, y) => [mul(u, y), mul(u, x)]);
export const div = (a: Operand, b: Operand): Node => binary('div', 'Div', a, b, (u, _x, y, q) => [div(u, y), neg(div(mul(u, q), y))]);

/** The smaller of a and b; where they are equal the gradient goes to a. */
export const min = (a: Operand, b: Operand): Node =>
  binary('min', 'Min', a, b, (u, x, y) => {
    const first = mul(u, atMost(x, y));
    return [first, sub(u, first)];
  });

/** 1 where a ≤ b, else 0. */
export function atMost(a: Operand, b: Operand): Node {
  const [x, y] = pair(a, b);
  return x.graph.apply({
    op: 'atMost',
    inputs: [x, y],
    shape: broadcast(x.shape, y.shape),
    emit: (e, inputs, output) => e.cast(e.op('LessOrEqual', inputs), 'float', output),
    gradient: () => [undefined, undefined],
  });
}

export const neg = (x: Node): Node => unary('neg', ['Neg'], x, neg);
export const exp = (x: Node): Node => unary('exp', ['Exp'], x, mul);
export const sqrt = (x: Node): Node => unary('sqrt', ['Sqrt'], x, (u, y) => div(mul(u, 0.5), y));
/** 1/√x */
export const rsqrt = (x: Node): Node => unary('rsqrt', ['Sqrt', 'Reciprocal'], x, (u, y) => mul(mul(u, -0.5), mul(y, mul(y, y))));
export const square = (x: Node): Node => mul(x, x);
/** max(x, 0); its gradient at 0 is 0. */
export const relu = (x: Node): Node => unary('relu', ['Relu'], x, (u) => sub(u, mul(u, atMost(x, 0))));

/** 1 / (1 + e⁻ˣ) */
export const sigmoid = (x: Node): Node => unary('sigmoid', ['Sigmoid'], x, (u, y) => mul(u, mul(y, sub(1, y))));
/** log(1 + eˣ) = −log σ(−x). */
export const softplus = (x: Node): Node => unary('softplus', ['Softplus'], x, (u) => mul(u, sigmoid(x)));

/** x limited to [low, high]; outside, its gradient is 0; on the limits it is 1. */
export function clip(x: Node, low: number, high: number): Node {
  return x.graph.apply({
    op: 'clip',
    inputs: [x],
    settings: [low, high],
    shape: x.shape,
    emit: (e, [input], output) => e.op('Clip', [input, e.scalar(low), e.scalar(high)], output),
    gradient: (u) => [mul(u, mul(atMost(low, x), atMost(x, high)))],
  });
}

/**
 * max(x, 0)²; one node, so that its gradient 2·max(x, 0) needs no comparison.
 * Source: So et al., Primer (arXiv 2109.08668).
 */
export function squaredRelu(x: Node): Node {
  const positive = relu(x);
  return x.graph.apply({
    op: 'squaredRelu',
    inputs: [x, positive],
    shape: x.shape,
    emit: (e, [, r], output) => e.op('Mul', [r, r], output),
    // x + x, not 2·x: the runtime is several times slower with a scalar operand.
    gradient: (u) => [mul(u, add(positive, positive)), undefined],
  });
}

// Reductions, and what is built on them.

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

// What moves elements without changing them.

/** The same elements in the same order under another shape; at most one axis may be unknown until the run. */
export function reshape(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const operand = reshapeOperand(x.shape, shape);
  return x.graph.apply({
    op: 'reshape',
    inputs: [x],
    settings: shape,
    shape,
    emit: (e, [input], output) => e.op('Reshape', [input, e.ints(operand)], output),
    gradient: (u) => [reshape(u, x.shape)],
  });
}

/** Axis i of the result is axis order[i] of x. */
export function transpose(x: Node, order: readonly number[]): Node {
  if (order.every((axis, i) => axis === i)) return x;
  if (x.op === 'transpose') {
    const [source] = x.inputs;
    const first = axisOrders.get(x)!;
    return transpose(
      source,
      order.map((axis) => first[axis]),
    );
  }
  const y = x.graph.apply({
    op: 'transpose',
    inputs: [x],
    settings: order,
    shape: order.map((axis) => x.shape[axis]),
    emit: (e, inputs, output) => e.op('Transpose', inputs, output, { perm: order }),
    gradient: (u) => [
      transpose(
        u,
        order.map((_, i) => order.indexOf(i)),
      ),
    ],
  });
  axisOrders.set(y, order);
  return y;
}
const axisOrders = new WeakMap<Node, readonly number[]>();

/** Last two axes exchanged. */
export const swapLast = (x: Node): Node => {
  const rank = x.shape.length;
  return transpose(x, [...x.shape.slice(0, -2).map((_, i) => i), rank - 1, rank - 2]);
};

/** x stretched to the shape of `like`. */
export function expand(x: Node, like: Node): Node {
  return x.graph.apply({
    op: 'expand',
    inputs: [x, like],
    shape: like.shape,
    emit: (e, [input, target], output) => e.op('Expand', [input, e.op('Shape', [target])], output),
    gradient: (u) => [sumTo(u, x.shape), undefined],
  });
}

/** a and b joined along the last axis; that of b must have a fixed size. */
export function append(a: Node, b: Node): Node {
  const [m, n] = [a.shape.at(-1)!, fixedLast(b)];
  return a.graph.apply({
    op: 'append',
    inputs: [a, b],
    shape: [...a.shape.slice(0, -1), typeof m === 'number' ? m + n : `${m}+${n}`],
    emit: (e, inputs, output) => e.op('Concat', inputs, output, { axis: a.shape.length - 1 }),
    gradient: (u) => [withoutLast(u, n, m), onlyLast(u, n)],
  });
}

/** x without the last n entries of its last axis; `size` names what remains. */
export function withoutLast(x: Node, n: number, size: Dim): Node {
  return x.graph.apply({
    op: 'withoutLast',
    inputs: [x],
    settings: n,
    shape: [...x.shape.slice(0, -1), size],
    emit: (e, [input], output) => e.op('Slice', [input, e.ints([0]), e.ints([-n]), e.ints([-1])], output),
    gradient: (u) => [append(u, mul(onlyLast(x, n), 0))],
  });
}

/** The last n entries of x's last axis. */
export function onlyLast(x: Node, n: number): Node {
  const size = x.shape.at(-1)!;
  const rest = typeof size === 'number' ? size - n : size.replace(new RegExp(`\\+${n}$`), '');
  return x.graph.apply({
    op: 'onlyLast',
    inputs: [x],
    settings: n,
    shape: [...x.shape.slice(0, -1), n],
    emit: (e, [input], output) => e.op('Slice', [input, e.ints([-n]), e.ints([2 ** 31]), e.ints([-1])], output),
    gradient: (u) => [append(mul(withoutLast(x, n, rest), 0), u)],
  });
}

function fixedLast(x: Node): number {
  const size = x.shape.at(-1);
  if (typeof size !== 'number') throw new Error('The last axis must have a fixed size.');
  return size;
}
