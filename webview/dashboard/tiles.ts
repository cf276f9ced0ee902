/** The numbers that answer "how is it going?", each a door to its curve. */
import { html, nothing, type TemplateResult } from 'lit';
import { boundsOf, metrics, type MetricName } from '../../src/protocol/metrics.js';
import type { Trend } from '../../src/store/views.js';
import { compact, extentText } from '../shared/format.js';
import { sparkline } from '../shared/sparkline.js';

const withRewards: MetricName[] = [
  'reward/mean',
  'accuracy/held_out',
  'reward_model/accuracy',
  'kl',
  'entropy',
  'length/mean',
  'groups/zero_std',
  'tokens/per_second',
];
const withoutRewards: MetricName[] = ['loss', 'loss/held_out', 'accuracy/held_out', 'grad_norm', 'learning_rate', 'tokens/per_second'];

export function tileMetrics(names: readonly string[]): MetricName[] {
  const wanted = names.includes('reward/mean') ? withRewards : withoutRewards;
  return wanted.filter((m) => names.includes(m));
}

/** Means in a tile's sparkline: more than it has pixels says nothing. */
export const sparkRoom = 60;

export const tile = (
  metric: MetricName,
  trend: Trend | undefined,
  latest: number | undefined,
  open: () => void,
  checkers = '',
): TemplateResult => {
  const { label, meaning } = metrics[metric];
  const shown = latest ?? trend?.last;
  const by = metric.startsWith('accuracy/') && checkers !== '' ? ` Checked by ${checkers}.` : '';
  const range = trend ? ` Over the run: ${extentText(trend.low, trend.high)}.` : '';
  return html`<button class="plain tile" title="${meaning}${by}${range} Show its curve." @click=${open}>
    <span class="tile-label">${label}</span>
    <span class="tile-value">${compact(shown)}</span>
    ${trend ? sparkline(trend.means, extentText(trend.low, trend.high), boundsOf(metric)) : nothing}
  </button>`;
};
