import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../../../src/query/parse.js';
import { conjuncts } from '../../../src/query/tree.js';
import type { FoundSolution } from '../../../src/store/views.js';
import { facetCondition } from '../../../webview/find/facetConditions.js';
import { foundText, leftText, seenText, type FoundNumbers } from '../../../webview/find/foundText.js';
import { groupings } from '../../../src/protocol/address.js';
import { grouped, GrowingItems } from '../../../webview/find/grouping.js';

test('every value of a facet is narrowed to by a filter that says just that', () => {
  const condition = (...args: Parameters<typeof facetCondition>): string | undefined => {
    const text = facetCondition(...args);
    if (text !== undefined) expect(parse(text).problem, text).toBeUndefined();
    return text;
  };
  expect(condition('step', '100', 50)).toBe('step in 100..149');
  expect(condition('step', '7', 1)).toBe('step = 7');
  expect(condition('tokens', '256', 1)).toBe('tokens in 256..511');
  expect(condition('finish', 'length', 1)).toBe('finish = length');
  expect(condition('correct', 'no', 1)).toBe('not correct');
  expect(condition('correct', '', 1)).toBe('correct is unknown');
  expect(condition('answer', 'x "y"', 1)).toBe('answer = "x \\"y\\""');
  expect(condition('answer', 'y'.repeat(100), 1)).toBeUndefined();
  expect(condition('reward', '0', 1)).toBe('reward = 0');
  expect(condition('reward', '1', 1)).toBe('reward >= 0.995 and reward < 1.05');
  expect(condition('reward', '-0.5', 1)).toBe('reward <= -0.495 and reward > -0.505');
  expect(condition('answer', '…', 1)).toBeUndefined();
});

test('a reward is within the condition of its own bin, and of no other', () => {
  const holds = (condition: string, x: number): boolean =>
    conjuncts(parse(condition).tree!).every((c) => {
      if (c.kind !== 'number') throw new Error('no number');
      return { '<': x < c.value, '<=': x <= c.value, '>': x > c.value, '>=': x >= c.value, '=': x === c.value, '!=': x !== c.value }[c.is];
    });
  // Three digits, the last of them away from where it is rounded.
  const reward = fc
    .tuple(fc.integer({ min: 10, max: 99 }), fc.constantFrom(1, 2, 3, 7, 8, 9), fc.integer({ min: -6, max: 4 }), fc.boolean())
    .map(([digits, last, power, negative]) => (negative ? -1 : 1) * Number(`${10 * digits + last}e${power}`));
  const bin = (x: number): string => String(Number(x.toPrecision(2)));
  fc.assert(
    fc.property(reward, reward, (x, y) => {
      expect(holds(facetCondition('reward', bin(x), 1)!, x)).toBe(true);
      if (bin(x) !== bin(y)) expect(holds(facetCondition('reward', bin(x), 1)!, y)).toBe(false);
    }),
  );
});

const numbers: FoundNumbers = { matched: 1234, unknown: 0, seen: 500, solutions: 1000, all: 20_000, left: 0, end: 'all' };

test('what was found is said, and what was left out', () => {
  expect(foundText(numbers)).toBe('1,234 of 20,000 solutions');
  expect(foundText({ ...numbers, end: null })).toBe('1,234 solutions so far');
  expect(foundText({ ...numbers, end: 'time' })).toBe('at least 1,234 of 20,000 solutions');
  expect(seenText({ ...numbers, end: null })).toBe('50% of 1,000 solutions looked at');
  expect(leftText(numbers, 1234)).toEqual([]);
  expect(leftText({ ...numbers, unknown: 3, left: 10 }, 1000)).toEqual([
    'the first 1,000 are listed',
    'of 3 it is unknown whether they match: something that is asked for is not recorded',
    'partial: 10 solutions of the oldest steps were not searched; choose one run',
  ]);
});

const row = (step: number, solution: number, more: Partial<FoundSolution> = {}): FoundSolution => ({
  ...{ address: { run: 'r', step, group: 0, solution }, runName: 'r', reward: null, advantage: null, correct: null, answer: null },
  ...{ finish: 'stop', tokens: 1, kl: null, questionPreview: { text: 'q', skipped: 0 }, excerpt: { text: '', start: 0 }, places: [] },
  sortValue: null,
  ...more,
});

test('rows stand under headings in the order of their first, with what is known of them', () => {
  const rows = [row(2, 0, { reward: 1, correct: true }), row(1, 0), row(2, 1, { reward: 0, correct: false }), row(2, 2)];
  const items = grouped(rows, 'step');
  expect(items.map((item) => (item.kind === 'row' ? item.path : item.title))).toEqual([
    'Step 2',
    ...[1, 2, 3].map((n) => `/runs/r/step 2/group 1/solution ${n}`),
    'Step 1',
    '/runs/r/step 1/group 1/solution 1',
  ]);
  expect(items[0]).toEqual({ kind: 'heading', title: 'Step 2', rows: 3, rewardMean: 0.5, right: 1, judged: 2 });
  expect(items[4]).toMatchObject({ rewardMean: null, judged: 0 });
  expect(grouped(rows, undefined)).toHaveLength(4);
  expect(grouped([row(1, 0, { answer: '42' }), row(1, 1)], 'answer').flatMap((i) => (i.kind === 'heading' ? i.title : []))).toEqual([
    '42',
    'No answer',
  ]);
});

test('a list that grows is, when all is there, as if it had come at once, however its rows are grouped meanwhile', () => {
  const anyRow = fc.record({ step: fc.nat(3), answer: fc.option(fc.constantFrom('47', '29')) }).map(({ step, answer }): FoundSolution => ({
    ...{ address: { run: 'r', step, group: 0, solution: 0 }, runName: 'r', reward: 1, advantage: 0, correct: true, answer, finish: 'stop' },
    ...{ tokens: 1, kl: null, questionPreview: { text: 'q', skipped: 0 }, excerpt: { text: '', start: 0 }, places: [], sortValue: null },
  }));
  const grouping = fc.constantFrom(undefined, ...groupings);
  fc.assert(
    fc.property(
      fc.array(fc.array(anyRow, { maxLength: 9 }), { maxLength: 8 }),
      fc.array(grouping, { minLength: 9, maxLength: 9 }),
      (parts, bys) => {
        const growing = new GrowingItems();
        const rows: FoundSolution[] = [];
        for (const [i, part] of parts.entries()) {
          rows.push(...part);
          growing.take(rows, bys[i], false);
          if (bys[i] === undefined) expect(growing.items).toHaveLength(rows.length);
        }
        growing.take(rows, bys[8], true);
        expect(growing.items).toEqual(grouped(rows, bys[8]));
      },
    ),
  );
});
