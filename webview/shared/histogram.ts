/** How numbers of a step's solutions are spread, as bars with their numbers: each may lead to the solutions that it counts. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Bin } from '../../src/core/histogram.js';
import { count, percent, significant } from '../../src/core/format.js';
import type { LengthHistogram, RewardHistogram } from '../../src/store/views.js';

/** @param i which of the bars */
export type ChooseBin = (i: number, aside: boolean) => void;

export const rewardHistogram = (of: RewardHistogram, choose: ChooseBin): TemplateResult =>
  histogramView('Reward', of, of.unrewarded > 0 ? [`${of.unrewarded.toLocaleString('en-US')} without a reward`] : [], choose);
export const lengthHistogram = (of: LengthHistogram, choose: ChooseBin): TemplateResult => histogramView('Length', of, [], choose);

function histogramView(name: string, { bins, counted, groups }: LengthHistogram, more: string[], choose: ChooseBin): TemplateResult {
  const solutions = bins.reduce((sum, b) => sum + b.n, 0);
  const most = bins.reduce((max, b) => Math.max(max, b.n), 0);
  const facts = [count(solutions, 'solution'), ...more];
  if (counted < groups) facts.push(`of the first ${counted.toLocaleString('en-US')} of ${count(groups, 'group')}`);
  const single = bins.every((b) => b.low === b.high);
  return html`<figure class="histogram">
    <figcaption><span>${name}s of</span> <span class="quiet">${facts.join(', ')}</span></figcaption>
    ${
      bins.length === 0
        ? nothing
        : html`<ol>
              ${bins.map((bin, i) => bar(name, bin, most, solutions, single, (e) => choose(i, e.ctrlKey || e.metaKey)))}
            </ol>
            ${single ? nothing : html`<p class="ends quiet"><span>${significant(bins[0].low)}</span><span>${significant(bins.at(-1)!.high)}</span></p>`}`
    }
  </figure>`;
}

function bar(
  name: string,
  { low, high, n }: Bin,
  most: number,
  all: number,
  single: boolean,
  press: (e: MouseEvent) => void,
): TemplateResult {
  const where = low === high ? significant(low) : `${significant(low)} to ${significant(high)}`;
  const words = `${name} ${where}: ${count(n, 'solution')}, ${percent(n / all)}`;
  return html`<li title=${n === 0 ? words : `${words}. Find them`}>
    <button ?disabled=${n === 0} aria-label="Find solutions: ${words}" @click=${press}>
      <span class="bar" style="--share: ${n / most}"></span>
      ${single ? html`<span class="value">${where}</span>` : nothing}
    </button>
  </li>`;
}
