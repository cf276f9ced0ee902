import { whole } from '../number.js';
import { children, num, type Node, type RelationSign } from '../parse/node.js';

export type Relation = Node & { k: 'relation' };

/** What names a value rather than computing one: x, x_1, f(x), AB, S + T, V_1:V_2, (p, q), NO/BO, words. */
export function isLabel(node: Node): boolean {
  if (node.k === 'sym' || node.k === 'text') return true;
  if (node.k === 'const') return node.name === 'e' || node.name === 'i';
  if (node.k === 'pow') return isLabel(node.a) && node.b.k === 'num' && node.b.value.numerator === -1n; // f⁻¹
  if (node.k === 'call') return letterFunction.test(node.fn) || (node.args.every(isLabel) && !node.fn.includes('factorial'));
  const members = built.has(node.k) ? children(node) : [];
  return members.length > 0 && members.every(isLabel) && members.some((c) => c.k !== 'const');
}

const built = new Set<Node['k']>(['add', 'mul', 'ratio', 'div', 'tuple', 'unit']);

/** f, g', H: functions that are not defined further. */
export const letterFunction = /^[fghFGH]'*$/;

/** P(3): a capital letter times one value, which names a function's value when it stands left of an equals sign. */
const namesValue = (node: Node): boolean =>
  node.k === 'mul' && node.args.length === 2 && node.args[0].k === 'sym' && children(node.args[1]).length === 0;

const equational = new Set<RelationSign>(['=', '≈']);

export const isEquation = (node: Node): boolean => node.k === 'relation' && node.signs.every((s) => equational.has(s));

/** label = value, perhaps through steps (x = 5+5+1 = 11). */
export const isAssignment = (node: Node): boolean =>
  node.k === 'relation' && isEquation(node) && (isLabel(node.args[0]) || namesValue(node.args[0]));

export const labelOf = (node: Relation): Node => node.args[0];

/** The value a chain of equations ends in. Before ≈ the exact form stands: both forms are the answer. */
export function valuesOf(node: Relation): Node[] {
  const last = node.args.at(-1)!;
  const beforeLast = node.args.at(-2)!;
  return node.signs.at(-1) === '≈' && (node.args.length > 2 || !isLabel(node.args[0])) ? [last, beforeLast] : [last];
}

/** Name of a label without its subscript: x of x_1. */
export function baseName(node: Node): string | undefined {
  return node.k === 'sym' && /_\d+$/.test(node.name) ? node.name.replace(/_\d+$/, '') : undefined;
}

/** x ∈ S is S; n ∈ ℤ beside other conditions is not an answer of its own. */
export const membership = (node: Node): Node | undefined =>
  node.k === 'relation' && node.signs.length === 1 && node.signs[0] === '∈' ? node.args[1] : undefined;

export const minus = (a: Node, b: Node): Node => ({ k: 'add', args: [a, { k: 'neg', a: b }] });

export const zero = num(whole(0));
export const one = num(whole(1));
