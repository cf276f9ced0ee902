import { append } from '../../core/extremes.js';
import { sameShape, showShape, type Shape } from './shape.js';
import type { Emitter } from './emitter.js';

/** 'float' becomes float32 or float64 when the graph is compiled. */
export type ElementType = 'float' | 'int32' | 'int64';

/** Writes the ONNX operators of a node: reads the values named by `inputs`, must define the value named `output`. */
export type Emit = (e: Emitter, inputs: readonly string[], output: string) => void;

/**
 * Gradient rule: from the gradient of the loss with respect to `y` to those with respect to its inputs, in order.
 * `undefined` where an input is not differentiable (ids, positions).
 */
export type GradientRule = (upstream: Node, y: Node) => readonly (Node | undefined)[];

/** A value in a graph: an operation applied to other values. Immutable; ids grow in topological order. */
export interface Node {
  readonly graph: Graph;
  readonly id: number;
  readonly op: string;
  readonly inputs: readonly Node[];
  readonly shape: Shape;
  readonly type: ElementType;
  readonly emit: Emit;
  readonly gradient?: GradientRule;
}

/** What an operation says of itself; `settings` are what, beside its inputs, tells it from others of its kind. */
export interface Operation {
  op: string;
  inputs: readonly Node[];
  settings?: unknown;
  shape: Shape;
  type?: ElementType;
  emit: Emit;
  gradient?: GradientRule;
}

/** A growing set of nodes. Equal operations on equal inputs are one node. */
export class Graph {
  private readonly nodes = new Map<string, Node>();
  private readonly named = new Map<string, Node>();
  private count = 0;

  /** A value fed at every run, by this name. */
  input(name: string, shape: Shape, type: ElementType = 'float'): Node {
    if (!/^[A-Za-z][\w.]*$/.test(name)) throw new Error(`"${name}" cannot name a graph input: use letters, digits, "_" and ".".`);
    const before = this.named.get(name);
    if (before) {
      if (!sameShape(before.shape, shape) || before.type !== type) {
        throw new Error(`Input "${name}" is already ${before.type} ${showShape(before.shape)}.`);
      }
      return before;
    }
    const node = this.apply({ op: 'input', settings: name, inputs: [], shape, type, emit: () => undefined });
    this.named.set(name, node);
    return node;
  }

  /** A float scalar fixed in the graph. */
  constant(value: number): Node {
    return this.apply({
      op: 'constant',
      settings: value,
      inputs: [],
      shape: [],
      emit: (e, _, output) => e.define(output, e.scalar(value)),
    });
  }

  apply(o: Operation): Node {
    const key = `${o.op}(${o.inputs.map((i) => i.id).join()})${JSON.stringify(o.settings ?? null)}`;
    const before = this.nodes.get(key);
    if (before) return before;
    if (o.inputs.some((i) => i.graph !== this)) throw new Error(`${o.op}: its inputs belong to another graph.`);
    const { op, inputs, shape, type = 'float', emit, gradient } = o;
    const node: Node = { graph: this, id: this.count++, op, inputs, shape, type, emit, ...(gradient ? { gradient } : {}) };
    this.nodes.set(key, node);
    return node;
  }

  /** Name of an input node, or undefined. */
  inputName(node: Node): string | undefined {
    for (const [name, n] of this.named) if (n === node) return name;
    return undefined;
  }
}

/** The nodes that `outputs` need, inputs first. */
export function reachable(outputs: readonly Node[]): Node[] {
  const seen = new Set<Node>();
  const pending = [...outputs];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    append(pending, node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
