/** How often each value occurs among what matches; a click narrows the search to it, another one takes that back. */
import { html, nothing, type TemplateResult } from 'lit';
import { largest } from '../../src/core/extremes.js';
import { count, percent } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import { hasCondition } from '../../src/query/narrow.js';
import type { FoundFacets } from '../../src/contracts/find.js';
import type { FacetName } from '../../src/store/views.js';
import { facetCondition } from './facetConditions.js';

const titles: Record<FacetName, string> = {
  ...{ step: 'Step', reward: 'Reward', tokens: 'Length in tokens', finish: 'Finish', correct: 'Verdict', answer: 'Answer', run: 'Run' },
};
const numeric: readonly FacetName[] = ['step', 'reward', 'tokens'];
/** Values that are listed of one: steps come in about twenty bins. */
const most = { number: 24, text: 12 };

export function facetList(facets: FoundFacets, filter: string, toggle: (condition: string) => void): TemplateResult {
  const names = (Object.keys(titles) as FacetName[]).filter((name) => (facets.counts[name]?.length ?? 0) > (name === 'run' ? 1 : 0));
  return html`
    ${
      facets.end === 'time'
        ? html`<p class="quiet" role="status">
            Partial: counted in the first ${percent(facets.solutions === 0 ? 1 : facets.seen / facets.solutions)} that were looked at.
          </p>`
        : nothing
    }
    ${names.map((name) => facetView(name, facets, filter, toggle))}
  `;
}

function facetView(
  name: FacetName,
  { counts, stepWidth }: FoundFacets,
  filter: string,
  toggle: (condition: string) => void,
): TemplateResult {
  const isNumber = numeric.includes(name);
  const all = (counts[name] ?? []).toSorted(([, n], [, m]) => m - n);
  const frequent = all.slice(0, isNumber ? most.number : most.text);
  const shown = isNumber ? frequent.toSorted(([a], [b]) => order(a) - order(b)) : frequent;
  const longest = largest(
    shown.map(([, n]) => n),
    1,
  );
  return html`
    <section class="facet" aria-label=${titles[name]}>
      <h2>${titles[name]}</h2>
      <ul>
        ${shown.map(([value, n]) => {
          const condition = facetCondition(name, value, stepWidth);
          const pressed = condition !== undefined && hasCondition(filter, condition);
          return html`<li>
            <button
              class="plain"
              aria-pressed=${pressed ? 'true' : 'false'}
              title=${condition ?? 'No condition says just this'}
              ?disabled=${condition === undefined}
              style="--share: ${(100 * n) / longest}%"
              @click=${() => toggle(condition!)}
            >
              <span class="value">${labelOf(name, value, stepWidth)}</span><span class="number">${n.toLocaleString('en-US')}</span>
            </button>
          </li>`;
        })}
      </ul>
      ${all.length > shown.length ? html`<p class="quiet">and ${count(all.length - shown.length, 'rarer value')}</p>` : nothing}
    </section>
  `;
}

/** What is unknown comes last. */
const order = (value: string): number => (value === '' || value === '…' ? Infinity : Number(value));

function labelOf(name: FacetName, value: string, stepWidth: number): string {
  if (value === '') return name === 'answer' ? 'none' : 'unknown';
  if (value === '…') return 'others';
  if (name === 'correct') return value === 'yes' ? 'right' : 'wrong';
  if (name === 'step' && stepWidth > 1) return `${value}–${Number(value) + stepWidth - 1}`;
  if (name === 'tokens' && Number(value) > 1) return `${value}–${2 * Number(value) - 1}`;
  return reveal(value);
}
