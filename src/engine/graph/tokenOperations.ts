/** Operations on token ids (int32), each with its ONNX form and its gradient rule. */
import type { Node } from './graph.js';
import { matmul } from './products.js';
import { reshape, swapLast } from './operations.js';
import { product } from './shape.js';

/** For each id a row of `depth` zeros with a 1 at the id. Ids outside [0, depth) give zeros. */
export function oneHot(ids: Node, depth: number): Node {
  const every = Array.from({ length: depth }, (_, i) => i);
  return ids.graph.apply({
    op: 'oneHot',
    inputs: [ids],
    settings: depth,
    shape: [...ids.shape, depth],
    emit: (e, [input], output) => {
      const column = e.op('Unsqueeze', [input, e.ints([-1])]);
      e.cast(e.op('Equal', [column, e.int32s(every)]), 'float', output);
    },
    gradient: () => [undefined],
  });
}

/** Rows of table [depth, width] by id. Ids must be checked by the caller: the runtime takes negative ones from the end. */
export function rowsOf(table: Node, ids: Node): Node {
  const [depth, width] = table.shape;
  if (typeof depth !== 'number' || table.shape.length !== 2) throw new Error('rowsOf: the table must be a matrix of fixed depth.');
  return table.graph.apply({
    op: 'rowsOf',
    inputs: [table, ids],
    shape: [...ids.shape, width],
    emit: (e, inputs, output) => e.op('Gather', inputs, output, { axis: 0 }),
    gradient: (u) => {
      const rows = product(ids.shape);
      const picked = reshape(oneHot(ids, depth), [rows, depth]);
      return [matmul(swapLast(picked), reshape(u, [rows, width])), undefined];
    },
  });
}

/** The columns (last axis) of x in another order, `partner` (int64), which must be its own inverse: a pairing. */
export function paired(x: Node, partner: Node): Node {
  return x.graph.apply({
    op: 'paired',
    inputs: [x, partner],
    shape: x.shape,
    emit: (e, inputs, output) => e.op('Gather', inputs, output, { axis: x.shape.length - 1 }),
    gradient: (u) => [paired(u, partner), undefined],
  });
}
