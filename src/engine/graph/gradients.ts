import { reachable, type Node } from './graph.js';
import { add } from './operations.js';
import { showShape } from './shape.js';

/**
 * Reverse-mode differentiation: ∂loss/∂p for each parameter, as further nodes of the same graph.
 * @param loss scalar node
 * @param parameters nodes the loss depends on
 * @returns gradients, same order and shapes as `parameters`
 */
export function gradients(loss: Node, parameters: readonly Node[]): Node[] {
  if (loss.shape.length !== 0) throw new Error(`The loss must be a scalar, not ${showShape(loss.shape)}.`);
  const order = reachable([loss]);
  const wanted = dependants(order, new Set(parameters));
  const total = new Map<Node, Node>([[loss, loss.graph.constant(1)]]);
  for (const y of order.reverse()) {
    const upstream = total.get(y);
    if (!upstream || y.inputs.length === 0 || !wanted.has(y)) continue;
    if (!y.gradient) throw new Error(`${y.op} has no gradient rule.`);
    const parts = y.gradient(upstream, y);
    y.inputs.forEach((x, i) => {
      const part = parts[i];
      if (!part || !wanted.has(x)) return;
      const sum = total.get(x);
      total.set(x, sum ? add(sum, part) : part);
    });
  }
  return parameters.map((p) => {
    const gradient = total.get(p);
    if (!gradient) throw new Error(`The loss does not depend on parameter ${p.graph.inputName(p) ?? String(p.id)}.`);
    return gradient;
  });
}

/** The nodes through which a parameter reaches the loss. */
function dependants(order: readonly Node[], parameters: ReadonlySet<Node>): Set<Node> {
  const found = new Set<Node>();
  for (const node of order) if (parameters.has(node) || node.inputs.some((i) => found.has(i))) found.add(node);
  return found;
}
