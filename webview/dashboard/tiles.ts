/** The numbers that answer "how is it going?", each a door to its curve. */
import { html, nothing, type TemplateResult } from 'lit';
import { boundsOf } from '../../src/protocol/metrics.js';
import type { Trend } from '../../src/store/views.js';
import { compact, count, extentText, percent, significant } from '../../src/core/format.js';
import { sparkline } from '../shared/sparkline.js';
import { curveOf } from './chartList.js';

/** Means in a tile's sparkline: more than it has pixels says nothing. */
export const sparkRoom = 60;

/** @param checkers who judged accuracies */
export function tile(trend: Trend, open: () => void, checkers: string): TemplateResult {
  const { metric, low, high, means } = trend;
  const { label, meaning } = curveOf(metric);
  const by = metric.startsWith('accuracy/') && checkers !== '' ? ` Checked by ${checkers}.` : '';
  const change = changeOf(trend);
  const up = change > 0;
  return html`<button class="plain tile" title="${meaning}${by} ${explain(trend)} Show its curve." @click=${open}>
    <span class="tile-label">${label}</span>
    <span class="tile-value">
      ${text(metric, trend.end)}
      ${
        change === 0
          ? nothing
          : html`<span class="tile-change"
              ><span aria-hidden="true">${up ? '▲' : '▼'}</span
              ><span class="visually-hidden">${up ? 'up by' : 'down by'}</span> ${changeText(change, metric)}</span
            >`
      }
    </span>
    ${trend.brokenSince === null ? nothing : html`<span class="tile-broken">not a number since step ${trend.brokenSince.toLocaleString('en-US')}</span>`}
    ${sparkline(means, extentText(low, high), boundsOf(metric))}
  </button>`;
}

/** How far the end is from the beginning; 0 where both are one, or differ by less than a two-hundredth of their size. */
export function changeOf({ count: n, begin, end }: Trend): number {
  const size = Math.max(Math.abs(begin), Math.abs(end));
  return n < 2 || Math.abs(end - begin) < size / 200 ? 0 : end - begin;
}

/** Two digits are enough of a difference of means: `0.17`, `80`, `1.2k`. @param change its sign is told by an arrow */
export function changeText(change: number, metric: string): string {
  const written = text(metric, Number(Math.abs(change).toPrecision(2)));
  return written.includes('.') ? written.replace(/\.?0+(?=\D*$)/, '') : written;
}

/** Shares of groups or responses are small, and read as per cent; accuracies are compared with rewards, which are not. */
export const text = (metric: string, value: number): string => (isPercent(metric) ? percent(value) : compact(value));
const isPercent = (metric: string): boolean => metric === 'groups/zero_std' || metric === 'length/truncated';

/** Of which values the two numbers are. */
export function explain({ count: n, begin, end, last, low, high, brokenSince }: Trend): string {
  const newest = `The newest${brokenSince === null ? '' : ' number'} is ${significant(last)}; over the run ${extentText(low, high)}.`;
  if (n === 1) return 'The only value so far.';
  const tenth = Math.ceil(n / 10);
  if (tenth === 1) return `The last of ${count(n, 'value')}: ${significant(end)}; the first: ${significant(begin)}. ${newest}`;
  const stretch = `${tenth.toLocaleString('en-US')} values`;
  return `Mean of the last ${stretch} (a tenth of ${n.toLocaleString('en-US')}): ${significant(end)}; of the first ${stretch}: ${significant(begin)}. ${newest}`;
}
