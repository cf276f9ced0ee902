import { expect, test } from 'vitest';
import { directions, type RegradeSummary } from '../../../src/store/views.js';
import { directionLabel, inDirection, offered, remarks, summaryFacts } from '../../../webview/disagreements/disagreementSummary.js';

const summary: RegradeSummary = {
  name: 'other-1-00000000',
  checker: 'other 1',
  original: 'grpo-lab 1',
  time: '2026-01-01T00:00:00Z',
  solutions: 1000,
  superseded: 0,
  unjudged: 0,
  paidCompared: 0,
  rightUnpaid: 0,
  wrongPaid: 0,
  agreeing: 982,
  rightToWrong: 3,
  wrongToRight: 12,
  undecided: 3,
  rightBefore: 521,
  rightNow: 530,
  undecidedNow: 4,
  goldUnreadable: 0,
  share: 0.982,
  kappa: 0.964,
};
const values = (s: RegradeSummary): Record<string, string> => Object.fromEntries(summaryFacts(s).map((f) => [f.label, f.value]));

test('says how far two checkers agree, and what it does to the accuracy', () => {
  expect(values(summary)).toEqual({ agree: '98.2%', "Cohen's κ": '0.964', right: '52.1% → 53.0%', undecided: '4' });
  expect(summaryFacts(summary)[0].title).toBe('982 of 1,000 solutions that both have judged');
  expect(inDirection.all(summary)).toBe(18);
  expect(directionLabel('right to wrong')).toBe('right → wrong');
});

test('accuracies are over what each has judged', () => {
  const half = { ...summary, unjudged: 500, rightBefore: 250, agreeing: 500, share: 1, kappa: null };
  expect(values(half)).toMatchObject({ agree: '100%', right: '50.0% → 53.0%' });
  expect(values(half)).not.toHaveProperty("Cohen's κ");
  expect(remarks({ ...half, superseded: 7 })).toEqual([
    '1,000 solutions graded',
    '500 that the run had not judged',
    '7 since taken back by a resumed run',
  ]);
});

test('where the run has no verdicts, what was paid is offered beside them; golds that nothing can read are, where there are any', () => {
  expect(offered(summary, 'all', directions)).toEqual(['all', 'right to wrong', 'wrong to right', 'undecided']);
  const unjudged = { ...summary, unjudged: 40, paidCompared: 38, rightUnpaid: 32, wrongPaid: 0, goldUnreadable: 2 };
  expect(offered(unjudged, 'all', directions)).toEqual([...directions]);
  expect(inDirection.all(unjudged)).toBe(18 + 32);
  expect(remarks(unjudged)).toContain('40 that the run had not judged, 38 of them compared with what was paid');
});

test('a run without judgements has nothing to compare with', () => {
  expect(values({ ...summary, unjudged: 1000, share: null, kappa: null, rightBefore: 0 })).toMatchObject({
    agree: '–',
    right: '– → 53.0%',
  });
});
