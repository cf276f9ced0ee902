import { whole } from '../number.js';
import { isComputable, mapChildren, num, some, substitute, symbols, type Node } from '../parse/node.js';
import { different, undecided, type Comparing, type ComparisonOutcome } from './outcome.js';

type Matrix = Node & { k: 'matrix' };

/** Determinants are written out up to this size. */
const largest = 4;

/** Sums, transposes, determinants and multiples of matrices, written out. */
export function writtenOut(node: Node): Node {
  if (!some(node, isMatrix)) return node;
  const n = mapChildren(node, writtenOut);
  if (n.k === 'neg' && isMatrix(n.a)) return entries(n.a, (x) => ({ k: 'neg', a: x }));
  if (n.k === 'div' && isMatrix(n.a) && isComputable(n.b)) return entries(n.a, (x) => ({ k: 'div', a: x, b: n.b }));
  if (n.k === 'mul') return multiple(n.args) ?? n;
  if (n.k === 'add') return sum(n.args) ?? n;
  const [only] = n.k === 'call' ? n.args : [];
  if (n.k !== 'call' || !isMatrix(only)) return n;
  if (n.fn === 'transpose') return { k: 'matrix', rows: only.rows[0].map((_, j) => only.rows.map((row) => row[j])) };
  return n.fn === 'det' && only.rows.length === only.rows[0].length && only.rows.length <= largest ? determinant(only.rows) : n;
}

const isMatrix = (n: Node): n is Matrix => n.k === 'matrix';

const entries = (m: Matrix, f: (entry: Node) => Node): Matrix => ({ k: 'matrix', rows: m.rows.map((row) => row.map(f)) });

/** Numbers times one matrix. */
function multiple(factors: readonly Node[]): Node | undefined {
  const matrices = factors.filter(isMatrix);
  const scalars = factors.filter((f) => !isMatrix(f));
  if (matrices.length !== 1 || scalars.some((f) => some(f, (n) => !isComputable(n)))) return undefined;
  return entries(matrices[0], (x) => ({ k: 'mul', args: [...scalars, x] }));
}

function sum(terms: readonly Node[]): Node | undefined {
  const [first, ...rest] = terms;
  const alike = (m: Node): m is Matrix =>
    isMatrix(m) && isMatrix(first) && m.rows.length === first.rows.length && m.rows[0].length === first.rows[0].length;
  if (!alike(first) || !rest.every(alike)) return undefined;
  return {
    k: 'matrix',
    rows: first.rows.map((row, i) => row.map((x, j): Node => ({ k: 'add', args: [x, ...rest.map((m) => m.rows[i][j])] }))),
  };
}

/** By the first row. */
function determinant(rows: readonly Node[][]): Node {
  if (rows.length === 1) return rows[0][0];
  const minor = (j: number): Node => determinant(rows.slice(1).map((row) => row.filter((_, k) => k !== j)));
  const args = rows[0].map((x, j): Node => ({ k: 'mul', args: [num(whole(j % 2 === 0 ? 1 : -1)), x, minor(j)] }));
  return { k: 'add', args };
}

/** Entry by entry; a vector may be written as a column, a row, a tuple or a sum of unit vectors. */
export function compareMatrices(a: Node, b: Node, c: Comparing): ComparisonOutcome {
  const [m, n] = [matrixOf(a), matrixOf(b)];
  if (m && n) {
    if (m.rows.length !== n.rows.length || m.rows[0].length !== n.rows[0].length) return different('matrices of different shape');
    return c.inOrder(m.rows.flat(), n.rows.flat(), 'matrix, entry by entry');
  }
  const [x, y] = [vectorOf(a), vectorOf(b)];
  if (x && y) return c.inOrder(x, y, 'vector, entry by entry');
  return undecided('matrices', 'one side is a matrix, the other is built otherwise');
}

/** [[1, 0], [0, 1]] is a matrix by rows. */
function matrixOf(node: Node): Matrix | undefined {
  if (node.k === 'matrix') return node;
  if (node.k !== 'tuple' || node.open !== '[' || node.close !== ']') return undefined;
  const rows = node.args
    .filter((row) => row.k === 'tuple' && row.open === '[' && row.close === ']')
    .map((row) => (row as { args: Node[] }).args);
  return rows.length === node.args.length && rows.every((row) => row.length === rows[0].length) ? { k: 'matrix', rows } : undefined;
}

function vectorOf(node: Node): Node[] | undefined {
  if (node.k === 'matrix') return node.rows.length === 1 ? node.rows[0] : node.rows[0].length === 1 ? node.rows.flat() : undefined;
  if (node.k === 'tuple') return (node.open === '[') === (node.close === ']') ? node.args : undefined;
  return node.k === 'list' ? node.args : undefined;
}

/** −5I written out, where the other side is a square matrix. @returns undefined for anything that is no multiple or sum of I */
export function fromIdentity(node: Node, other: Node): Node | undefined {
  if (!isMatrix(other) || other.rows.length !== other.rows[0].length || some(node, (n) => !isComputable(n))) return undefined;
  if (!symbols(node).includes('I') || symbols(other).includes('I')) return undefined;
  const rows = other.rows.map((row, i) => row.map((_, j) => num(whole(i === j ? 1 : 0))));
  const written = writtenOut(substitute(node, 'I', { k: 'matrix', rows }));
  return isMatrix(written) ? written : undefined;
}

/** i, j, k as names of unit vectors, bold or with a hat. */
const axes = ['i', 'j', 'k'];
const axisOf = (n: Node): number =>
  axes.indexOf(n.k === 'sym' ? n.name.replace(/^hat \\?(?:math(?:bf|rm))?/, '') : n.k === 'const' ? n.name : '');

/** 3i − 2j as the column (3, −2), where the other side is a vector. @returns undefined for any other expression */
export function fromUnitVectors(node: Node, size: number): Node | undefined {
  const names = symbols(node);
  if (size < 2 || size > 3 || !names.some((name) => axisOf({ k: 'sym', name }) === 1) || some(node, (n) => !isComputable(n)))
    return undefined;
  const coordinates: Node[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const at = (n: Node): Node => {
      const own = axisOf(n);
      return own < 0 ? mapChildren(n, at) : num(whole(own === axis ? 1 : 0));
    };
    coordinates.push(at(node));
  }
  const rows = coordinates.slice(0, size).map((x) => [x]);
  return size === 2 && names.some((name) => axisOf({ k: 'sym', name }) === 2) ? undefined : { k: 'matrix', rows };
}
