/** How the rewards of one step are spread, as bars with their numbers. */
import { html, nothing, type TemplateResult } from 'lit';
import type { RewardBin, RewardHistogram } from '../../src/store/views.js';
import { count, percent, significant } from '../../src/core/format.js';

export function rewardHistogram({ bins, unrewarded, counted, groups }: RewardHistogram): TemplateResult {
  const solutions = bins.reduce((sum, b) => sum + b.n, 0);
  const most = bins.reduce((max, b) => Math.max(max, b.n), 0);
  const facts = [count(solutions, 'solution')];
  if (unrewarded > 0) facts.push(`${unrewarded.toLocaleString('en-US')} without a reward`);
  if (counted < groups) facts.push(`of the first ${counted.toLocaleString('en-US')} of ${count(groups, 'group')}`);
  const single = bins.every((b) => b.low === b.high);
  return html`<figure class="histogram">
    <figcaption><span>Rewards of</span> <span class="quiet">${facts.join(', ')}</span></figcaption>
    ${
      bins.length === 0
        ? nothing
        : html`<ol>
              ${bins.map((bin) => bar(bin, most, solutions, single))}
            </ol>
            ${single ? nothing : html`<p class="ends quiet"><span>${significant(bins[0].low)}</span><span>${significant(bins.at(-1)!.high)}</span></p>`}`
    }
  </figure>`;
}

function bar({ low, high, n }: RewardBin, most: number, all: number, single: boolean): TemplateResult {
  const where = low === high ? significant(low) : `${significant(low)} to ${significant(high)}`;
  return html`<li title="Reward ${where}: ${count(n, 'solution')}, ${percent(n / all)}">
    <span class="bar" style="--share: ${n / most}"></span>
    ${single ? html`<span class="value">${where}</span>` : html`<span class="visually-hidden">${where}</span>`}
    <span class="visually-hidden">${count(n, 'solution')}</span>
  </li>`;
}
