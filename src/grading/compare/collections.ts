import { isComputable, type Node } from '../parse/node.js';
import { baseName, isAssignment, labelOf, valuesOf } from './labels.js';
import { different, type Comparing, type ComparisonOutcome } from './outcome.js';
import { sameLabel } from './relations.js';
import { regionOf } from './regions.js';
import { compareRegions } from './lineSegments.js';

/** Members of a list with what they were called. */
interface Members {
  values: Node[];
  /** One name per value, or none. */
  labels?: Node[];
  /** Whether values of different names stand in a given order: AB = 4, CD = 5. */
  record: boolean;
}

const one = (labels: readonly Node[], c: Comparing): boolean => {
  const [first, ...rest] = labels;
  const base = baseName(first);
  return rest.every((l) => sameLabel(l, first, c) || (base !== undefined && baseName(l) === base));
};

/** n = 1, 2, 3 names all three; x = 1, y = 2 is a record; a pair of values of records in a row are tuples. */
function membersOf(args: readonly Node[], c: Comparing): Members {
  if (args.length > 1 && args.every((a) => a.k === 'list' && a.args.every(isAssignment))) {
    return {
      values: args.map((a): Node => ({ k: 'tuple', args: membersOf((a as { args: Node[] }).args, c).values, open: '(', close: ')' })),
      record: false,
    };
  }
  const [head, ...tail] = args;
  if (head.k === 'relation' && isAssignment(head) && tail.every((t) => t.k !== 'relation')) {
    const values = [valuesOf(head)[0], ...tail];
    return { values, labels: values.map(() => labelOf(head)), record: false };
  }
  const labelled = args.filter((a): a is Node & { k: 'relation' } => a.k === 'relation' && isAssignment(a));
  if (labelled.length !== args.length) return { values: [...args], record: false };
  const labels = labelled.map(labelOf);
  return { values: labelled.map((a) => valuesOf(a)[0]), labels, record: !one(labels, c) };
}

/** Lists, sets and tuples against one another. */
export function compareCollections(answer: Node, gold: Node, c: Comparing): ComparisonOutcome {
  if (answer.k === 'tuple' && gold.k === 'tuple') return compareTuples(answer, gold, c);
  const asRegions = regions(answer, gold, c);
  if (asRegions) return asRegions;
  const [a, b] = [argsOf(answer), argsOf(gold)];
  if (!a || !b) return different('values of different kinds');
  if (a.length === 0 || b.length === 0) return a.length === b.length ? { verdict: 'equal', rule: 'empty sets' } : different('empty set');
  const [x, y] = [membersOf(a, c), membersOf(b, c)];
  if (x.labels && y.labels && x.record === y.record) return bothLabelled(x, y, c);
  if (answer.k === 'tuple' || gold.k === 'tuple') return tupleAgainst(answer, gold, x, y, c);
  if (x.record || y.record) return c.inOrder(x.values, y.values, 'named values in order');
  const distinct = withoutRepeats(x.values, y.values, c);
  return c.inAnyOrder(distinct, y.values, 'the same members in any order');
}

/** Members of a collection; a single value is a collection of one. */
function argsOf(node: Node): Node[] | undefined {
  if (node.k === 'list' || node.k === 'set' || node.k === 'tuple') return node.args;
  return node.k === 'matrix' || node.k === 'named set' || node.k === 'set operation' ? undefined : [node];
}

function compareTuples(answer: Node & { k: 'tuple' }, gold: Node & { k: 'tuple' }, c: Comparing): ComparisonOutcome {
  if (answer.args.length !== 2 || gold.args.length !== 2) return c.inOrder(answer.args, gold.args, 'the same members in order');
  const infinite = (n: Node): boolean => (n.k === 'neg' ? infinite(n.a) : n.k === 'const' && n.name === 'inf');
  const from = answer.open === gold.open || infinite(gold.args[0]) || answer.open === '⟨' || gold.open === '⟨';
  const to = answer.close === gold.close || infinite(gold.args[1]) || answer.close === '⟩' || gold.close === '⟩';
  const outcome = c.inOrder(answer.args, gold.args, 'the same members in order');
  return outcome.verdict === 'equal' && !(from && to) ? different('open and closed ends') : outcome;
}

/** Lists of intervals or conditions are parts of the real line. */
function regions(answer: Node, gold: Node, c: Comparing): ComparisonOutcome | undefined {
  const conditions = (n: Node): boolean =>
    n.k === 'set operation' || n.k === 'named set' || (n.k === 'list' && n.args.some((m) => m.k === 'relation' && !isAssignment(m)));
  if (!conditions(answer) && !conditions(gold)) return undefined;
  const points = (n: Node): Node => (n.k === 'list' && n.args.every(isComputable) ? { k: 'set', args: n.args } : n);
  const [a, b] = [regionOf(points(answer), c), regionOf(points(gold), c)];
  if (!a || !b) return undefined;
  const outcome = compareRegions(a, b, c);
  const relation = answer.k === 'list' && gold.k !== 'list' && !c.setRelation;
  return outcome.verdict === 'equal' && relation
    ? { verdict: 'undecided', rule: 'relation against the set of its solutions', reason: 'allowed only with the set-relation option' }
    : outcome;
}

/** Both sides name their values: each value goes to its name; values of one name are a set. */
function bothLabelled(x: Members, y: Members, c: Comparing): ComparisonOutcome {
  const named = (m: Members): Node[] => m.values.map((v, i): Node => ({ k: 'relation', args: [m.labels![i], v], signs: ['='] }));
  return c.inAnyOrder(withoutRepeats(named(x), named(y), c), named(y), 'named values');
}

/** (1, 2) against 1, 2 keeps the order; against {1, 2} only without strictness. Records are in order too. */
function tupleAgainst(answer: Node, gold: Node, x: Members, y: Members, c: Comparing): ComparisonOutcome {
  const braces = answer.k === 'set' || gold.k === 'set';
  if (braces && c.strict) return different('a set is not a tuple');
  if (x.values.length === 1 || y.values.length === 1) return different('a tuple is not a single value');
  const half = (n: Node): boolean => n.k === 'tuple' && (n.open === '[') !== (n.close === ']');
  if (half(answer) || half(gold)) return different('an interval is not a list');
  if (gold.k === 'set') return c.inAnyOrder(x.values, y.values, 'a set written as a tuple');
  return c.inOrder(x.values, y.values, 'a tuple without its brackets');
}

/** A solution that the answer states twice counts once, unless the gold repeats members itself. */
function withoutRepeats(answer: readonly Node[], gold: readonly Node[], c: Comparing): Node[] {
  if (answer.length <= gold.length || answer.length > 40) return [...answer];
  const distinct = (nodes: readonly Node[]): Node[] => {
    const kept: Node[] = [];
    for (const n of nodes) if (!kept.some((k) => c.compare(n, k, c).verdict === 'equal')) kept.push(n);
    return kept;
  };
  return distinct(gold).length < gold.length ? [...answer] : distinct(answer);
}
