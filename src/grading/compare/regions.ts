import { append } from '../../core/extremes.js';
import { add, multiply, negate, rational, whole, type Rational } from '../number.js';
import { num, some, substitute, symbols, type Node, type RelationSign } from '../parse/node.js';
import { atRandomPoints } from './expressions.js';
import { isLabel, letterFunction, minus, one, zero } from './labels.js';
import type { Comparing } from './outcome.js';
import { rationalValue, smallRationalValue } from './rationals.js';
import { complement, infinity, intersection, line, merged, minusInfinity, segment, valueOf, type Segment } from './lineSegments.js';

/** The part of the real line that an answer describes. @returns undefined when it describes none, or its ends are not constants */
export function regionOf(node: Node, c: Comparing): Segment[] | undefined {
  if (node.k === 'tuple') return interval(node, c);
  if (node.k === 'set')
    return all(node.args, (a) => segment(a, a, true, true, c))
      ?.flatMap((points) => points)
      .sort(byLow);
  if (node.k === 'named set') return realLine(node.name, c);
  if (node.k === 'text') return node.text === 'reals' ? [line] : node.text === 'none' ? [] : undefined;
  if (node.k === 'relation') return solution(node, c)?.region;
  if (node.k === 'list') return wholeNumbers(node.args, c) ?? listed(node.args, c, node.or);
  if (node.k !== 'set operation') return undefined;
  const parts = all(node.args, (a) => regionOf(a, c));
  if (!parts) return undefined;
  const [first, ...rest] = parts;
  if (node.op === '∪') return merged(parts.flat());
  return rest.reduce((a, b) => intersection(a, node.op === '∩' ? b : complement(b)), first);
}

/** ℝ, ℝ⁺ and their like. */
function realLine(name: string, c: Comparing): Segment[] | undefined {
  if (name === 'R') return [line];
  const half = /^R([<>≤≥])$/.exec(name)?.[1];
  return half === undefined ? undefined : oneSided(half, zero, false, c);
}

const byLow = (a: Segment, b: Segment): number => a.low - b.low;

const interval = (node: Node & { k: 'tuple' }, c: Comparing): Segment[] | undefined =>
  node.args.length === 2 && node.open !== '⟨' ? segment(node.args[0], node.args[1], node.open === '[', node.close === ']', c) : undefined;

/** The values of all, or nothing when one has none. */
function all<T, U>(items: readonly T[], f: (item: T) => U | undefined): U[] | undefined {
  const values: U[] = [];
  for (const item of items) {
    const value = f(item);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

const mostPoints = 400;

/** 1 ≤ x ≤ 4, x ∈ ℤ: the whole numbers among the reals that the other conditions leave. Whether 0 is in ℕ is not agreed on. */
function wholeNumbers(args: readonly Node[], c: Comparing): Segment[] | undefined {
  const range = args.find(
    (a) => a.k === 'relation' && a.signs.join('') === '∈' && a.args[1].k === 'named set' && /^[ZN]/.test(a.args[1].name),
  );
  if (range?.k !== 'relation' || range.args[1].k !== 'named set') return undefined;
  const rest = args.filter((a) => a !== range);
  const conditions = rest.length === 1 && rest[0].k === 'relation' ? solution(rest[0], c) : undefined;
  const { name } = range.args[1];
  const first = name === 'Z' ? -Infinity : name === 'N' ? 0 : name === 'Z>' ? 1 : NaN;
  if (!conditions || !(conditions.region[0]?.low >= first) || atRandomPoints(conditions.label, range.args[0], c)?.verdict !== 'equal')
    return undefined;
  const points: Segment[] = [];
  for (const { low, high, closedFrom, closedTo } of conditions.region) {
    if (!(high - low <= mostPoints)) return undefined;
    for (let n = Math.ceil(low); n <= high; n++) {
      if ((n === low && !closedFrom) || (n === high && !closedTo)) continue;
      if (n === 0 && name === 'N') return undefined;
      append(points, segment(num(whole(n)), num(whole(n)), true, true, c) ?? []);
    }
  }
  return points;
}

/** Several conditions: alternatives when they exclude one another or are said to be, otherwise they hold together. */
function listed(args: readonly Node[], c: Comparing, or = false): Segment[] | undefined {
  if (!args.every((a) => a.k === 'relation' || a.k === 'tuple' || a.k === 'set operation')) return undefined;
  const parts = all(args, (a) => regionOf(a, c));
  if (!parts) return undefined;
  const [first, ...rest] = parts;
  const unequal = args.every((a) => a.k === 'relation' && a.signs.every((s) => s === '≠'));
  const together = rest.reduce(intersection, first);
  return unequal || (!or && together.length > 0 && args.every((a) => a.k === 'relation')) ? together : merged([...first, ...rest.flat()]);
}

/** What an inequality (chain) or ≠ says about one variable or named value, which it must be linear in. */
export function solution(node: Node & { k: 'relation' }, c: Comparing): { label: Node; region: Segment[] } | undefined {
  const { args, signs } = node;
  if (signs.length === 1 && signs[0] === '∈') {
    const region = regionOf(args[1], c);
    return region && { label: args[0], region };
  }
  if (signs.length === 1) return inOneSign(args[0], args[1], signs[0], c);
  if (signs.length !== 2 || symbols(args[0]).length > 0 || symbols(args[2]).length > 0) return undefined;
  const rising = signs.every((s) => s === '<' || s === '≤');
  if (!rising && !signs.every((s) => s === '>' || s === '≥')) return undefined;
  const halves = [0, 1].map((i) => solution({ k: 'relation', args: [args[i], args[i + 1]], signs: [signs[i]] }, c));
  if (!halves[0] || !halves[1]) return undefined;
  return { label: halves[0].label, region: intersection(halves[0].region, halves[1].region) };
}

function inOneSign(left: Node, right: Node, sign: RelationSign, c: Comparing): { label: Node; region: Segment[] } | undefined {
  const [inside, bound, turned] =
    left.k === 'call' && left.fn === 'abs'
      ? [left.args[0], right, sign]
      : right.k === 'call' && right.fn === 'abs'
        ? [right.args[0], left, mirror(sign)]
        : [];
  if (inside && bound && symbols(bound).length === 0 && valueOf(bound, c) > 0) {
    const [low, high] = (['≥', '≤'] as const).map((s) =>
      inOneSign(inside, s === '≤' ? bound : { k: 'neg', a: bound }, turned === '<' || turned === '>' ? (s === '≤' ? '<' : '>') : s, c),
    );
    if (!low || !high) return undefined;
    const between = intersection(low.region, high.region);
    const outside = turned === '>' || turned === '≥' ? complementWithEnds(between, turned === '≥') : undefined;
    return turned === '<' || turned === '≤' ? { label: low.label, region: between } : outside && { label: low.label, region: outside };
  }
  const difference = minus(left, right);
  const solved = solvedFor(difference, [left, right], c);
  if (solved) return { label: solved.label, region: oneSided(sign, solved.root, solved.negative, c) };
  return quadratic(difference, sign, c);
}

const mirror = (s: RelationSign): RelationSign =>
  (({ '<': '>', '>': '<', '≤': '≥', '≥': '≤' }) as Partial<Record<RelationSign, RelationSign>>)[s] ?? s;

/** What lies outside; its ends belong to it or not, whatever the ends inside did. */
const complementWithEnds = (parts: readonly Segment[], closed: boolean): Segment[] =>
  complement(parts.map((p) => ({ ...p, closedFrom: !closed, closedTo: !closed })));

/** ax² + bx + c against 0 in one variable with rational coefficients, by its roots. */
function quadratic(difference: Node, sign: RelationSign, c: Comparing): { label: Node; region: Segment[] } | undefined {
  const names = symbols(difference);
  if (names.length !== 1) return undefined;
  const values = all<Node, Rational>([zero, one, { k: 'neg', a: one }], (x) =>
    smallRationalValue(substitute(difference, names[0], x), c.steps),
  );
  if (!values) return undefined;
  const [atZero, atOne, atMinusOne] = values;
  const half = rational(1n, 2n);
  const a = add(multiply(add(atOne, atMinusOne), half), negate(atZero));
  const b = multiply(add(atOne, negate(atMinusOne)), half);
  const label: Node = { k: 'sym', name: names[0] };
  const square: Node = { k: 'pow', a: label, b: num(whole(2)) };
  const form: Node = { k: 'add', args: [{ k: 'mul', args: [num(a), square] }, { k: 'mul', args: [num(b), label] }, num(atZero)] };
  const discriminant = add(multiply(b, b), negate(multiply(whole(4), multiply(a, atZero))));
  if (a.numerator === 0n || discriminant.numerator <= 0n || atRandomPoints(difference, form, c)?.verdict !== 'equal') return undefined;
  const rootOfDiscriminant: Node = { k: 'pow', a: num(discriminant), b: num(half) };
  const root = (positive: boolean): Node => ({
    k: 'div',
    a: { k: 'add', args: [num(negate(b)), positive ? rootOfDiscriminant : { k: 'neg', a: rootOfDiscriminant }] },
    b: num(multiply(whole(2), a)),
  });
  const [low, high] = a.numerator > 0n ? [root(false), root(true)] : [root(true), root(false)];
  const closed = sign === '≤' || sign === '≥' || sign === '=';
  const between = segment(low, high, closed, closed, c);
  if (!between) return undefined;
  if (sign === '=' || sign === '≠') {
    const points = merged([...(segment(low, low, true, true, c) ?? []), ...(segment(high, high, true, true, c) ?? [])]);
    return { label, region: sign === '=' ? points : complement(points) };
  }
  const inside = (sign === '<' || sign === '≤') === a.numerator > 0n;
  return { label, region: inside ? between : complementWithEnds(between, closed) };
}

/** difference = slope · (label − root), the slope negative or not. */
function solvedFor(difference: Node, sides: readonly Node[], c: Comparing): { label: Node; root: Node; negative: boolean } | undefined {
  const constant = (n: Node): boolean => !some(n, (m) => m.k === 'sym' || (m.k === 'call' && letterFunction.test(m.fn)) || m.k === 'text');
  if (isLabel(sides[0]) && constant(sides[1])) return { label: sides[0], root: sides[1], negative: false };
  if (isLabel(sides[1]) && constant(sides[0])) return { label: sides[1], root: sides[0], negative: true };
  const names = symbols(difference);
  if (names.length !== 1) return undefined;
  const at = (value: Node): Node => substitute(difference, names[0], value);
  const [intercept, slope]: [Node, Node] = [at(zero), minus(at(one), at(zero))];
  const label: Node = { k: 'sym', name: names[0] };
  const linear: Node = { k: 'add', args: [{ k: 'mul', args: [slope, label] }, intercept] };
  if (atRandomPoints(difference, linear, c)?.verdict !== 'equal') return undefined;
  const sign = valueOf(slope, c);
  if (!(Math.abs(sign) > 1e-12)) return undefined;
  const [m, k] = [rationalValue(slope, c.steps), rationalValue(intercept, c.steps)];
  const exact = m && k && num(rational(-k.numerator * m.denominator, k.denominator * m.numerator));
  return { label, root: exact ?? { k: 'div', a: { k: 'neg', a: intercept }, b: slope }, negative: sign < 0 };
}

function oneSided(sign: string, root: Node, negative: boolean, c: Comparing): Segment[] {
  const turned = negative ? ({ '<': '>', '>': '<', '≤': '≥', '≥': '≤' }[sign] ?? sign) : sign;
  switch (turned) {
    case '<':
    case '≤':
      return segment(minusInfinity, root, false, turned === '≤', c) ?? [];
    case '>':
    case '≥':
      return segment(root, infinity, turned === '≥', false, c) ?? [];
    case '≠':
      return complement(segment(root, root, true, true, c) ?? []);
    default:
      return segment(root, root, true, true, c) ?? [];
  }
}
