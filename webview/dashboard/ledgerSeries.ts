/** The signal ledger as curves, and which groups a point of them is about. Pure. */
import { ledgerEntry, ledgerTotal, termWeights } from '../../src/core/signalLedger.js';
import type { MetricName } from '../../src/protocol/metrics.js';
import type { Narrowing } from '../../src/contracts/groups.js';
import type { Ledger, RunSeries } from '../../src/store/views.js';
import { termSignalPrefix } from './chartList.js';
import { clockAt } from './curves.js';

/**
 * As one series: of steps that are counted together the last one's place.
 * @param clock any series of the same run with many steps
 * @param metricNames what the trainer wrote itself is not drawn twice
 */
export function ledgerSeries(run: string, ledger: Ledger, clock: RunSeries | undefined, metricNames: readonly string[] = []): RunSeries[] {
  const { steps, terms, stride } = ledger;
  if (steps.length === 0) return [];
  const { weights } = termWeights(terms, ledger.weights, ledgerTotal(steps));
  const entries = steps.map((sums) => ledgerEntry(sums, weights));
  const isJudged = entries.some((e) => e.notJudged < 1);
  const some = (values: (number | null)[]): (number | null)[] | undefined => (values.some((v) => v !== null && v > 0) ? values : undefined);
  const columns: [MetricName, (number | null)[] | undefined][] = [
    ['signal/all_wrong', isJudged ? entries.map((e) => e.allWrong) : undefined],
    ['signal/mixed', isJudged ? entries.map((e) => e.mixed) : undefined],
    ['signal/all_right', isJudged ? entries.map((e) => e.allRight) : undefined],
    ['signal/not_judged', isJudged ? some(entries.map((e) => e.notJudged)) : undefined],
    ['signal/truncated', some(entries.map((e) => e.truncated))],
    ['signal/errors', some(entries.map((e) => e.errors))],
    ['signal/informative', metricNames.includes('groups/zero_std') ? undefined : entries.map((e) => e.informative)],
    ['signal/reward', metricNames.includes('reward/mean') ? undefined : entries.map((e) => e.reward)],
    ['signal/informative_reward', entries.map((e) => e.informativeReward)],
  ];
  // One term alone carries everything.
  const parts = terms.length < 2 ? [] : terms.map((term, k) => [termSignalPrefix + term, entries.map((e) => e.terms[k])] as const);
  const shown = [...columns, ...parts].flatMap(([metric, value]) =>
    value?.some((v) => v !== null) ? [{ metric, value, count: value.filter((v) => v !== null).length, smooth: null, breaks: [] }] : [],
  );
  if (shown.length === 0) return [];
  return [
    {
      run,
      step: steps.map(({ to }) => to),
      ...clockAt(
        clock,
        steps.map(({ to }) => to),
      ),
      metrics: shown,
      steps: steps.length,
      stride,
    },
  ];
}

const narrowings: Partial<Record<string, Narrowing>> = {
  'signal/all_wrong': 'all wrong',
  'signal/mixed': 'mixed',
  'signal/all_right': 'all right',
  'signal/truncated': 'truncated',
  'signal/errors': 'errors',
  'groups/zero_std': 'no signal',
} satisfies Partial<Record<MetricName, Narrowing>>;

/** Which groups of its step a point of a curve is about; undefined: all of them. */
export const narrowingOf = (metric: string): Narrowing | undefined => (Object.hasOwn(narrowings, metric) ? narrowings[metric] : undefined);
