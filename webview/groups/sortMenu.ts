/** Where rows take two lines there are no headings to press: a menu sorts. */
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from '../shared/states.js';
import { columnLabels, columns, firstDescending, type Column, type Sorting } from './groupRows.js';
import type { GroupColumns } from './groupColumns.js';

export function sortMenu({ column, descending }: Sorting, shown: GroupColumns, sort: (sorting: Sorting) => void): TemplateResult {
  const offered = columns.filter((c) => (c !== 'kl' || shown.kl !== null) && (c !== 'gold' || shown.gold));
  const direction = descending ? 'Largest first' : 'Smallest first';
  return html`<span class="sort-menu">
    <select
      aria-label="Sort by"
      .value=${live(column)}
      @change=${(e: Event) => {
        const chosen = (e.target as HTMLSelectElement).value as Column;
        sort({ column: chosen, descending: firstDescending(chosen) });
      }}
    >
      ${offered.map((c) => html`<option value=${c}>sort: ${c === 'group' ? 'as asked' : columnLabels[c]}</option>`)}
    </select>
    <button class="icon" title=${direction} aria-label=${direction} @click=${() => sort({ column, descending: !descending })}>
      ${icon(descending ? 'arrow-down' : 'arrow-up')}
    </button>
  </span>`;
}
