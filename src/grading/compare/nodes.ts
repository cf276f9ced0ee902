import { children, headOf, isComputable, num, some, symbols, type Node } from '../parse/node.js';
import { equalRationals, order, whole } from '../number.js';
import { unitOf, type Unit } from '../parse/units.js';
import { compareCollections } from './collections.js';
import { compareCongruences } from './congruences.js';
import { compareExpressions } from './expressions.js';
import { isAssignment, membership } from './labels.js';
import { compareMatrices, fromIdentity, fromUnitVectors } from './matrices.js';
import { different, equal, undecided, type Comparing, type ComparisonOutcome } from './outcome.js';
import { smallRationalValue } from './rationals.js';
import { regionOf } from './regions.js';
import { compareRegions } from './lineSegments.js';
import { compareRelations } from './relations.js';
import { compareSeries, hasSeries } from './compareSeries.js';
import { compareTexts, sameChoices } from './texts.js';

const collections = new Set(['list', 'set', 'tuple', 'set operation', 'named set']);

/** Which rule decides two parsed answers, by their kinds. */
export function compareNodes(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  c.steps.spend(5);
  const [a, b] = [bare(answer), bare(gold)];
  if (a.k === 'text' || b.k === 'text') return compareTexts(a, b, c) ?? different('words against mathematics');
  if (a.k === 'unit' || b.k === 'unit') return compareUnits(a, b, c);
  if (holdsCongruence(a) || holdsCongruence(b)) return compareCongruences(a, b, c);
  const region = relationsOf(a, b) && !isAssignment(a) && !isAssignment(b) ? listRegions(a, b, c) : undefined;
  if (region) return region;
  if (a.k === 'relation' && b.k === 'list' && isAssignment(a)) return compareCollections(expandTuple(a), b, c);
  if (b.k === 'relation' && a.k === 'list' && isAssignment(b)) return compareCollections(a, expandTuple(b), c);
  if (a.k === 'tuple' && namesEach(b)) return compareCollections(a, namesEach(b)!, c);
  if (b.k === 'tuple' && namesEach(a)) return compareCollections(namesEach(a)!, b, c);
  if (a.k === 'relation' || b.k === 'relation') return compareRelations(a, b, c);
  const vectors = asVectors(a, b);
  if (vectors) return compareMatrices(...vectors, c);
  if ((a.k === 'list') !== (b.k === 'list') && sameChoices(a, b)) return equal('the same choices');
  if (collections.has(a.k) || collections.has(b.k)) return compareCollections(a, b, c);
  if (a.k === 'time' || b.k === 'time') return compareTimes(a, b);
  if (a.k === 'ratio' || b.k === 'ratio') return compareRatios(a, b, c);
  if (a.k === 'based' || b.k === 'based') return compareBased(a, b, c);
  if ((a.k === 'percent' && b.k === 'degree') || (a.k === 'degree' && b.k === 'percent')) return different('a percentage against an angle');
  if (a.k === 'percent' || b.k === 'percent') return comparePercent(a, b, c);
  if (a.k === 'degree' || b.k === 'degree') return compareDegrees(a, b, c);
  if (hasSeries(a) || hasSeries(b)) return compareSeries(a, b, c);
  const unread = [a, b].some((n) => some(n, (m) => !isComputable(m)));
  if (unread) return structure(a, b, c);
  return compareExpressions(withoutLetterUnit(a, b), withoutLetterUnit(b, a), c);
}

/** 5m or 5m² where the other side knows no m: the letter is a unit. */
function withoutLetterUnit(node: Node, other: Node): Node {
  if (node.k !== 'mul' || node.args.length < 2) return node;
  const last = node.args.at(-1)!;
  const letter = last.k === 'pow' && last.b.k === 'num' ? last.a : last;
  const unit = letter.k === 'sym' && (letter === last ? /^[mgshL]$/ : /^m$/).test(letter.name);
  if (!unit || symbols(other).length > 0 || symbols(node).length > 1) return node;
  return node.args.length === 2 ? node.args[0] : { ...node, args: node.args.slice(0, -1) };
}

/** A set of one is its member where the other side is no set; x ∈ S is S. */
function bare(node: Node): Node {
  const only = node.k === 'set' || node.k === 'list' ? node.args : [];
  if (only.length === 1) return bare(only[0]);
  return membership(node) ?? node;
}

const holdsCongruence = (n: Node): boolean =>
  n.k === 'congruence' || ((n.k === 'list' || n.k === 'set') && n.args.some((m) => m.k === 'congruence'));

const relationsOf = (a: Node, b: Node): boolean => (a.k === 'list' && b.k === 'relation') || (a.k === 'relation' && b.k === 'list');

function listRegions(a: Node, b: Node, c: Comparing): ComparisonOutcome | undefined {
  const [x, y] = [regionOf(a, c), regionOf(b, c)];
  return x && y && compareRegions(x, y, c);
}

/** (x, y) = (1, 2) names two values. */
function expandTuple(node: Node): Node {
  if (node.k !== 'relation' || node.args.length !== 2) return node;
  const [names, values] = node.args;
  if (names.k !== 'tuple' || values.k !== 'tuple' || names.args.length !== values.args.length) return node;
  return { k: 'list', args: names.args.map((n, i): Node => ({ k: 'relation', args: [n, values.args[i]], signs: ['='] })) };
}

/** x = y = z = 0 says x = 0, y = 0 and z = 0, where the other side is a tuple. */
function namesEach(node: Node): Node | undefined {
  if (node.k !== 'relation' || node.args.length < 3 || node.signs.some((s) => s !== '=')) return undefined;
  const [names, value] = [node.args.slice(0, -1), node.args[node.args.length - 1]];
  const named = new Set(names.map((n) => (n.k === 'sym' ? n.name : '')));
  if (named.has('') || named.size < names.length || value.k === 'sym') return undefined;
  return { k: 'list', args: names.map((n): Node => ({ k: 'relation', args: [n, value], signs: ['='] })) };
}

/** Matrices and vectors; a sum of unit vectors where the other side is a column or a tuple, multiples of I where it is a square matrix. */
function asVectors(a: Node, b: Node): [Node, Node] | undefined {
  const size = (n: Node): number => (n.k === 'matrix' ? (n.rows[0].length === 1 ? n.rows.length : 0) : n.k === 'tuple' ? n.args.length : 0);
  const [x, y] = [size(b) > 0 ? fromUnitVectors(a, size(b)) : undefined, size(a) > 0 ? fromUnitVectors(b, size(a)) : undefined];
  const [identical, alike] = [fromIdentity(a, b), fromIdentity(b, a)];
  if (identical) return [identical, b];
  if (alike) return [a, alike];
  return x || y || a.k === 'matrix' || b.k === 'matrix' ? [x ?? a, y ?? b] : undefined;
}

/** Units are ignored where one side has none; otherwise lengths are lengths and 100 cm is 1 m. */
function compareUnits(a: Node, b: Node, c: Comparing): ComparisonOutcome {
  const [x, y] = [a.k === 'unit' ? a.a : a, b.k === 'unit' ? b.a : b];
  if ((a.k === 'degree' && radians(b)) || (b.k === 'degree' && radians(a))) return compareExpressions(x, y, c);
  if (a.k !== 'unit' || b.k !== 'unit') {
    const [unit, other] = a.k === 'unit' ? [unitOf(a.unit), b] : [unitOf((b as { unit: string }).unit), a];
    const marked = (other.k === 'percent' || other.k === 'degree') && unit.dimension !== null;
    return marked ? different('a unit against a percentage or an angle') : c.compare(x, y, c);
  }
  const [u, v] = [unitOf(a.unit), unitOf(b.unit)];
  if (u.dimension === null || v.dimension === null || (u.dimension === v.dimension && equalRationals(u.size, v.size)))
    return c.compare(x, y, c);
  if (u.dimension !== v.dimension) return different('units of different dimensions');
  const scaled = (value: Node, { size }: Unit): Node => ({ k: 'mul', args: [value, num(size)] });
  const outcome = c.compare(scaled(x, u), scaled(y, v), c);
  return outcome.verdict === 'equal' ? equal('values in different units') : { ...outcome, rule: 'values in different units' };
}

const radians = (n: Node): boolean => n.k === 'unit' && /^(?:rad|radians?)$/i.test(n.unit);

function compareTimes(a: Node, b: Node): ComparisonOutcome {
  const [x, y] = [clock(a), clock(b)];
  if (!x || !y) return different('time of day');
  const half = x.half === y.half || x.half === '' || y.half === '';
  return x.minute === y.minute &&
    half &&
    (x.hour === y.hour || (x.half !== y.half && x.hour % 12 === y.hour % 12 && twentyFour(x) === twentyFour(y)))
    ? equal('time of day')
    : different('time of day');
}

const twentyFour = (t: Node & { k: 'time' }): number => (t.half === '' ? t.hour : (t.hour % 12) + (t.half === 'pm' ? 12 : 0));

/** A ratio of an hour and two-digit minutes may be a time. */
function clock(node: Node): (Node & { k: 'time' }) | undefined {
  if (node.k === 'time') return node;
  if (node.k !== 'ratio' || node.args.length !== 2) return undefined;
  const [hour, minute] = node.args.map((n) => (n.k === 'num' && n.value.denominator === 1n ? Number(n.value.numerator) : NaN));
  return hour >= 0 && hour <= 24 && minute >= 0 && minute < 60 ? { k: 'time', hour, minute, half: '' } : undefined;
}

/** a:b = c:d when ad = bc, all parts; a ratio of two is also the fraction. 12:00 is a time. */
function compareRatios(a: Node, b: Node, c: Comparing): ComparisonOutcome {
  const parts = (n: Node): Node[] => (n.k === 'ratio' ? n.args : [n, num(whole(1))]);
  const [x, y] = [parts(a), parts(b)];
  if (x.length !== y.length) return different('ratio');
  const zero = (n: Node): boolean => n.k === 'num' && n.value.numerator === 0n;
  if ([...x, ...y].some(zero)) return c.inOrder(x, y, 'time of day');
  for (let i = 1; i < x.length; i++) {
    const outcome = compareExpressions({ k: 'mul', args: [x[0], y[i]] }, { k: 'mul', args: [y[0], x[i]] }, c);
    if (outcome.verdict !== 'equal') return { ...outcome, rule: 'ratio' };
  }
  return equal('ratio');
}

/** 52_8 is 101010_2; a bare numeral is taken for the digits: the base was left out. */
function compareBased(a: Node, b: Node, c: Comparing): ComparisonOutcome {
  const bareNumeral = (n: Node, base: Node & { k: 'based' }): ComparisonOutcome | undefined => {
    if (n.k === 'based') return undefined;
    const digits = n.k === 'num' && n.places === undefined && n.value.denominator === 1n ? String(n.value.numerator) : undefined;
    return digits !== undefined && digits === base.digits ? equal('digits, base left out') : different('a numeral in a stated base');
  };
  if (a.k === 'based' && b.k !== 'based') return bareNumeral(b, a)!;
  if (b.k === 'based' && a.k !== 'based') return bareNumeral(a, b)!;
  return compareExpressions(a, b, c);
}

/** 28% is 0.28; and an answer may leave out the gold's sign where the number is greater than 1. A sign the gold has not is not overlooked. */
function comparePercent(a: Node, b: Node, c: Comparing): ComparisonOutcome {
  if (a.k === 'percent' && b.k === 'percent') return compareExpressions(a.a, b.a, c);
  const outcome = compareExpressions(a, b, c);
  if (outcome.verdict === 'equal') return outcome;
  if (b.k !== 'percent') return outcome;
  const value = smallRationalValue(a, c.steps);
  if (!value || order(value, whole(1)) <= 0) return outcome;
  return compareExpressions(a, b.a, c).verdict === 'equal' ? equal('percent sign left out') : outcome;
}

/** 90° is 90, the sign left out, and π/2. */
function compareDegrees(a: Node, b: Node, c: Comparing): ComparisonOutcome {
  const [x, y] = [a.k === 'degree' ? a.a : a, b.k === 'degree' ? b.a : b];
  const plain = compareExpressions(x, y, c);
  if (plain.verdict === 'equal' || (a.k === 'degree' && b.k === 'degree')) return plain;
  const pi = [x, y].some((n) => some(n, (m) => m.k === 'const' && m.name === 'pi'));
  return pi ? compareExpressions(a, b, c) : plain;
}

/** What computes nothing (an interval times a number, a set inside a sum) is equal only when it is built alike. */
function structure(a: Node, b: Node, c: Comparing): ComparisonOutcome {
  const [x, y] = [children(a), children(b)];
  if (headOf(a) !== headOf(b) || x.length !== y.length || x.length === 0) return different('values of different kinds');
  const outcome = c.inOrder(x, y, 'the same structure');
  return outcome.verdict === 'equal' ? outcome : undecided('the same structure', 'a kind of value that is compared by its structure only');
}
