/** Which solutions a point of a curve is about, as a filter. Pure. */
import { allOf, isNumber, isText, isTrue, isUnknown, isWithin, notText } from '../../src/query/condition.js';
import type { MetricName } from '../../src/protocol/metrics.js';
import type { Ledger } from '../../src/store/views.js';

const signal = isTrue('group.signal');
const noSignal = notText({ kind: 'flag', property: { name: 'group.signal' } });
const outcome = (value: 'right' | 'mixed' | 'wrong'): string => isText('group.outcome', value);

/** What a curve counts, where a filter can say it. */
const counted: Partial<Record<string, string>> = {
  'signal/all_wrong': outcome('wrong'),
  'signal/mixed': outcome('mixed'),
  'signal/all_right': outcome('right'),
  'signal/not_judged': isUnknown('group.outcome'),
  'signal/truncated': isNumber('group.truncated', '>', 0),
  'signal/errors': isNumber('group.errors', '>', 0),
  'signal/informative': signal,
  'signal/informative_reward': signal,
  'groups/zero_std': noSignal,
  'groups/all_wrong': outcome('wrong'),
  'groups/mixed': outcome('mixed'),
  'groups/all_right': outcome('right'),
  'length/truncated': isTrue('truncated'),
} satisfies Partial<Record<MetricName, string>>;

/**
 * @param step of the point
 * @param ledger what the curves `signal/…` are made of: of steps that are counted together the point stands at the last one
 */
export function pointFilter(step: number, metric: string | undefined, ledger: Ledger | null): string {
  const together = metric?.startsWith('signal/') ? ledger?.steps.find(({ to }) => to === step) : undefined;
  const condition = metric !== undefined && Object.hasOwn(counted, metric) ? counted[metric] : undefined;
  return allOf(isWithin('step', together?.from ?? step, step), condition);
}
