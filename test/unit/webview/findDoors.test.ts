/** Where clicks on points and conditions of lists lead: filters that are read again as what was pointed at. */
import { expect, test } from 'vitest';
import { parse } from '../../../src/query/parse.js';
import type { Ledger } from '../../../src/store/views.js';
import { pointFilter } from '../../../webview/dashboard/pointFilter.js';
import { noFilter } from '../../../webview/groups/filter.js';
import { solutionCondition } from '../../../webview/groups/findCondition.js';

const ledger = {
  steps: [
    { from: 1, to: 4 },
    { from: 5, to: 8 },
  ],
} as unknown as Ledger;

test('a point of a curve is its step; a band of the ledger also the groups that it counts, of all steps that it is of', () => {
  expect(pointFilter(7, 'kl', null)).toBe('step = 7');
  expect(pointFilter(7, undefined, ledger)).toBe('step = 7');
  expect(pointFilter(8, 'signal/mixed', ledger)).toBe('step in 5..8 and group.outcome = mixed');
  expect(pointFilter(8, 'kl', ledger)).toBe('step = 8');
  expect(pointFilter(3, 'constructor', null)).toBe('step = 3');
  const metrics = ['all_right', 'all_wrong', 'not_judged', 'truncated', 'errors', 'informative', 'informative_reward'].map(
    (m) => `signal/${m}`,
  );
  for (const metric of [...metrics, 'groups/zero_std', 'length/truncated']) {
    const filter = pointFilter(3, metric, null);
    expect(filter).not.toBe('step = 3');
    expect(parse(filter).problem).toBeUndefined();
  }
});

test('conditions on groups are conditions on solutions, where the language has them', () => {
  expect(solutionCondition(noFilter)).toBeUndefined();
  expect(solutionCondition({ ...noFilter, search: 'apples', traits: ['evaluation'] })).toBeUndefined();
  expect(solutionCondition({ ...noFilter, outcomes: ['mixed', 'all wrong'], traits: ['no signal'], failures: ['wrong-paid'] })).toBe(
    '(group.outcome = mixed or group.outcome = wrong) and not group.signal and not correct and reward > 0',
  );
});
