import { smallest } from '../../core/extremes.js';
import { absolute, equalRationals, isInteger, order, rational, whole, add, multiply, negate, type Rational } from '../number.js';
import { children, mapChildren, some, symbols, type Node } from '../parse/node.js';
import { ExactPoint } from './exact.js';
import { floatValue, type Complex } from './float.js';
import { floor, smallRationalValue } from './rationals.js';
import { different, equal, undecided, type Comparing, type ComparisonOutcome } from './outcome.js';
import { agreeToFiftyDigits } from './precise.js';

/** Two expressions: exact where everything is rational, at random points of prime fields, then numerically. */
export function compareExpressions(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  const a = smallRationalValue(answer, c.steps);
  const b = a && smallRationalValue(gold, c.steps);
  if (a && b) {
    if (equalRationals(a, b)) return equal(isInteger(a) ? 'exact integers' : 'exact rationals');
    return decimals(answer, gold, a, b, c) ?? different(isInteger(a) && isInteger(b) ? 'exact integers' : 'exact rationals');
  }
  const infinite = infinity(answer, gold);
  if (infinite) return infinite;
  const renamed = c.strict ? answer : sameNames(answer, gold);
  const exact = atRandomPoints(renamed, gold, c);
  if (exact?.verdict === 'equal') return exact;
  if (symbols(renamed).length + symbols(gold).length === 0) return compareConstants(renamed, gold, exact, c);
  return exact ?? probe(renamed, gold, c);
}

function infinity(a: Node, b: Node): ComparisonOutcome | undefined {
  const sign = (n: Node): number =>
    n.k === 'const' && n.name === 'inf' ? 1 : n.k === 'neg' ? -sign(n.a) : n.k === 'add' && n.args.length === 1 ? sign(n.args[0]) : 0;
  const [x, y] = [sign(a), sign(b)];
  if (x === 0 && y === 0) return undefined;
  return x === y ? equal('infinity') : different('infinity');
}

/** Without strictness, variables are matched by their order in the alphabet. */
export function sameNames(answer: Node, gold: Node): Node {
  const [from, to] = [symbols(answer), symbols(gold)];
  if (from.length !== to.length) return answer;
  const names = new Map(from.map((name, i) => [name, to[i]]));
  const rename = (n: Node): Node => {
    if (n.k === 'sym') return { k: 'sym', name: names.get(n.name) ?? n.name };
    return mapChildren(n, rename);
  };
  return rename(answer);
}

/** @returns undefined when the points decide nothing: unequal, but with parts taken as unknowns, or poles everywhere */
export function atRandomPoints(a: Node, b: Node, c: Comparing): ComparisonOutcome | undefined {
  const rule = 'exact evaluation at random points';
  let agreeing = 0;
  for (let i = 0; i < 6 && agreeing < 3; i++) {
    const point = new ExactPoint(i, c.steps);
    const [x, y] = [point.image(a), point.image(b)];
    if (x.value === null || y.value === null) continue;
    if (x.value !== y.value) return x.faithful && y.faithful ? different(rule) : undefined;
    agreeing++;
  }
  return agreeing === 3 ? equal(rule) : undefined;
}

/** The coarsest decimal literal of a constant, as the size of a unit in its last stated place. */
function lastPlace(node: Node): number | undefined {
  if (node.k === 'num') return node.places;
  const places = children(node)
    .map(lastPlace)
    .filter((p) => p !== undefined);
  return places.length > 0 ? smallest(places) : undefined;
}

const literal = (node: Node): boolean =>
  node.k === 'num'
    ? node.places !== undefined || isInteger(node.value)
    : (node.k === 'neg' || node.k === 'unit' || node.k === 'percent' || node.k === 'degree') && literal(node.a);

/** Fewer decimals than these are asked for on purpose: then rounding alone decides. */
const standardPrecision = 6;

const decimalRule = 'decimal, rounded';

/**
 * Tolerance for decimal literals: both values round to the same number at `precision` decimals, and differ by no more than half a
 * unit in the last place of the literal (the coarser, if both are). Two literals of equally many decimals must be the same, unless
 * a precision below the standard one asks for less.
 */
function decimals(answer: Node, gold: Node, a: Rational, b: Rational, c: Comparing): ComparisonOutcome | undefined {
  const [p, q] = [lastPlace(answer), lastPlace(gold)];
  if (p === undefined && q === undefined) return undefined;
  const rough = c.precision < standardPrecision;
  if (!rough && literal(answer) && literal(gold) && (p === q || p === undefined || q === undefined))
    return different('decimals of equal precision');
  if (q === undefined && roundedFraction(answer, p ?? 0, a, gold, b)) return equal('a long fraction, rounded');
  const percent = answer.k === 'percent' || gold.k === 'percent' ? 2 : 0;
  const stated = Math.min(p ?? Infinity, q ?? Infinity) + percent;
  const places = rough ? Math.min(stated, c.precision) : stated;
  const difference = add(a, negate(b));
  const halfUnit = rational(1n, 2n * 10n ** BigInt(places));
  const close = order({ ...difference, numerator: absolute(difference.numerator) }, add(halfUnit, noise(b))) <= 0;
  // Beside other numbers a literal's last place says little: then all digits that are asked for must agree.
  const alike =
    literal(answer) || literal(gold)
      ? close
      : order(
          { ...difference, numerator: absolute(difference.numerator) },
          multiply({ ...b, numerator: absolute(b.numerator) }, rational(1n, 10n ** BigInt(c.precision))),
        ) <= 0;
  return close && alike && rounded(a, c.precision) === rounded(b, c.precision) ? equal(decimalRule) : different('decimals');
}

/** Below the line of a fraction that nobody would rather write as a decimal stands less. */
const longFraction = 100n;

/**
 * A gold such as 34/455 may be answered by the decimal that it rounds to, where that has four decimals and three digits that count.
 * 1/3 is not 0.3333: a short fraction is written as itself.
 */
function roundedFraction(answer: Node, places: number, a: Rational, gold: Node, b: Rational): boolean {
  const fraction = gold.k === 'neg' ? gold.a : gold;
  if (fraction.k !== 'div' || b.denominator < longFraction || !literal(answer) || answer.k === 'percent' || places < 4) return false;
  const digits = multiply(a, whole(10n ** BigInt(places))).numerator;
  return absolute(digits) >= 100n && rounded(b, places) === digits;
}

/** Float64 noise of a value: 10⁻¹² of it. */
const noise = (b: Rational): Rational => multiply({ ...b, numerator: absolute(b.numerator) }, rational(1n, 10n ** 12n));

/** Half away from zero, at the given decimals, as an integer count of units. */
function rounded(a: Rational, places: number): bigint {
  const scaled = multiply({ ...a, numerator: absolute(a.numerator) }, whole(10n ** BigInt(places)));
  const n = floor(add(scaled, rational(1n, 2n)));
  return a.numerator < 0n ? -n : n;
}

/** Constants that are not both rational: exact verdict first, decimals by rounding, then 50 digits. */
function compareConstants(answer: Node, gold: Node, exact: ComparisonOutcome | undefined, c: Comparing): ComparisonOutcome {
  const complex = some(answer, isImaginary) || some(gold, isImaginary);
  const at = (): number => NaN;
  const [x, y] = [floatValue(answer, at, complex, c.steps), floatValue(gold, at, complex, c.steps)];
  const known = Number.isFinite(x.re + x.im) && Number.isFinite(y.re + y.im);
  if (known && lastPlace(answer) !== lastPlace(gold) && close(x, y, 1e-2)) {
    const stated = Math.min(lastPlace(answer) ?? Infinity, lastPlace(gold) ?? Infinity);
    const places = c.precision < standardPrecision ? Math.min(stated, c.precision) : stated;
    const unit = 10 ** -places * (0.5 + 1e-9) + 1e-12 * Math.hypot(y.re, y.im);
    const round = (v: number): number => Math.round(v * 10 ** c.precision);
    if (Math.abs(x.re - y.re) <= unit && Math.abs(x.im - y.im) <= unit && round(x.re) === round(y.re) && round(x.im) === round(y.im))
      return equal(decimalRule);
  }
  if (exact) return exact;
  if (!known) return { ...undecided('numeric comparison', 'a constant has no value that can be computed here'), open: { answer, gold } };
  if (!close(x, y, 1e-9)) return different('numeric comparison');
  const precise = agreeToFiftyDigits(answer, gold, c.steps);
  if (precise !== undefined) return precise ? equal('agreement to 50 digits') : different('numeric comparison to 50 digits');
  return close(x, y, 1e-13) && Math.hypot(x.re, x.im) < 1e6
    ? equal('numeric agreement')
    : { ...undecided('numeric comparison', 'the values are too close to tell'), open: { answer, gold } };
}

const isImaginary = (n: Node): boolean => n.k === 'const' && n.name === 'i';

const close = (x: Complex, y: Complex, tolerance: number): boolean =>
  Math.hypot(x.re - y.re, x.im - y.im) <= tolerance * Math.max(Math.hypot(x.re, x.im), Math.hypot(y.re, y.im), 1e-300);

const needed = 6;

/** n! and binomials have values at whole numbers only. */
const onWholeNumbers = (n: Node): boolean => n.k === 'call' && /^(?:factorial|double factorial|binomial)$/.test(n.fn);

/** Values at fixed, irregular points, positive and negative; only points where both have a value count. */
function probe(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  const complex = some(answer, isImaginary) || some(gold, isImaginary);
  const names = [...new Set([...symbols(answer), ...symbols(gold)])].sort();
  const whole = [answer, gold].some((n) => some(n, onWholeNumbers));
  let agreeing = 0;
  let unsure = 0;
  for (let i = 0; i < 40 && agreeing < 12; i++) {
    const at = (name: string): number => (whole ? ((i + 2 * names.indexOf(name)) % 9) + 2 : coordinate(names.indexOf(name), i));
    const [x, y] = [floatValue(answer, at, complex, c.steps), floatValue(gold, at, complex, c.steps)];
    if (!Number.isFinite(x.re + x.im) || !Number.isFinite(y.re + y.im)) continue;
    const tiny = Math.hypot(x.re, x.im) < 1e-9 && Math.hypot(y.re, y.im) < 1e-9;
    if (close(x, y, 1e-9)) agreeing++;
    else if (!tiny && !close(x, y, 1e-6)) return different('numeric comparison at random points');
    else unsure++;
  }
  if (agreeing >= needed && unsure === 0) return equal(`numeric agreement at ${agreeing} random points`);
  return { ...undecided('numeric comparison at random points', 'too few points have a value'), open: { answer, gold } };
}

/** Irregular values of either sign in about (−3.5, 3.5), whole numbers at every eighth point (for factorials and such). */
function coordinate(variable: number, i: number): number {
  if (i % 8 === 7) return (((i >> 3) + 2 * variable) % 7) + 2;
  const fraction = (variable * 0.6180339887498949 + i * 0.7548776662466927 + 0.31) % 1;
  return i % 2 === 0 ? 0.15 + 3.2 * fraction : -0.2 - 3.1 * fraction;
}
