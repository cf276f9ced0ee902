import type { Node } from './graph.js';
import { reshape, swapLast } from './operations.js';
import { product, sameShape, showShape, type Dim } from './shape.js';

/**
 * Matrix product over the last two axes. Either b is one matrix for all of a's leading axes,
 * or both have the same leading axes. (The runtime fuses transposes of the operands into the product.)
 */
export function matmul(a: Node, b: Node): Node {
  const [k, n] = b.shape.slice(-2) as [Dim, Dim];
  const lead = a.shape.slice(0, -1);
  const oneMatrix = b.shape.length === 2;
  const fits = a.shape.at(-1) === k && (oneMatrix || sameShape(lead.slice(0, -1), b.shape.slice(0, -2)));
  if (!fits) throw new Error(`No matrix product of ${showShape(a.shape)} and ${showShape(b.shape)}.`);
  return a.graph.apply({
    op: 'matmul',
    inputs: [a, b],
    shape: [...lead, n],
    emit: (e, inputs, output) => e.op('MatMul', inputs, output),
    gradient: (u) => {
      const rows = product(lead);
      const [left, right] = oneMatrix ? [reshape(a, [rows, k]), reshape(u, [rows, n])] : [a, u];
      return [matmul(u, swapLast(b)), matmul(swapLast(left), right)];
    },
  });
}
