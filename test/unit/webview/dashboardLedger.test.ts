import { expect, test } from 'vitest';
import type { LedgerSums } from '../../../src/core/signalLedger.js';
import type { Ledger } from '../../../src/store/views.js';
import { chartList } from '../../../webview/dashboard/chartList.js';
import { notesOf } from '../../../webview/dashboard/curves.js';
import { ledgerSeries, narrowingOf } from '../../../webview/dashboard/ledgerSeries.js';
import { conditionsOf, filtered, noFilter } from '../../../webview/groups/filter.js';

const sums = (step: number, more: Partial<LedgerSums> = {}): LedgerSums => ({
  ...{ from: step, to: step, groups: 4, mixed: 2, allRight: 1, allWrong: 1, truncated: 0, truncatedKnown: 4, errors: 0, errorsKnown: 4 },
  ...{ rewarded: 8, rewardSum: 4, informative: 2, informativeRewarded: 4, informativeSum: 3, advantageGroups: 4, advantageSum: 8 },
  terms: [6, 2],
  ...more,
});
const ledger = (steps: LedgerSums[], more: Partial<Ledger> = {}): Ledger => ({
  ...{ steps, stride: 1, terms: ['correct', 'format'], moreTerms: 0, weights: { correct: 1, format: 1 } },
  ...more,
});
const valuesOf = (of: Ledger, names: string[] = []) =>
  Object.fromEntries(ledgerSeries('r', of, undefined, names).flatMap((s) => s.metrics.map((m) => [m.metric, m.value])));

test('a run of any trainer has its outcomes, rewards and terms as curves', () => {
  expect(valuesOf(ledger([sums(1), sums(2, { mixed: 4, allRight: 0, allWrong: 0 })]))).toEqual({
    'signal/all_wrong': [0.25, 0],
    'signal/mixed': [0.5, 1],
    'signal/all_right': [0.25, 0],
    'signal/informative': [0.5, 0.5],
    'signal/reward': [0.5, 0.5],
    'signal/informative_reward': [0.75, 0.75],
    'signal/term/correct': [0.75, 0.75],
    'signal/term/format': [0.25, 0.25],
  });
});

test('what the trainer wrote itself is not drawn twice, what is nowhere is no curve, and what is unknown has no point', () => {
  const step = sums(1, {
    truncated: 1,
    truncatedKnown: 2,
    errorsKnown: 0,
    rewarded: 0,
    informativeRewarded: 0,
    mixed: 0,
    allRight: 0,
    allWrong: 0,
  });
  expect(valuesOf(ledger([step], { weights: {} }), ['reward/mean', 'groups/zero_std'])).toEqual({
    'signal/truncated': [0.5],
    'signal/term/correct': [0.75],
    'signal/term/format': [0.25],
  });
  expect(valuesOf(ledger([sums(1)], { terms: ['correct'], weights: {} }))).not.toHaveProperty('signal/term/correct');
  expect(ledgerSeries('r', ledger([]), undefined)).toEqual([]);
});

test('the rewards of groups with signal stand in the chart of the reward; the shares are one stack', () => {
  const charts = chartList(['reward/mean', 'reward/std', 'groups/mixed', ...Object.keys(valuesOf(ledger([sums(1)])))]);
  const of = (id: string) => charts.find((c) => c.id === id)?.curves.map((c) => c.metric);
  expect(of('reward')).toEqual(['reward/mean', 'signal/reward', 'signal/informative_reward']);
  expect(of('ledger')).toEqual(['signal/all_wrong', 'signal/mixed', 'signal/all_right']);
  expect(of('term-signal')).toEqual(['signal/term/correct', 'signal/term/format']);
  // The same as counts, by the trainer.
  expect(of('signal')).toBeUndefined();
});

test('a curve leads to the groups that it counts', () => {
  const group = (correct: number) => ({
    correct,
    size: 4,
    zeroStd: correct % 4 === 0,
    failures: {},
    questionPreview: { text: '' },
    gold: null,
  });
  const groups = [0, 2, 4].map(group) as unknown as Parameters<typeof filtered>[0];
  const found = (metric: string) => filtered(groups, { ...noFilter, ...conditionsOf(narrowingOf(metric)!) }).map((g) => g.correct);
  expect(found('signal/all_wrong')).toEqual([0]);
  expect(found('signal/mixed')).toEqual([2]);
  expect(found('signal/all_right')).toEqual([4]);
  expect(found('groups/zero_std')).toEqual([0, 4]);
  expect(conditionsOf(narrowingOf('signal/truncated')!)).toEqual({ failures: ['truncated'] });
  expect(narrowingOf('kl')).toBeUndefined();
  expect(narrowingOf('constructor')).toBeUndefined();
});

test('that steps are counted together is a note of the charts that do so, and of no other', () => {
  const series = ledgerSeries('r', { ...ledger([sums(1), sums(5)]), stride: 4 }, undefined);
  const kl = { run: 'r', step: [1, 2], tokens: [null, null], seconds: [null, null], steps: 2, stride: 1 };
  const all = [...series, { ...kl, metrics: [{ metric: 'kl', value: [1, 2], count: 2, smooth: null, breaks: [] }] }];
  const notes = (id: string) =>
    notesOf(
      chartList(['kl', 'signal/mixed']).find((c) => c.id === id)!,
      all,
      { run: 'r', xUnit: 'step' },
    );
  expect(notes('ledger')).toEqual(['groups of every 4 steps are counted together']);
  expect(notes('kl')).toEqual([]);
});
