import type { Rational } from '../number.js';

/** How two sides of a relation stand to each other. */
export type RelationSign = '=' | '≠' | '<' | '>' | '≤' | '≥' | '≈' | '∈' | '→';

/** What an answer says: the tree that the parser makes and the comparison walks. */
export type Node =
  /** `places`: digits after the decimal point of a decimal literal. */
  | { k: 'num'; value: Rational; places?: number }
  | { k: 'sym'; name: string }
  | { k: 'const'; name: 'pi' | 'e' | 'i' | 'inf' }
  | { k: 'add'; args: Node[] }
  | { k: 'mul'; args: Node[] }
  | { k: 'neg'; a: Node }
  | { k: 'div'; a: Node; b: Node }
  | { k: 'pow'; a: Node; b: Node }
  /** a ± b: two values. `down` for ∓. */
  | { k: 'pm'; a: Node; b: Node; down: boolean }
  | { k: 'call'; fn: string; args: Node[] }
  | { k: 'percent'; a: Node }
  | { k: 'degree'; a: Node }
  | { k: 'unit'; a: Node; unit: string }
  /** A numeral in a stated base, as 1012_3. */
  | { k: 'based'; digits: string; base: number; value: Rational }
  | { k: 'ratio'; args: Node[] }
  /** `half`: am, pm or not said. */
  | { k: 'time'; hour: number; minute: number; half: '' | 'am' | 'pm' }
  | { k: 'text'; text: string }
  | { k: 'tuple'; args: Node[]; open: '(' | '[' | '⟨'; close: ')' | ']' | '⟩' }
  | { k: 'set'; args: Node[] }
  /** `or`: said to be alternatives. */
  | { k: 'list'; args: Node[]; or?: boolean }
  | { k: 'named set'; name: string }
  | { k: 'set operation'; op: '∪' | '∩' | '∖'; args: Node[] }
  | { k: 'matrix'; rows: Node[][] }
  /** a ≡ b (mod n); a single member is a residue without its name. */
  | { k: 'congruence'; args: Node[]; modulus: Node }
  /** Σ or Π of `body` for whole `index` between `from` and `to`; the index is bound. */
  | { k: 'series'; op: 'sum' | 'product'; index: string; body: Node; from: Node; to: Node }
  | { k: 'relation'; args: Node[]; signs: RelationSign[] };

type KindOf<K extends Node['k']> = Extract<Node, { k: K }>;

/** What has a value that can be computed: numbers, variables and what is built of them. */
export type Computable = KindOf<
  'num' | 'based' | 'sym' | 'const' | 'add' | 'mul' | 'neg' | 'div' | 'pow' | 'call' | 'percent' | 'degree' | 'unit'
>;

const computable = new Set<Node['k']>([
  'num',
  'based',
  'sym',
  'const',
  'add',
  'mul',
  'neg',
  'div',
  'pow',
  'call',
  'percent',
  'degree',
  'unit',
]);

/** Whether the node itself computes; its members may still not. */
export const isComputable = (node: Node): node is Computable => computable.has(node.k);

/** The members directly below a node. */
export function children(node: Node): Node[] {
  switch (node.k) {
    case 'num':
    case 'sym':
    case 'const':
    case 'based':
    case 'time':
    case 'text':
    case 'named set':
      return [];
    case 'neg':
    case 'percent':
    case 'degree':
    case 'unit':
      return [node.a];
    case 'div':
    case 'pow':
    case 'pm':
      return [node.a, node.b];
    case 'matrix':
      return node.rows.flat();
    case 'congruence':
      return [...node.args, node.modulus];
    case 'series':
      return [node.body, node.from, node.to];
    case 'add':
    case 'mul':
    case 'call':
    case 'ratio':
    case 'tuple':
    case 'set':
    case 'list':
    case 'set operation':
    case 'relation':
      return node.args;
  }
}

/** What a node says beside its members: its kind, with the signs, brackets or name that belong to it. */
export function headOf(node: Node): string {
  switch (node.k) {
    case 'call':
      return `call ${node.fn}`;
    case 'tuple':
      return node.open + node.close;
    case 'set operation':
      return node.op;
    case 'relation':
      return node.signs.join(' ');
    case 'series':
      return `${node.op} ${node.index}`;
    case 'matrix':
      return `matrix ${node.rows.length}`;
    case 'unit':
      return `unit ${node.unit}`;
    case 'pm':
      return node.down ? '∓' : '±';
    case 'num':
    case 'based':
    case 'sym':
    case 'const':
    case 'add':
    case 'mul':
    case 'neg':
    case 'div':
    case 'pow':
    case 'percent':
    case 'degree':
    case 'ratio':
    case 'time':
    case 'text':
    case 'set':
    case 'list':
    case 'named set':
    case 'congruence':
      return node.k;
  }
}

/** The same node with every child replaced. */
export function mapChildren(node: Node, f: (n: Node) => Node): Node {
  switch (node.k) {
    case 'neg':
    case 'percent':
    case 'degree':
    case 'unit':
      return { ...node, a: f(node.a) };
    case 'div':
    case 'pow':
    case 'pm':
      return { ...node, a: f(node.a), b: f(node.b) };
    case 'matrix':
      return { ...node, rows: node.rows.map((row) => row.map(f)) };
    case 'congruence':
      return { ...node, args: node.args.map(f), modulus: f(node.modulus) };
    case 'series':
      return { ...node, body: f(node.body), from: f(node.from), to: f(node.to) };
    case 'add':
    case 'mul':
    case 'call':
    case 'ratio':
    case 'tuple':
    case 'set':
    case 'list':
    case 'set operation':
    case 'relation':
      return { ...node, args: node.args.map(f) };
    case 'num':
    case 'sym':
    case 'const':
    case 'based':
    case 'time':
    case 'text':
    case 'named set':
      return node;
  }
}

/** Whether the predicate holds somewhere in the tree. */
export const some = (node: Node, test: (node: Node) => boolean): boolean => test(node) || children(node).some((c) => some(c, test));

/** Names of the variables, sorted; not those that a sum or product binds. */
export function symbols(node: Node): string[] {
  const names = new Set<string>();
  const visit = (n: Node): void => {
    if (n.k === 'sym') names.add(n.name);
    if (n.k === 'series') {
      symbols(n.body).forEach((name) => name !== n.index && names.add(name));
      [n.from, n.to].forEach(visit);
    } else children(n).forEach(visit);
  };
  visit(node);
  return [...names].sort();
}

/** The variable replaced everywhere that it is free. */
export function substitute(node: Node, name: string, value: Node): Node {
  if (node.k === 'sym') return node.name === name ? value : node;
  if (node.k === 'series' && node.index === name)
    return { ...node, from: substitute(node.from, name, value), to: substitute(node.to, name, value) };
  return mapChildren(node, (child) => substitute(child, name, value));
}

export const num = (value: Rational, places?: number): Node => (places === undefined ? { k: 'num', value } : { k: 'num', value, places });
