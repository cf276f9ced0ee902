/** Two solutions of the group side by side: at first the worst and the best of it. */
import { html, type TemplateResult } from 'lit';
import { signed, significant } from '../../src/core/format.js';
import type { RunAddress } from '../../src/protocol/address.js';
import type { GroupDetail } from '../../src/store/views.js';
import type { ExtremePair } from '../shared/diff/extremePair.js';
import '../shared/diff/solutionDiff.js';
import { icon } from '../shared/states.js';

export interface ComparisonEvents {
  choose: (pair: { left: number; right: number }) => void;
  close: () => void;
  go: (address: RunAddress, aside: boolean) => void;
}

/** Solutions that a menu lists. */
const mostListed = 500;

/** @param left, right indices of the solutions @param extremes of the group */
export function comparison(
  g: GroupDetail,
  { left, right }: { left: number; right: number },
  extremes: ExtremePair | null,
  { choose, close, go }: ComparisonEvents,
): TemplateResult {
  const isExtreme = extremes !== null && extremes.by !== null && left === extremes.worst && right === extremes.best;
  const menu = (label: string, chosen: number, pick: (index: number) => void): TemplateResult => html`
    <select aria-label=${label} @change=${(e: Event) => pick(Number((e.target as HTMLSelectElement).value))}>
      ${listed(g, chosen).map((i) => html`<option value=${i} ?selected=${i === chosen}>${optionText(g, i)}</option>`)}
    </select>
  `;
  return html`
    <section class="comparison" aria-labelledby="comparison-title">
      <div class="comparison-head">
        <h2 id="comparison-title" tabindex="-1">${isExtreme ? `Worst and best by ${extremes.by}` : 'Two solutions of the group'}</h2>
        ${menu('Solution at the left', left, (index) => choose({ left: index, right }))}
        ${menu('Solution at the right', right, (index) => choose({ left, right: index }))}
        <button class="icon" title="Close the comparison" aria-label="Close the comparison" @click=${close}>${icon('close')}</button>
      </div>
      ${extremes?.by === null ? html`<p class="quiet">No solution of this group did better than another.</p>` : ''}
      <solution-diff
        .left=${{ ...g.address, solution: left }}
        .right=${{ ...g.address, solution: right }}
        @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => go(e.detail.address, e.detail.aside)}
      ></solution-diff>
    </section>
  `;
}

/** Of a very large group the first ones, and the one that is chosen. */
function listed({ rewardOf }: GroupDetail, chosen: number): number[] {
  const indices = Array.from({ length: Math.min(mostListed, rewardOf.length) }, (_, i) => i);
  return chosen < indices.length ? indices : [...indices, chosen];
}

function optionText({ rewardOf, advantageOf }: GroupDetail, i: number): string {
  const [advantage, reward] = [advantageOf[i], rewardOf[i]];
  const number = Number.isFinite(advantage) ? ` Â ${signed(advantage)}` : Number.isFinite(reward) ? ` reward ${significant(reward)}` : '';
  return `solution ${i + 1}${number}`;
}
