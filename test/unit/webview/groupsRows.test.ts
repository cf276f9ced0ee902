import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GroupSummary } from '../../../src/store/views.js';
import { groupCounts, tellsOtherwise } from '../../../src/words/groupCounts.js';
import { filtered, filterText, noFilter, type Filter } from '../../../webview/groups/filter.js';
import { failureChips } from '../../../webview/groups/failureChips.js';
import { sorted } from '../../../webview/groups/groupRows.js';
import { stepFacts } from '../../../src/words/stepFacts.js';
import { windowOf } from '../../../webview/shared/rowWindow.js';

const aGroup = (group: number, more: Partial<GroupSummary> = {}): GroupSummary => ({
  address: { run: 'r', step: 1, group },
  group,
  questionId: `q${group}`,
  split: null,
  questionPreview: { text: `Question ${group}`, skipped: 0 },
  gold: null,
  size: 16,
  correct: 8,
  rewardMean: 0.5,
  rewardStd: 0.5,
  advantages: [],
  lengthMean: 60,
  failures: { errors: 0, 'tool-failures': 0, truncated: 0, 'wrong-paid': 0 },
  klMean: 0.01,
  zeroStd: false,
  ...more,
});
const step = [
  aGroup(0, { correct: 16, rewardMean: 1, zeroStd: true, questionPreview: { text: 'Tom has 23 apples', skipped: 0 } }),
  aGroup(1, { correct: 0, rewardMean: 0, zeroStd: true, questionPreview: { text: 'Ann has 4 pears', skipped: 0 }, gold: '47' }),
  aGroup(2, { questionPreview: { text: 'Tom sells pears', skipped: 0 } }),
  aGroup(3, { correct: null, rewardMean: null }),
];
const numbers = (groups: readonly GroupSummary[]): number[] => groups.map((g) => g.group);
const found = (groups: readonly GroupSummary[], filter: Partial<Filter>): number[] => numbers(filtered(groups, { ...noFilter, ...filter }));

describe('conditions', () => {
  test('tell mixed groups from those all of one kind; ungraded groups are none of them', () => {
    expect(found(step, { outcomes: ['mixed'] })).toEqual([2]);
    expect(found(step, { outcomes: ['all right'] })).toEqual([0]);
    expect(found(step, { outcomes: ['all wrong'] })).toEqual([1]);
    expect(found(step, { traits: ['no signal'] })).toEqual([0, 1]);
  });

  test('hold together: any of the outcomes, and all of the rest', () => {
    const long = aGroup(4, {
      correct: 0,
      failures: { errors: 1, 'tool-failures': null, truncated: 3, 'wrong-paid': 2 },
      lengthMean: 400,
      questionPreview: { text: 'Long', skipped: 0 },
    });
    const groups = [...step, long];
    expect(found(groups, { outcomes: ['mixed', 'all wrong'] })).toEqual([1, 2, 4]);
    expect(found(groups, { outcomes: ['mixed', 'all wrong'], failures: ['truncated'] })).toEqual([4]);
    expect(found(groups, { outcomes: ['all wrong'], traits: ['no signal'], search: 'pears' })).toEqual([1]);
    expect(found(groups, { traits: ['no signal'], failures: ['truncated'] })).toEqual([]);
    expect(found(groups, { failures: ['truncated', 'errors'] })).toEqual([4]);
    expect(found(groups, { failures: ['wrong-paid'], outcomes: ['all wrong'] })).toEqual([4]);
    expect(found(groups, { failures: ['tool-failures'] })).toEqual([]);
  });

  test('a range of lengths; an unknown length is in none', () => {
    const groups = [aGroup(0, { lengthMean: 10 }), aGroup(1, { lengthMean: 50 }), aGroup(2, { lengthMean: 0 })];
    expect(found(groups, { shortest: 20 })).toEqual([1]);
    expect(found(groups, { longest: 20 })).toEqual([0]);
    expect(found(groups, {})).toEqual([0, 1, 2]);
  });

  test('rows of an evaluation are told from those that are trained on', () => {
    const groups = [aGroup(0), aGroup(1, { split: 'evaluation' })];
    expect(found(groups, { traits: ['evaluation'] })).toEqual([1]);
    expect(found(groups, { traits: ['trained on'] })).toEqual([0]);
  });

  test('a search wants every word, in the question or the gold answer', () => {
    expect(found(step, { search: 'TOM  pears' })).toEqual([2]);
    expect(found(step, { search: '47' })).toEqual([1]);
  });

  test('are told in words', () => {
    expect(
      filterText({
        outcomes: ['mixed', 'all wrong'],
        traits: [],
        failures: ['errors', 'truncated'],
        shortest: 100,
        longest: 200,
        search: ' pears ',
      }),
    ).toBe('mixed or all wrong, with errors, truncated, 100 to 200 tokens, “pears”');
  });
});

test('sorting puts what is unknown last when the largest come first, and keeps ties in order', () => {
  expect(numbers(sorted(step, { column: 'reward', descending: true }))).toEqual([0, 2, 1, 3]);
  expect(numbers(sorted(step, { column: 'length', descending: true }))).toEqual([0, 1, 2, 3]);
  expect(numbers(sorted(step, { column: 'question', descending: false }))).toEqual([1, 3, 0, 2]);
});

test('the step itself is never reordered', () => {
  sorted(step, { column: 'reward', descending: false });
  expect(numbers(step)).toEqual([0, 1, 2, 3]);
});

describe('the numbers above the rows', () => {
  const none = { groups: 0, unknown: 0 };
  const failures = { errors: none, 'tool-failures': none, truncated: none, 'wrong-paid': none };
  const summary = {
    failures,
    step: 7,
    rewardMean: 1.24,
    rewardStd: 0.43,
    countedMean: 1.5,
    kl: 0.1,
    groups: 2,
    mixed: 0,
    allRight: 0,
    allWrong: 0,
    solutions: 4,
  };
  const rows = [aGroup(0, { size: 2, rewardMean: 1, rewardStd: 0 }), aGroup(1, { size: 2, rewardMean: 2, rewardStd: 0 })];

  test('are counted from the rows', () => {
    expect(groupCounts(rows)).toEqual({ shape: '2 questions, 2 solutions each', rewardMean: 1.5, rewardStd: 0.5 });
    expect(groupCounts([rows[0], aGroup(1, { size: 3, rewardMean: null, rewardStd: null })])).toEqual({
      shape: '2 questions, 5 solutions',
      rewardMean: 1,
      rewardStd: 0,
    });
    expect(groupCounts([aGroup(0, { rewardMean: null, rewardStd: null })]).rewardMean).toBeNull();
  });

  test('what the trainer told of other solutions stands beside, under a name of its own', () => {
    const evaluation = rows.map((g) => ({ ...g, split: 'evaluation' as const }));
    expect(stepFacts(summary, evaluation, false).map((f) => `${f.label} ${f.value}`)).toEqual([
      'asked 2 questions, 2 solutions each',
      'reward 1.50 ± 0.500',
      'reward in training 1.24 ± 0.430',
    ]);
  });

  test('are those of the whole step where only some rows are listed', () => {
    expect(stepFacts(summary, [rows[0]], true).map((f) => `${f.label} ${f.value}`)).toEqual([
      'asked 2 questions, 4 solutions',
      'reward 1.50',
      'told by the trainer 1.24 ± 0.430',
      'KL 0.100',
    ]);
    expect(stepFacts({ ...summary, countedMean: 1.24 }, [rows[0]], true)[1].value).toBe('1.24 ± 0.430');
  });

  test('what failed is counted for the whole step; none of something is no chip, and what nobody recorded no number', () => {
    const counts = {
      errors: { groups: 1200, unknown: 0 },
      'tool-failures': { groups: 0, unknown: 0 },
      truncated: { groups: 0, unknown: 2 },
      'wrong-paid': { groups: 3, unknown: 0 },
    };
    const chips = failureChips({ ...summary, failures: counts }, []);
    expect(chips.map(({ name, number, empty }) => [name, number, empty])).toEqual([
      ['errors', '1,200', false],
      ['truncated', '–', true],
      ['wrong paid', '3', false],
    ]);
    expect(chips[1].title).toBe('At least one solution was cut at the token limit. It was not recorded');
    const partly = failureChips({ ...summary, groups: 5, failures: { ...counts, truncated: { groups: 3, unknown: 2 } } }, [
      'tool-failures',
    ]);
    expect(partly.map(({ name, number }) => `${name} ${number}`)).toEqual([
      'errors 1,200',
      'tool failures 0',
      'truncated 3',
      'wrong paid 3',
    ]);
    expect(partly[2].title).toMatch(/Of 2 groups it is not known: there may be more/);
  });

  test('rows of both kinds are counted apart', () => {
    const both = [rows[0], { ...rows[1], split: 'evaluation' as const }];
    expect(stepFacts({ ...summary, rewardMean: 1 }, both, false).map((f) => `${f.label} ${f.value}`)).toEqual([
      'asked 1 question, 2 solutions each',
      'reward 1 ± 0',
      'evaluation 1 question, 2 solutions each, 2 ± 0',
      'KL 0.100',
    ]);
  });

  test('a hundredth is rounding', () => {
    expect(tellsOtherwise(0.5, 0.504)).toBe(false);
    expect(tellsOtherwise(0.5, 0.52)).toBe(true);
    expect(tellsOtherwise(0, 0)).toBe(false);
    expect(tellsOtherwise(null, 1)).toBe(false);
  });
});

test('every row in sight is built, and never many more', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.integer({ min: 20, max: 60 }),
      fc.integer({ min: -500, max: 200_000 }),
      fc.integer({ min: 100, max: 2000 }),
      (rows, height, top, viewport) => {
        const { from, to } = windowOf(rows, height, top, viewport);
        for (let row = 0; row < rows; row++) {
          const inSight = (row + 1) * height > top && row * height < top + viewport;
          if (inSight) expect(row >= from && row < to).toBe(true);
        }
        expect(to - from).toBeLessThanOrEqual(Math.ceil(viewport / height) + 34);
      },
    ),
    { numRuns: 50 },
  );
});
