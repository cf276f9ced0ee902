/**
 * Conditions of a filter as SQL, over `s` (solutions), `g` (groups) and `r` (runs). SQL knows the same three values as filters do: what
 * is unknown is NULL. Nothing that a person or a file says is part of the text, everything is bound.
 */
import { compileExpression } from '../../query/expression.js';
import { declared } from '../../query/properties.js';
import { wordsOf } from '../../query/words.js';
import type { Comparison, Leaf, Pattern, PropertyName, Tree } from '../../query/tree.js';
import { noPart, noteLabel } from '../labelRows.js';
import type { Sqlite } from '../sqlite.js';
import { marksAbout } from '../standingMarks.js';
import { tracesOfGroup } from '../standingTraces.js';
import { join, sql, type SqlText } from './sqlText.js';

/** Which ids the index of words is asked about. */
export interface IndexedIds {
  first: number;
  last: number;
}

const plain = (text: string): SqlText => ({ text, values: [] });
/** Comparisons of the language are SQL's own. */
const comparison: Record<Comparison, SqlText> = {
  '=': plain('='),
  '!=': plain('<>'),
  '<': plain('<'),
  '<=': plain('<='),
  '>': plain('>'),
  '>=': plain('>='),
};

const columns: Readonly<Record<string, string>> = {
  reward: 's.reward',
  advantage: 's.advantage',
  correct: 's.correct',
  answer: 's.answer',
  verdict: 's.verdict',
  finish: 's.finish',
  truncated: "CASE s.finish WHEN 'length' THEN 1 WHEN 'stop' THEN 0 END",
  tokens: 's.tokens',
  kl: 's.kl',
  'kl.max': `SELECT t.kl_max FROM traces t WHERE ${tracesOfGroup} AND t.solution = (s.id & 65535)`,
  tool_errors: 's.tool_failures',
  failed: 's.error IS NOT NULL',
  error: 's.error',
  seconds: 's.seconds',
  policy_version: 's.policy_version',
  branch: 's.parent_solution IS NOT NULL',
  solution: '(s.id & 65535) + 1',
  labelled: `EXISTS (${marksAbout(`m.label <> '${noteLabel}'`)})`,
  note: `SELECT group_concat(note, char(10)) FROM (${marksAbout(`m.label = '${noteLabel}'`)} ORDER BY m.step, m.grp, m.solution, f.name)`,
  group: 'g.grp + 1',
  'group.size': 'g.size',
  'group.right': 'g.correct',
  'group.mean': 'g.reward_mean',
  'group.std': 'g.reward_std',
  'group.tokens': 'g.length_mean',
  'group.kl': 'g.kl_mean',
  'group.outcome': "CASE WHEN g.correct = g.size THEN 'right' WHEN g.correct = 0 THEN 'wrong' WHEN g.correct > 0 THEN 'mixed' END",
  'group.signal': 'CASE WHEN g.zero_std = 1 THEN 0 WHEN g.reward_std > 0 THEN 1 END',
  'group.truncated': 'g.truncated',
  'group.errors': 'g.errors',
  question: 'g.question',
  'question.id': 'g.question_id',
  gold: 'g.gold',
  step: 'g.step',
  run: 'r.id',
  experiment: 'r.experiment',
  method: "nullif(r.method, 'unknown')",
  backend: "nullif(r.backend, 'unknown')",
};

/** Of a reward term, or of what the trainer says beside a question: from JSON. */
const memberOf: Readonly<Record<string, string>> = { rewards: 's.rewards', info: 'g.info' };

/** The value of a property; null where no column has it. As a number NaN is NULL. */
export function valueSql({ name, key }: PropertyName, as: 'number' | 'text' | 'any' = 'any'): SqlText | null {
  if (key !== undefined) return memberSql(memberOf[name], key, as);
  return Object.hasOwn(columns, name) ? plain(`(${columns[name]})`) : null;
}

/** A name may hold anything, quotes too: it is compared, not made a path of. */
function memberSql(column: string, key: string, as: 'number' | 'text' | 'any'): SqlText {
  const value =
    as === 'number'
      ? `CASE type WHEN 'integer' THEN value WHEN 'real' THEN value
           WHEN 'text' THEN CASE value WHEN 'Infinity' THEN 9e999 WHEN '-Infinity' THEN -9e999
             ELSE iif(value GLOB '*[0-9]*' AND value NOT GLOB '*[^-+.0-9]*', CAST(value AS REAL), NULL) END END`
      : as === 'text'
        ? "CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN NULL ELSE CAST(value AS TEXT) END"
        : "nullif(value, 'NaN')";
  return sql`(SELECT ${plain(value)} FROM json_each(${plain(column)}) WHERE key = ${key})`;
}

/** @returns null where a condition of it needs the solution's body, or words that no index is asked for */
export function conditionSql(tree: Tree, indexed?: IndexedIds): SqlText | null {
  if (tree.kind === 'all') return plain('1');
  if (tree.kind === 'and' || tree.kind === 'or') {
    const parts = tree.parts.map((part) => conditionSql(part, indexed));
    return parts.every((p) => p !== null) ? sql`(${join(parts, tree.kind === 'and' ? ' AND ' : ' OR ')})` : null;
  }
  if (tree.kind === 'not') {
    const part = conditionSql(tree.part, indexed);
    return part && sql`(NOT ${part})`;
  }
  return leafSql(tree, indexed);
}

function leafSql(leaf: Leaf, indexed: IndexedIds | undefined): SqlText | null {
  if (leaf.kind === 'words') {
    const sought = indexed && ftsPhrase(leaf.text);
    if (sought === undefined) return null;
    return sql`(s.id IN (SELECT rowid FROM search.texts WHERE texts MATCH ${sought} AND rowid BETWEEN ${indexed!.first} AND ${indexed!.last}))`;
  }
  if (leaf.kind === 'label') return { text: `(EXISTS (${marksAbout('m.label = ?')}))`, values: [leaf.label] };
  if (leaf.property.name === 'run') return runSql(leaf);
  const number = leaf.kind === 'number' || leaf.kind === 'range';
  const value = valueSql(leaf.property, number ? 'number' : leaf.kind === 'text' || leaf.kind === 'match' ? 'text' : 'any');
  return value && withValue(leaf, value);
}

/** A run is meant by its id or by its name. */
function runSql(leaf: Leaf): SqlText | null {
  const [id, name] = [withValue(leaf, plain('r.id')), withValue(leaf, plain('coalesce(r.name, r.id)'))];
  if (id === null || name === null) return null;
  return leaf.kind === 'text' && leaf.is === '!=' ? sql`(${id} AND ${name})` : sql`(${id} OR ${name})`;
}

function withValue(leaf: Leaf, value: SqlText): SqlText | null {
  switch (leaf.kind) {
    case 'number':
    case 'text':
      return sql`(${value} ${comparison[leaf.is]} ${leaf.value})`;
    case 'range':
      return sql`(${value} BETWEEN ${leaf.from ?? -Infinity} AND ${leaf.to ?? Infinity})`;
    case 'flag':
      return sql`(${value} = 1)`;
    case 'known':
      return sql`(${value} ${plain(leaf.known ? 'IS NOT NULL' : 'IS NULL')})`;
    case 'match':
      return matchSql(leaf.pattern, value);
    case 'words':
    case 'label':
      return null;
  }
}

const matchSql = (pattern: Pattern, value: SqlText): SqlText =>
  pattern.kind === 'substring'
    ? sql`(instr(${value}, ${pattern.text}) > 0)`
    : sql`expression_found(${pattern.source}, ${pattern.flags}, ${value})`;

/**
 * Whether a step (`g`) can have a solution of which the condition is true, where it asks for labels: most steps have none, and are left out.
 * @returns null where it asks for something else
 */
export function labelledStepSql(tree: Tree): SqlText | null {
  const given = (label: SqlText): SqlText =>
    sql`EXISTS (SELECT 1 FROM marks m WHERE m.run = g.run AND m.step IN (${noPart}, g.step) AND m.removed = 0 AND m.label ${label})`;
  if (tree.kind === 'label') return given(sql`= ${tree.label}`);
  return tree.kind === 'flag' && tree.property.name === 'labelled' ? given(sql`<> ${noteLabel}`) : null;
}

/** Makes `expression_found(source, flags, text)` known to SQL: whether an expression of RE2 is found in a text. */
export function addExpressionFound(db: Sqlite): void {
  const compiled = new Map<string, (text: string) => boolean>();
  db.function('expression_found', { deterministic: true, directOnly: true, varargs: true }, (...values: unknown[]) => {
    const [source, flags, text] = values as [string, string, string | number | null];
    if (text === null) return null;
    const key = `${flags}/${source}`;
    let test = compiled.get(key);
    if (test === undefined) {
      const made = compileExpression(source, flags);
      if ('problem' in made) throw new Error(made.problem);
      compiled.clear(); // of one filter there are few
      compiled.set(key, (test = (x) => made.expression.test(x)));
    }
    return Number(test(String(text)));
  });
}

/**
 * Letters of which the index and the scan agree on what is upper and lower case: ASCII, Latin-1 and Cyrillic. Words with others are
 * found by reading.
 */
const agreed = /^[a-z0-9à-öø-ÿа-џ]+$/iu;

/** A phrase as FTS5 is asked for it; undefined where the index cannot be. */
export function ftsPhrase(text: string): string | undefined {
  const words = wordsOf(text);
  return words.length > 0 && words.every((word) => agreed.test(word)) ? `"${words.join(' ')}"` : undefined;
}

/** Whether the property can be sorted by: a number that a column has. */
export const canSortBy = (property: PropertyName): boolean => declared(property).type === 'number' && valueSql(property) !== null;
