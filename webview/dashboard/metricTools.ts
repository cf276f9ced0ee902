/** Which of a run's metrics are looked at: a search, and how many there are. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { count } from '../../src/core/format.js';

export interface Searched {
  text: string;
  /** Why the expression cannot be used. */
  fault: string | undefined;
  /** Metrics of the run, and those that are in sight or would be when one scrolls. */
  all: number;
  shown: number;
  hint: string;
}

export function metricTools({ text, fault, all, shown, hint }: Searched, search: (text: string) => void): TemplateResult {
  return html`
    <div class="metric-search">
      <span class="search-box">
        <span class="codicon codicon-search" aria-hidden="true"></span>
        <input
          type="text"
          spellcheck="false"
          placeholder="Search metrics, or /regex/"
          aria-label="Search metrics"
          title=${hint}
          .value=${live(text)}
          @input=${(e: Event) => search((e.target as HTMLInputElement).value)}
          @keydown=${(e: KeyboardEvent) => {
            if (e.key === 'Escape' && text !== '') search('');
          }}
        />
      </span>
      <span class="quiet" role="status">${countText(all, shown, text.trim() !== '')}</span>
      ${fault === undefined ? nothing : html`<span class="fault" role="alert">Not a regular expression: ${fault}</span>`}
    </div>
  `;
}

/** `312 metrics, 24 shown`: what is folded away is said. */
export function countText(all: number, shown: number, searched: boolean): string {
  if (searched) return `${shown.toLocaleString('en-US')} of ${count(all, 'metric')}`;
  return shown === all ? count(all, 'metric') : `${count(all, 'metric')}, ${shown.toLocaleString('en-US')} shown`;
}
