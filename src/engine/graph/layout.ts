/** Operations that move elements without changing them, each with its ONNX form and its gradient rule. */
import type { Node } from './graph.js';
import { mul } from './elementwise.js';
import { sumTo } from './reduce.js';
import { reshapeOperand, sameShape, type Dim, type Shape } from './shape.js';

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
