import { add, divide, isInteger, negate, order, whole, type Rational } from '../number.js';
import { children, mapChildren, num, some, substitute, symbols, type Node } from '../parse/node.js';
import { compareExpressions } from './expressions.js';
import { minus, one } from './labels.js';
import { different, equal, undecided, type Comparing, type ComparisonOutcome } from './outcome.js';
import { smallRationalValue } from './rationals.js';

type Series = Node & { k: 'series' };

/** Nodes that writing out the terms may make; what is longer is left for computer algebra. */
const longest = 6_000;

export const hasSeries = (node: Node): boolean => some(node, (n) => n.k === 'series');

/** Sums and products with limits that are numbers, term by term; endless geometric series by their formula. */
export function expandSeries(node: Node, c: Comparing): Node {
  if (!hasSeries(node)) return node;
  const inner = mapChildren(node, (n) => expandSeries(n, c));
  if (inner.k !== 'series') return inner;
  const from = smallRationalValue(inner.from, c.steps);
  if (!from || !isInteger(from)) return inner;
  if (inner.to.k === 'const' && inner.to.name === 'inf') return geometric(inner, c) ?? inner;
  const to = smallRationalValue(inner.to, c.steps);
  if (!to || !isInteger(to)) return inner;
  const count = to.numerator - from.numerator + 1n;
  const identity = inner.op === 'sum' ? whole(0) : whole(1);
  if (count <= 0n) return count === 0n ? num(identity) : inner;
  if (count * BigInt(size(inner.body)) > longest) return inner;
  const args = Array.from({ length: Number(count) }, (_, i) => atIndex(inner.body, inner.index, add(from, whole(i))));
  return { k: inner.op === 'sum' ? 'add' : 'mul', args };
}

/** The body for one value of the index, which subscripts know too: a_i is a_3. */
function atIndex(body: Node, index: string, value: Rational): Node {
  const numbered = (n: Node): Node =>
    n.k === 'sym' && n.name.endsWith(`_${index}`)
      ? { ...n, name: `${n.name.slice(0, -index.length)}${value.numerator}` }
      : mapChildren(n, numbered);
  return substitute(numbered(body), index, num(value));
}

const subscripts = ({ body, index }: Series): boolean => symbols(body).some((name) => name.endsWith(`_${index}`));

const size = (node: Node): number => 1 + children(node).reduce((sum, n) => sum + size(n), 0);

/** Σ f(k) from k = m without end, where f(k + 1) = r f(k) for a rational |r| < 1: f(m) / (1 − r). */
function geometric({ op, body, index, from }: Series, c: Comparing): Node | undefined {
  const after: Node = { k: 'add', args: [from, one] };
  const [first, second] = [from, after].map((k) => smallRationalValue(substitute(body, index, k), c.steps));
  const ratio = first && second && divide(second, first);
  if (op !== 'sum' || !ratio || order(ratio, whole(1)) >= 0 || order(ratio, whole(-1)) <= 0) return undefined;
  const next = substitute(body, index, { k: 'add', args: [{ k: 'sym', name: index }, one] });
  const scaled: Node = { k: 'mul', args: [num(ratio), body] };
  if (symbols(body).some((name) => name !== index) || compareExpressions(next, scaled, c).verdict !== 'equal') return undefined;
  const value = divide(first, add(whole(1), negate(ratio)));
  return value && num(value);
}

/** What is left holds a sum or product whose limits are not all numbers. */
export function compareSeries(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  if (answer.k === 'series' && gold.k === 'series') {
    const same = answer.op === gold.op ? sameTerms(answer, gold, c) : undefined;
    if (same) return same;
  }
  if (answer.k === 'series' && !hasSeries(gold)) return byInduction(answer, gold, c);
  if (gold.k === 'series' && !hasSeries(answer)) return byInduction(gold, answer, c);
  return open(answer, gold);
}

const open = (answer: Node, gold: Node): ComparisonOutcome => ({
  ...undecided('sums and products', 'a sum or product is not written out'),
  open: { answer, gold },
});

function sameTerms(a: Series, b: Series, c: Comparing): ComparisonOutcome | undefined {
  const rename = (n: Node): Node =>
    n.k === 'sym' && n.name.endsWith(`_${a.index}`) ? { ...n, name: n.name.slice(0, -a.index.length) + b.index } : mapChildren(n, rename);
  const renamed = substitute(rename(a.body), a.index, { k: 'sym', name: b.index });
  const outcome = symbols(a.body).includes(b.index) && a.index !== b.index ? undefined : c.inOrder([a.from, a.to, renamed], [b.from, b.to, b.body], 'the same terms'); // prettier-ignore
  return outcome?.verdict === 'equal' ? outcome : undefined;
}

/**
 * Σ f(k) up to n equals S(n) exactly when S(m) = f(m) and S(n) − S(n − 1) = f(n); Π likewise with the quotient. Small n show
 * what is unequal.
 */
function byInduction(series: Series, closed: Node, c: Comparing): ComparisonOutcome {
  const { op, body, index, from, to } = series;
  const rule = op === 'sum' ? 'sum by induction' : 'product by induction';
  const start = smallRationalValue(from, c.steps);
  if (to.k !== 'sym' || !start || !isInteger(start) || symbols(from).length > 0 || subscripts(series)) return open(closed, series);
  for (let i = 0; i < 5; i++) {
    const n = num(add(start, whole(i)));
    const written = expandSeries({ ...series, body: substitute(body, to.name, n), to: n }, c);
    if (hasSeries(written)) break;
    const outcome = compareExpressions(written, substitute(closed, to.name, n), c);
    if (outcome.verdict === 'different') return different(rule);
    if (i === 0 && outcome.verdict !== 'equal') return open(closed, series);
  }
  if (symbols(body).includes(to.name) && index !== to.name) return open(closed, series);
  const before = substitute(closed, to.name, minus(to, one));
  const last = substitute(body, index, to);
  const step =
    op === 'sum' ? compareExpressions(minus(closed, before), last, c) : compareExpressions(closed, { k: 'mul', args: [before, last] }, c);
  return step.verdict === 'equal' ? equal(rule) : open(closed, series);
}
