import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../../../src/query/parse.js';
import { print } from '../../../src/query/print.js';
import { properties } from '../../../src/query/properties.js';
import { comparisons, type PropertyName, type Tree } from '../../../src/query/tree.js';

type Bare = Tree extends infer T ? (T extends Tree ? Omit<T, 'start' | 'end'> : never) : never;

/** The tree without its positions. */
const bare = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree), (key, value: unknown) => (key === 'start' || key === 'end' ? undefined : value));

const treeOf = (text: string): unknown => {
  const { tree, problem } = parse(text);
  expect(problem).toBeUndefined();
  return bare(tree);
};
const problemOf = (text: string): { message: string; at: string; fix?: string } => {
  const { problem } = parse(text);
  if (problem === undefined) throw new Error(`"${text}" has no problem`);
  const { message, start, end, fix } = problem;
  return { message, at: text.slice(start, end), ...(fix !== undefined && { fix }) };
};

const whole =
  'reward < 0.5 and correct and step in 100..200 and tokens > 900 and text ~ /wait/i and "let me check" and group.std = 0 and turns > 3 and tool_errors > 0 and kl.max > 2 and label:hack';

test('the filter that shows everything', () => {
  expect(treeOf(whole)).toEqual({
    kind: 'and',
    parts: [
      { kind: 'number', property: { name: 'reward' }, is: '<', value: 0.5 },
      { kind: 'flag', property: { name: 'correct' } },
      { kind: 'range', property: { name: 'step' }, from: 100, to: 200 },
      { kind: 'number', property: { name: 'tokens' }, is: '>', value: 900 },
      { kind: 'match', property: { name: 'text' }, pattern: { kind: 'expression', source: 'wait', flags: 'i' } },
      { kind: 'words', text: 'let me check' },
      { kind: 'number', property: { name: 'group.std' }, is: '=', value: 0 },
      { kind: 'number', property: { name: 'turns' }, is: '>', value: 3 },
      { kind: 'number', property: { name: 'tool_errors' }, is: '>', value: 0 },
      { kind: 'number', property: { name: 'kl.max' }, is: '>', value: 2 },
      { kind: 'label', label: 'hack' },
    ],
  });
  expect(print(parse(whole).tree!)).toBe(whole);
});

test('or binds less than and, not binds most, parentheses decide', () => {
  expect(print(parse('not correct and (reward > 0 or not (failed and "a"))').tree!)).toBe(
    'not correct and (reward > 0 or not (failed and "a"))',
  );
  expect(treeOf('correct or failed and branch')).toMatchObject({ kind: 'or', parts: [{ kind: 'flag' }, { kind: 'and' }] });
  expect(treeOf('not correct and failed')).toMatchObject({ kind: 'and', parts: [{ kind: 'not' }, { kind: 'flag' }] });
});

test('names of terms may hold anything, values need quotes only where they are no names', () => {
  expect(treeOf('rewards."format, \\"strict\\"" > 0')).toMatchObject({ property: { name: 'rewards', key: 'format, "strict"' } });
  expect(treeOf('rewards.format.strict is unknown')).toMatchObject({ property: { key: 'format.strict' }, known: false });
  expect(treeOf('answer = 42')).toMatchObject({ kind: 'text', value: '42' });
  expect(treeOf('run = arith-grpo-1 and finish != length')).toMatchObject({ parts: [{ value: 'arith-grpo-1' }, { value: 'length' }] });
  expect(treeOf('info.level = 3')).toMatchObject({ kind: 'number', value: 3 });
  expect(treeOf('step in 5.. or step in ..-1')).toMatchObject({
    parts: [
      { from: 5, to: null },
      { from: null, to: -1 },
    ],
  });
  expect(treeOf('text ~ /a\\/b\\\\/')).toMatchObject({ pattern: { source: 'a/b\\\\' } });
  expect(treeOf('  ')).toEqual({ kind: 'all' });
});

test('a message says what is wrong, where, and what would be right', () => {
  expect(problemOf('rewrad > 1')).toEqual({ message: 'There is no property "rewrad"; did you mean reward?', at: 'rewrad', fix: 'reward' });
  expect(problemOf('correct and wait')).toEqual({
    message: 'There is no property "wait". Words of the text stand in quotes: "wait".',
    at: 'wait',
    fix: '"wait"',
  });
  expect(problemOf('finish = lenght')).toMatchObject({
    message: expect.stringContaining('did you mean length?') as string,
    at: 'lenght',
    fix: 'length',
  });
  expect(problemOf('correct = false')).toMatchObject({ at: 'correct = false', fix: 'not correct' });
  expect(problemOf('correct != no')).toMatchObject({ fix: 'correct' });
  expect(problemOf('correct failed')).toMatchObject({ message: 'Between two conditions stands "and" or "or".', fix: 'and ' });
  expect(problemOf('(correct')).toMatchObject({ message: 'This "(" is not closed.', at: '(' });
  expect(problemOf('correct)')).toMatchObject({ message: 'This ")" closes nothing.', at: ')' });
  expect(problemOf('reward')).toMatchObject({ message: expect.stringContaining('reward > 0') as string });
  expect(problemOf('rewards > 0')).toMatchObject({ message: expect.stringContaining('rewards.format') as string });
  expect(problemOf('reward > x')).toMatchObject({ message: 'reward is a number; this is none.', at: 'x' });
  expect(problemOf('tokens ~ "a"')).toMatchObject({ at: '~' });
  expect(problemOf('answer < 3')).toMatchObject({ at: '<' });
  expect(problemOf('step in 9..3')).toMatchObject({ fix: 'step in 3..9' });
  expect(problemOf('text ~ /(/')).toMatchObject({
    message: expect.stringMatching(/^This cannot be sought: it is no regular expression/) as string,
    at: '/(/',
  });
  expect(problemOf('text ~ /a/ix')).toMatchObject({ message: expect.stringContaining('the flag "x" is not known') as string });
  expect(problemOf('text ~ /(?=a)/')).toMatchObject({ message: expect.stringContaining('no regular expression') as string });
  expect(problemOf('text ~ /((a{100}){100}){100}/')).toMatchObject({ at: '/((a{100}){100}){100}/' });
  expect(problemOf('/wait/i')).toMatchObject({ fix: 'text ~ /wait/i' });
  expect(problemOf('"let me')).toMatchObject({ message: 'The closing quote is missing.', at: '"let me' });
  expect(problemOf('"?!"')).toMatchObject({ fix: 'text ~ "?!"' });
  expect(problemOf('correct &&')).toMatchObject({ message: 'Write and instead of "&".' });
  expect(problemOf('correct and')).toMatchObject({ message: 'After "and" a condition is missing.', at: '' });
  expect(problemOf('reward > 1e999')).toMatchObject({ at: '1e999' });
});

test('what is far too long or too deep is refused with a word', () => {
  expect(problemOf('"a" or '.repeat(3000)).message).toContain('10000 characters');
  expect(problemOf('('.repeat(5000)).message).toContain('deep within each other');
  expect(problemOf('not '.repeat(2000)).message).toContain('deep within each other');
  expect(problemOf(Array.from({ length: 600 }, () => 'correct').join(' and ')).message).toContain('500 conditions');
});

const named = (types: readonly string[]): fc.Arbitrary<PropertyName> =>
  fc
    .constantFrom(...properties.filter((p) => types.includes(p.type)))
    .chain((p) => (p.keyed ? fc.string({ minLength: 1 }).map((key) => ({ name: p.name, key })) : fc.constant({ name: p.name })));
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x));
const texts = properties.filter((p) => p.type === 'text').map((p) => p.name);
const expression = fc
  .array(fc.constantFrom('a', 'é', ' ', '/', '"', '\\.', '\\\\', '[a-c/]', '.', 'b+'), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));
const leaf: fc.Arbitrary<Bare> = fc.oneof(
  fc.record({
    kind: fc.constant('number' as const),
    property: named(['number', 'any']),
    is: fc.constantFrom(...comparisons),
    value: double,
  }),
  fc.record({
    kind: fc.constant('text' as const),
    property: fc.constantFrom(...texts).map((name) => ({ name })),
    is: fc.constantFrom('=' as const, '!=' as const),
    value: fc.string({ unit: 'binary' }),
  }),
  fc
    .record({
      kind: fc.constant('range' as const),
      property: named(['number']),
      from: fc.oneof(double, fc.constant(null)),
      to: fc.oneof(double, fc.constant(null)),
    })
    .filter(({ from, to }) => (from !== null || to !== null) && (from === null || to === null || from <= to)),
  fc.record({ kind: fc.constant('flag' as const), property: named(['flag']) }),
  fc.record({ kind: fc.constant('known' as const), property: named(['number', 'text', 'choice', 'flag', 'any']), known: fc.boolean() }),
  fc.record({
    kind: fc.constant('match' as const),
    property: named(['text', 'any']),
    pattern: fc.oneof(
      fc.record({ kind: fc.constant('substring' as const), text: fc.string({ minLength: 1, unit: 'binary' }) }),
      fc.record({ kind: fc.constant('expression' as const), source: expression, flags: fc.constantFrom('', 'i', 'ms') }),
    ),
  }),
  fc.record({ kind: fc.constant('words' as const), text: fc.string().map((s) => `${s}a`) }),
  fc.record({ kind: fc.constant('label' as const), label: fc.string({ minLength: 1 }) }),
);
const tree: fc.Arbitrary<Bare> = fc.letrec<{ tree: Bare }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), parts: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }) }),
    fc.record({ kind: fc.constant('not' as const), part: tie('tree') }),
  ) as fc.Arbitrary<Bare>,
})).tree;

test('what is printed is read again as the same filter', () => {
  fc.assert(
    fc.property(tree, (made) => {
      const text = print(made as Tree);
      expect(treeOf(text)).toEqual(bare(made));
      expect(print(parse(text).tree!)).toBe(text);
    }),
    { numRuns: 500 },
  );
});

const pieces = [
  'reward',
  'text',
  'and',
  'or',
  'not',
  '(',
  ')',
  '"a',
  '"',
  '/x/i',
  '/',
  '~',
  '..',
  '1',
  '-',
  'in',
  'is',
  'unknown',
  '=',
  '<',
  'label',
  ':',
  '.',
  '\\',
  'rewards.',
  ' ',
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((p) => p.join(' ')),
  fc.array(fc.constantFrom(...pieces)).map((p) => p.join('')),
);

test('no text makes it throw; each has a tree or a problem that lies within it', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { tree: found, problem } = parse(text);
      expect(found === undefined).toBe(problem !== undefined);
      if (problem === undefined) return;
      expect(problem.start).toBeGreaterThanOrEqual(0);
      expect(problem.end).toBeGreaterThanOrEqual(problem.start);
      expect(problem.end).toBeLessThanOrEqual(text.length);
      expect(problem.message).toMatch(/\S/);
    }),
    { numRuns: 2000 },
  );
});

test('a fix, put in the place of what is wrong, mends at least that', () => {
  for (const text of [
    'rewrad > 1',
    'correct and wait',
    'finish = lenght',
    'correct = false',
    'correct failed',
    'step in 9..3',
    '/wait/i',
    '"?!"',
  ]) {
    const { problem } = parse(text);
    expect(parse(text.slice(0, problem!.start) + problem!.fix! + text.slice(problem!.end)).problem, text).toBeUndefined();
  }
});
