/** The numbers that answer "how is it going?", each a door to its curve. */
import { html, type TemplateResult } from 'lit';
import { metrics, type MetricName } from '../../src/protocol/metrics.js';
import type { Series } from '../../src/store/views.js';
import { compact } from '../shared/format.js';
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

/** Points of a tile's sparkline: more than it has pixels says nothing. */
const sparkPoints = 60;

export const tile = (
  metric: MetricName,
  series: Series | undefined,
  latest: number | undefined,
  open: () => void,
  checkers = '',
): TemplateResult => {
  const { label, meaning } = metrics[metric];
  const values = (series?.value ?? []).filter((v) => v !== null);
  const shown = latest ?? values.at(-1);
  const every = Math.max(1, Math.ceil(values.length / sparkPoints));
  const by = metric.startsWith('accuracy/') && checkers !== '' ? ` Checked by ${checkers}.` : '';
  return html`<button class="plain tile" title="${meaning}${by} Show its curve." @click=${open}>
    <span class="tile-label">${label}</span>
    <span class="tile-value">${compact(shown)}</span>
    ${sparkline(values.filter((_, i) => i % every === 0 || i === values.length - 1))}
  </button>`;
};
