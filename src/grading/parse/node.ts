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
  | { k: 'list'; args: Node[] }
  | { k: 'named set'; name: string }
  | { k: 'set operation'; op: '∪' | '∩' | '∖'; args: Node[] }
  | { k: 'matrix'; rows: Node[][] }
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

/** Names of the variables, sorted. */
export function symbols(node: Node): string[] {
  const names = new Set<string>();
  const visit = (n: Node): void => {
    if (n.k === 'sym') names.add(n.name);
    children(n).forEach(visit);
  };
  visit(node);
  return [...names].sort();
}

export const num = (value: Rational, places?: number): Node => (places === undefined ? { k: 'num', value } : { k: 'num', value, places });
