/** Sizes of a tensor's axes. A number is fixed when the graph is built; a name ('T', 'B', 'T*B') is known when it runs. */
export type Dim = number | string;
export type Shape = readonly Dim[];

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((d, i) => d === b[i]);
export const showShape = (s: Shape): string => `[${s.join(', ')}]`;

/** Product of axes: a number when all are, otherwise a name made of theirs. */
export function product(dims: Shape): Dim {
  const fixed = dims.filter((d) => typeof d === 'number').reduce((a, b) => a * b, 1);
  const named = dims.filter((d) => typeof d === 'string');
  if (named.length === 0) return fixed;
  return [...(fixed === 1 ? [] : [String(fixed)]), ...named].join('*');
}

/** Shape of an elementwise operation on a and b: axes align from the right, an axis of 1 stretches. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`Shapes ${showShape(a)} and ${showShape(b)} do not broadcast.`);
    return x === 1 ? y : x;
  });
}

/**
 * The shape operand of an ONNX Reshape: 0 keeps the input's axis, -1 stands for the one that cannot be named otherwise.
 */
export function reshapeOperand(from: Shape, to: Shape): number[] {
  const operand = to.map((d, i) => (typeof d === 'number' ? d : d === from[i] ? 0 : -1));
  if (operand.filter((d) => d === -1).length > 1) {
    throw new Error(`Reshape ${showShape(from)} to ${showShape(to)}: only one axis may be left open.`);
  }
  return operand;
}
