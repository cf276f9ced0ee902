import { gcd, isInteger, order, type Rational } from '../number.js';
import { num, substitute, symbols, type Node } from '../parse/node.js';
import { whole } from '../number.js';
import { atRandomPoints } from './expressions.js';
import { minus, one, zero } from './labels.js';
import { different, equal, undecided, type Comparing, type ComparisonOutcome } from './outcome.js';
import { smallRationalValue } from './rationals.js';

type Congruence = Node & { k: 'congruence' };

/** Residues of one name that solve a congruence: every one modulo `modulus`, none negative or as large. */
interface Residues {
  name: string;
  modulus: bigint;
  values: bigint[];
}

const rule = 'the same residue classes';
/** Moduli up to here are tried residue by residue where the congruence is not linear. */
const tried = 360n;

/** At least one side holds a congruence; several of one modulus are alternatives. */
export function compareCongruences(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  const [a, b] = [congruencesOf(answer), congruencesOf(gold)];
  if (!a) return different('a residue class against another kind');
  if (!b) return a.length === 1 ? valueAgainst(a[0], gold, c) : different('residue classes against another kind');
  const [x, y] = [union(a, c), union(b, c)];
  if (x && y) return sameClasses(x, y);
  return a.length === 1 && b.length === 1 ? bare(a[0], b[0], c) : c.inAnyOrder(a, b, 'congruences one by one');
}

function congruencesOf(node: Node): Congruence[] | undefined {
  const members = node.k === 'list' || node.k === 'set' ? node.args : [node];
  return members.every((m): m is Congruence => m.k === 'congruence') ? members : undefined;
}

/** A remainder with its modulus answers a gold that is the remainder. */
function valueAgainst({ args, modulus }: Congruence, gold: Node, c: Comparing): ComparisonOutcome {
  const [r, n] = [smallRationalValue(args[args.length - 1], c.steps), smallRationalValue(modulus, c.steps)];
  if (!r || !n || !isInteger(r) || !isInteger(n) || n.numerator < 1n) return different('a residue class against another kind');
  const remainder = whole(((r.numerator % n.numerator) + n.numerator) % n.numerator);
  const value = order(remainder, r) === 0 || args.length === 1 ? remainder : r;
  return c.compare(num(value), gold, c);
}

/** Congruences without a name, or that are not solved: the same modulus, and members that are equal or differ by multiples of it. */
function bare(a: Congruence, b: Congruence, c: Comparing): ComparisonOutcome {
  const moduli = c.compare(a.modulus, b.modulus, c);
  if (moduli.verdict === 'different') return different('congruences of different moduli');
  const members = a.args.length === b.args.length ? c.inOrder(a.args, b.args, rule) : different(rule);
  if (moduli.verdict === 'equal' && members.verdict === 'equal') return members;
  const [x, y, n] = [a.args[a.args.length - 1], b.args[b.args.length - 1], b.modulus].map((m) => smallRationalValue(m, c.steps));
  const named = a.args.length === 2 && b.args.length === 2 && c.compare(a.args[0], b.args[0], c).verdict === 'equal';
  if (!x || !y || !n || !(named || a.args.length + b.args.length === 2)) return undecided(rule, 'the congruences cannot be solved');
  return isInteger(x) && isInteger(y) && isInteger(n) && n.numerator > 0n && (x.numerator - y.numerator) % n.numerator === 0n
    ? equal(rule)
    : different(rule);
}

/** @returns undefined when they are not all of one name and one modulus, or one of them cannot be solved */
function union(congruences: readonly Congruence[], c: Comparing): Residues | undefined {
  const solved = congruences.map((m) => solve(m, c));
  const [first] = solved;
  if (!first || solved.some((s) => s?.name !== first.name || (congruences.length > 1 && s.modulus !== first.modulus))) return undefined;
  const values = new Set(solved.flatMap((s) => s!.values));
  return { ...first, values: [...values] };
}

/** Linear congruences by Euclid's algorithm, others by trying every residue. */
function solve({ args, modulus }: Congruence, c: Comparing): Residues | undefined {
  const n = smallRationalValue(modulus, c.steps);
  if (args.length !== 2 || !n || !isInteger(n) || n.numerator < 1n) return undefined;
  const difference = minus(args[0], args[1]);
  const names = symbols(difference);
  if (names.length !== 1) return undefined;
  const at = (value: Node): Rational | undefined => smallRationalValue(substitute(difference, names[0], value), c.steps);
  const [atZero, atOne] = [at(zero), at(one)];
  if (!atZero || !atOne || !isInteger(atZero) || !isInteger(atOne)) return undefined;
  const slope = atOne.numerator - atZero.numerator;
  const linear: Node = { k: 'add', args: [{ k: 'mul', args: [num(whole(slope)), { k: 'sym', name: names[0] }] }, num(atZero)] };
  if (atRandomPoints(difference, linear, c)?.verdict === 'equal')
    return { name: names[0], ...linearSolution(slope, -atZero.numerator, n.numerator) };
  if (n.numerator > tried) return undefined;
  const values: bigint[] = [];
  for (let r = 0n; r < n.numerator; r++) {
    const value = at(num(whole(r)));
    // Only for polynomials with whole coefficients does a residue stand for its class.
    if (!value || !isInteger(value) || !isPolynomial(difference)) return undefined;
    if (value.numerator % n.numerator === 0n) values.push(r);
  }
  return { name: names[0], modulus: n.numerator, values };
}

/** ax ≡ b (mod n): with g = gcd(a, n), none unless g divides b, else one residue modulo n/g. */
function linearSolution(a: bigint, b: bigint, n: bigint): Omit<Residues, 'name'> {
  const g = a === 0n ? n : gcd(a < 0n ? -a : a, n);
  if (b % g !== 0n) return { modulus: 1n, values: [] };
  const m = n / g;
  return { modulus: m, values: [positive((b / g) * inverse(positive(a / g, m), m), m)] };
}

const positive = (a: bigint, m: bigint): bigint => ((a % m) + m) % m;

function inverse(a: bigint, m: bigint): bigint {
  let [r, next, t, nextT] = [m, a, 0n, 1n];
  while (next !== 0n) {
    const q = r / next;
    [r, next, t, nextT] = [next, r - q * next, nextT, t - q * nextT];
  }
  return positive(t, m);
}

function isPolynomial(node: Node): boolean {
  if (node.k === 'num') return isInteger(node.value);
  if (node.k === 'sym') return true;
  if (node.k === 'neg') return isPolynomial(node.a);
  if (node.k === 'pow') return isPolynomial(node.a) && node.b.k === 'num' && isInteger(node.b.value) && node.b.value.numerator >= 0n;
  return (node.k === 'add' || node.k === 'mul') && node.args.every(isPolynomial);
}

/** 2 of 4 and 1 of 2 are the same class: both are brought to their shortest period. */
function sameClasses(x: Residues, y: Residues): ComparisonOutcome {
  const [a, b] = [shortest(x), shortest(y)];
  const same = a.modulus === b.modulus && a.values.length === b.values.length && a.values.every((v) => b.values.includes(v));
  const named = x.name === y.name || a.values.length + b.values.length === 0;
  return same && named ? equal(rule) : different(rule);
}

function shortest({ modulus, values, name }: Residues): Residues {
  if (values.length === 0) return { name, modulus: 1n, values };
  const all = new Set(values);
  for (let m = 1n; m < modulus && m * BigInt(values.length) <= tried * tried && m <= tried; m++)
    if (modulus % m === 0n && values.every((v) => all.has((v + m) % modulus)))
      return { name, modulus: m, values: [...new Set(values.map((v) => v % m))] };
  return { name, modulus, values };
}
