import type { Node } from '../parse/node.js';
import { compareExpressions } from './expressions.js';
import { floatValue } from './float.js';
import { different, equal, type Comparing, type ComparisonOutcome } from './outcome.js';

/** A part of the real line between two constants; a point when they are the same. */
export interface Segment {
  from: Node;
  to: Node;
  /** Their values in float64: order only, equality is decided on the expressions. */
  low: number;
  high: number;
  closedFrom: boolean;
  closedTo: boolean;
}

export const infinity: Node = { k: 'const', name: 'inf' };
export const minusInfinity: Node = { k: 'neg', a: infinity };
export const line: Segment = { from: minusInfinity, to: infinity, low: -Infinity, high: Infinity, closedFrom: false, closedTo: false };

export const valueOf = (node: Node, c: Comparing): number => {
  const v = floatValue(node, () => NaN, false, c.steps);
  return v.im === 0 ? v.re : NaN;
};

/** One part, nothing for an empty one. @returns undefined when the ends are no constants in order */
export function segment(from: Node, to: Node, closedFrom: boolean, closedTo: boolean, c: Comparing): Segment[] | undefined {
  const [low, high] = [valueOf(from, c), valueOf(to, c)];
  if (!(low <= high)) return undefined;
  if (low === high && !(closedFrom && closedTo)) return [];
  return [{ from, to, low, high, closedFrom: closedFrom && low !== -Infinity, closedTo: closedTo && high !== Infinity }];
}

/** Sorted and disjoint, touching parts joined. */
export function merged(parts: readonly Segment[]): Segment[] {
  const sorted = [...parts].sort((a, b) => a.low - b.low || Number(b.closedFrom) - Number(a.closedFrom));
  const result: Segment[] = [];
  for (const part of sorted) {
    const last = result.at(-1);
    if (!last || part.low > last.high || (part.low === last.high && !part.closedFrom && !last.closedTo)) result.push({ ...part });
    else if (part.high > last.high || (part.high === last.high && part.closedTo))
      Object.assign(last, { to: part.to, high: part.high, closedTo: part.closedTo });
  }
  return result;
}

export function complement(parts: readonly Segment[]): Segment[] {
  const gaps: Segment[] = [];
  let open: Segment = { ...line };
  for (const part of merged(parts)) {
    gaps.push({ ...open, to: part.from, high: part.low, closedTo: !part.closedFrom && part.low !== -Infinity });
    open = { ...line, from: part.to, low: part.high, closedFrom: !part.closedTo && part.high !== Infinity };
  }
  gaps.push(open);
  return gaps.filter((g) => g.low < g.high || (g.low === g.high && g.closedFrom && g.closedTo && Number.isFinite(g.low)));
}

export function intersection(a: readonly Segment[], b: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const x of a)
    for (const y of b) {
      const start = x.low > y.low || (x.low === y.low && !x.closedFrom) ? x : y;
      const end = x.high < y.high || (x.high === y.high && !x.closedTo) ? x : y;
      const part = { from: start.from, low: start.low, closedFrom: start.closedFrom, to: end.to, high: end.high, closedTo: end.closedTo };
      if (part.low < part.high || (part.low === part.high && part.closedFrom && part.closedTo)) result.push(part);
    }
  return merged(result);
}

/** The same ends, open and closed alike. */
export function compareRegions(answer: readonly Segment[], gold: readonly Segment[], c: Comparing): ComparisonOutcome {
  const rule = 'the same part of the real line';
  if (answer.length !== gold.length) return different(rule);
  for (const [i, a] of answer.entries()) {
    const b = gold[i];
    if (a.closedFrom !== b.closedFrom || a.closedTo !== b.closedTo) return different('open and closed ends');
    for (const [x, y] of [
      [a.from, b.from],
      [a.to, b.to],
    ]) {
      const outcome = compareExpressions(x, y, c);
      if (outcome.verdict !== 'equal') return { ...outcome, rule };
    }
  }
  return equal(rule);
}
