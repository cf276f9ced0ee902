import { neg } from './operations.js';
import type { Emitter } from './emitter.js';
import type { Node } from './graph.js';

/**
 * Rotary position embedding: in every head, the pair (x_j, x_{j+d/2}) is turned by the angle of its position and j.
 * @param x [T, B, heads·d]
 * @param positions int64 [T, B]
 * @param cos, sin [P, d/2], P at least every position + 1 and at least B (the runtime's kernel asks for both)
 * Source: Su et al., RoFormer (arXiv 2104.09864); halves paired as in GPT-NeoX.
 */
export function rotary(x: Node, positions: Node, cos: Node, sin: Node, heads: number): Node {
  return x.graph.apply({
    op: 'rotary',
    inputs: [x, positions, cos, sin],
    settings: heads,
    shape: x.shape,
    emit: (e, inputs, output) => {
      if (e.precision === 'float32') e.op('RotaryEmbedding', inputs, output, { num_heads: heads }, 'com.microsoft');
      else decomposed(e, inputs, output, heads);
    },
    // A rotation scaled by s has the transpose: the opposite rotation, scaled by s.
    gradient: (u) => [rotary(u, positions, cos, neg(sin), heads), undefined, undefined, undefined],
  });
}

/** The same in standard operators, which have float64 kernels. */
function decomposed(e: Emitter, inputs: readonly string[], output: string, heads: number): void {
  const [x, positions, cos, sin] = inputs as [string, string, string, string];
  const byHead = e.op('Reshape', [x, e.ints([0, 0, heads, -1])]);
  const [first, second] = e.halves(byHead, 3);
  const at = (table: string) => e.op('Unsqueeze', [e.op('Gather', [table, positions], undefined, { axis: 0 }), e.ints([2])]);
  const [c, s] = [at(cos), at(sin)];
  const low = e.op('Sub', [e.op('Mul', [first, c]), e.op('Mul', [second, s])]);
  const high = e.op('Add', [e.op('Mul', [second, c]), e.op('Mul', [first, s])]);
  e.op('Reshape', [e.op('Concat', [low, high], undefined, { axis: 3 }), e.op('Shape', [x])], output);
}
