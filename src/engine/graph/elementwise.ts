/** Elementwise operations, each with its ONNX form and its gradient rule. Numbers stand for scalar constants. */
import type { Node } from './graph.js';
import { sumTo } from './reduce.js';
import { broadcast } from './shape.js';

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
