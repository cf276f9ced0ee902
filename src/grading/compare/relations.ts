import { symbols, type Node, type RelationSign } from '../parse/node.js';
import { ExactPoint } from './exact.js';
import { atRandomPoints, sameNames } from './expressions.js';
import { floatValue } from './float.js';
import { inverse, primes } from './field.js';
import { isAssignment, isEquation, isLabel, labelOf, membership, minus, valuesOf, type Relation } from './labels.js';
import { different, equal, undecided, type Comparing, type ComparisonOutcome } from './outcome.js';
import { regionOf, solution } from './regions.js';
import { compareRegions } from './lineSegments.js';

/** At least one side is a relation. */
export function compareRelations(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  const [inAnswer, inGold] = [membership(answer), membership(gold)];
  if (inAnswer || inGold) return c.compare(inAnswer ?? answer, inGold ?? gold, c);
  const [a, b] = [answer, gold].map((n) => (n.k === 'relation' ? nameFirst(n) : undefined));
  if (a && b) return isEquation(a) && isEquation(b) ? compareEquations(a, b, c) : compareInequalities(a, b, c);
  if (a) return isEquation(a) ? valueAgainst(a, gold, c) : againstSet(a, gold, c, c.setRelation);
  if (b) return isEquation(b) ? goldValue(answer, b, c) : againstSet(answer, b, c, true);
  return different('relations');
}

/** 5 = x is x = 5. */
function nameFirst(r: Relation): Relation {
  const [left, right] = r.args;
  return r.signs.join('') === '=' && right.k === 'sym' && symbols(left).length === 0 ? { ...r, args: [right, left] } : r;
}

function compareEquations(answer: Relation, gold: Relation, c: Comparing): ComparisonOutcome {
  if (isAssignment(answer) && isAssignment(gold)) {
    const labels = sameLabel(labelOf(answer), labelOf(gold), c);
    if (labels) return anyValue(valuesOf(answer), (v) => anyValue(valuesOf(gold), (w) => c.compare(v, w, c)));
    if (answer.signs.length > 1 || gold.signs.length > 1) return different('values of different names');
  }
  const turned = proportional(differenceOf(answer), differenceOf(gold), c);
  return turned === undefined
    ? undecided('equation', 'the equations cannot be brought to one form')
    : turned === 0
      ? different('equation up to a factor')
      : equal('equation up to a factor');
}

const differenceOf = (r: Relation): Node => minus(r.args[0], r.args.at(-1)!);

export function sameLabel(a: Node, b: Node, c: Comparing): boolean {
  if (!c.strict && isLabel(a) && isLabel(b)) return true;
  if (a.k === 'text' || b.k === 'text') return a.k === b.k && (a as { text: string }).text === (b as { text: string }).text;
  if (a.k === 'tuple' && b.k === 'tuple') return a.args.length === b.args.length && a.args.every((x, i) => sameLabel(x, b.args[i], c));
  return atRandomPoints(a, b, c)?.verdict === 'equal';
}

/** The answer is a chain of equations, the gold is not: its last value counts, if what stands before it names it or computes it. */
function valueAgainst(answer: Relation, gold: Node, c: Comparing): ComparisonOutcome {
  const first = answer.args[0];
  const constant = (n: Node): boolean => symbols(n).length === 0;
  const names =
    isAssignment(answer) ||
    (!constant(first) && constant(answer.args.at(-1)!) && !isZero(answer.args.at(-1)!)) ||
    answer.args.every(constant);
  if (!names) return different('an equation is not one of its sides');
  return anyValue(valuesOf(answer), (value) => c.compare(value, gold, c));
}

function goldValue(answer: Node, gold: Relation, c: Comparing): ComparisonOutcome {
  const { args } = gold;
  const composite = !['sym', 'call', 'text', 'tuple', 'ratio'].includes(args[0].k) && isZero(args.at(-1)!);
  const forms = gold.signs.includes('≈') && args.every((n) => symbols(n).length === 0);
  if ((!isAssignment(gold) && !forms) || composite) return different('an equation is not one of its sides');
  return anyValue(valuesOf(gold), (value) => c.compare(answer, value, c));
}

const isZero = (n: Node): boolean => n.k === 'num' && n.value.numerator === 0n;

function anyValue(values: readonly Node[], compare: (value: Node) => ComparisonOutcome): ComparisonOutcome {
  const outcomes = values.map(compare);
  return outcomes.find((o) => o.verdict === 'equal') ?? outcomes.find((o) => o.verdict === 'undecided') ?? outcomes[0];
}

function compareInequalities(answer: Relation, gold: Relation, c: Comparing): ComparisonOutcome {
  const [a, b] = [solution(answer, c), solution(gold, c)];
  if (a && b) return sameLabel(a.label, b.label, c) ? compareRegions(a.region, b.region, c) : different('inequalities of different names');
  if (answer.args.length === 2 && gold.args.length === 2) return compareSingle(answer, gold, c);
  if (answer.args.length !== gold.args.length) return different('chain of relations');
  const straight = chain(answer.args, answer.signs, gold, c);
  if (straight.verdict === 'equal') return straight;
  const turned = chain([...answer.args].reverse(), answer.signs.map(mirror).reverse(), gold, c);
  return turned.verdict === 'different' ? straight : turned;
}

function chain(args: readonly Node[], signs: readonly RelationSign[], gold: Relation, c: Comparing): ComparisonOutcome {
  return signs.every((s, i) => s === gold.signs[i]) ? c.inOrder(args, gold.args, 'chain of relations') : different('chain of relations');
}

const mirror = (s: RelationSign): RelationSign =>
  (({ '<': '>', '>': '<', '≤': '≥', '≥': '≤' }) as Partial<Record<RelationSign, RelationSign>>)[s] ?? s;

/** Two inequalities in several variables: equal up to a factor, which turns them when it is negative. */
function compareSingle(answer: Relation, gold: Relation, c: Comparing): ComparisonOutcome {
  const rule = 'inequality up to a factor';
  const sign = proportional(differenceOf(answer), differenceOf(gold), c);
  if (sign === undefined) return undecided(rule, 'the inequalities cannot be brought to one form');
  if (sign === 0) return different(rule);
  const expected = sign > 0 ? answer.signs[0] : mirror(answer.signs[0]);
  return expected === gold.signs[0] ? equal(rule) : different(rule);
}

/** Sign of the constant k with a = k·b; 0 when there is none. @returns undefined when that cannot be told */
function proportional(answer: Node, b: Node, c: Comparing): number | undefined {
  const a = c.strict ? answer : sameNames(answer, b);
  let faithful = true;
  let factor: string | undefined;
  let points = 0;
  for (let i = 0; i < 10 && points < 3; i++) {
    const index = i * primes.length; // one prime, so that the factors compare
    const point = new ExactPoint(index, c.steps);
    const [x, y] = [point.image(a), point.image(b)];
    if (x.value === null || y.value === null) continue;
    faithful &&= x.faithful && y.faithful;
    const inverted = inverse(y.value, primes[0]);
    if (inverted === undefined || x.value === 0n) return x.value === 0n && inverted === undefined ? undefined : 0;
    const ratio = String((x.value * inverted) % primes[0]);
    factor ??= ratio;
    if (ratio !== factor) return faithful ? cleared(a, b, c) : undefined;
    points++;
  }
  return points < 3 ? undefined : signOfFactor(a, b, c);
}

/** Equations that divide by a variable: the same after multiplying by the denominators. */
function cleared(a: Node, b: Node, c: Comparing): number | undefined {
  const [x, y] = [numerator(a), numerator(b)];
  return x === a && y === b ? 0 : proportional(x, y, c);
}

/** The numerator over a common denominator of a sum; the sum itself when nothing is divided by a variable. */
function numerator(node: Node): Node {
  if (node.k !== 'add') return node;
  const denominators = node.args.map((t) => denominatorOf(t)).filter((d) => d !== undefined && symbols(d).length > 0) as Node[];
  if (denominators.length === 0 || denominators.length > 6) return node;
  return { k: 'add', args: node.args.map((t): Node => ({ k: 'mul', args: [t, ...denominators] })) };
}

const denominatorOf = (node: Node): Node | undefined => (node.k === 'div' ? node.b : node.k === 'neg' ? denominatorOf(node.a) : undefined);

function signOfFactor(a: Node, b: Node, c: Comparing): number | undefined {
  const names = [...new Set([...symbols(a), ...symbols(b)])].sort();
  for (let i = 0; i < 8; i++) {
    const at = (name: string): number => 0.3 + ((names.indexOf(name) * 0.618 + i * 0.755) % 1) * (i % 2 === 0 ? 3 : -3);
    const ratio = floatValue(a, at, false, c.steps).re / floatValue(b, at, false, c.steps).re;
    if (Number.isFinite(ratio) && ratio !== 0) return Math.sign(ratio);
  }
  return undefined;
}

/** A relation against an interval, a union or a set. */
function againstSet(answer: Node, gold: Node, c: Comparing, allowed: boolean): ComparisonOutcome {
  const [a, b] = [regionOf(answer, c), regionOf(gold, c)];
  if (!a || !b) return different('relation against another kind');
  if (!allowed) return undecided('relation against the set of its solutions', 'allowed only with the set-relation option');
  const outcome = compareRegions(a, b, c);
  return outcome.verdict === 'equal' ? equal('relation against the set of its solutions') : outcome;
}
