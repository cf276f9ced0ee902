import { children, some, substitute, symbols, type Node } from '../parse/node.js';

/** x = 2kπ, k ∈ ℤ: values for every whole k. */
interface Family {
  body: Node;
  parameters: { name: string; range: string }[];
}

const isRange = (n: Node): boolean =>
  n.k === 'relation' && n.signs.join('') === '∈' && n.args[0].k === 'sym' && n.args[1].k === 'named set' && /^[ZN]/.test(n.args[1].name);

/**
 * Both sides without the ranges of their parameters, whose names do not matter: n of one is k of the other. As they are where
 * the ranges differ.
 */
export function withoutParameters(answer: Node, gold: Node): [answer: Node, gold: Node] {
  if (!some(answer, isRange) && !some(gold, isRange)) return [answer, gold];
  const [a, b] = [familyOf(answer), familyOf(gold)];
  const [p, q] = [a.parameters, b.parameters];
  if (p.length > 1 || q.length > 1) return [answer, gold];
  if (p.length === 0 || q.length === 0) return [a.body, b.body];
  if (p[0].range !== q[0].range) return [answer, gold];
  const clash = p[0].name !== q[0].name && symbols(a.body).includes(q[0].name);
  return clash ? [answer, gold] : [substitute(a.body, p[0].name, { k: 'sym', name: q[0].name }), b.body];
}

const nameOf = (n: Node): string => (n.k === 'sym' || n.k === 'named set' ? n.name : '');

function familyOf(node: Node): Family {
  const members = node.k === 'list' ? node.args.flatMap(split) : split(node);
  const rest = members.filter((m) => !isRange(m));
  const ranges = members.filter(isRange);
  const names = rest.flatMap(symbols);
  const parameters = ranges.map((r) => ({ name: nameOf(children(r)[0]), range: nameOf(children(r)[1]) }));
  // n ∈ ℕ alone, or of a name that nothing else uses, is an answer of its own.
  const values = rest.every((m) => m.k !== 'relation' || m.signs.every((s) => s === '=' || s === '≈'));
  if (rest.length === 0 || !values || !parameters.every((p) => names.includes(p.name))) return { body: node, parameters: [] };
  return { body: rest.length === 1 ? rest[0] : { k: 'list', args: rest }, parameters };
}

/** A range in brackets was read as a factor: x = 2kπ (k ∈ ℤ). */
function split(node: Node): Node[] {
  if (node.k !== 'relation' || isRange(node)) return [node];
  const last = node.args[node.args.length - 1];
  const [value, range] = withoutLast(last) ?? [];
  return value && range ? [{ ...node, args: [...node.args.slice(0, -1), value] }, range] : [node];
}

function withoutLast(node: Node): [value: Node, range: Node] | undefined {
  if (node.k !== 'mul' && node.k !== 'add') return undefined;
  const last = node.args[node.args.length - 1];
  const before = node.args.slice(0, -1);
  if (node.k === 'mul') return isRange(last) ? [before.length === 1 ? before[0] : { ...node, args: before }, last] : undefined;
  const found = withoutLast(last);
  return found && [{ ...node, args: [...before, found[0]] }, found[1]];
}
