/** Where an imported run comes from, what was guessed on the way, and what its measures are called there. */
import { html, nothing, type TemplateResult } from 'lit';
import type { RunDetail } from '../../src/store/views.js';
import { count } from '../shared/format.js';
import { icon } from '../shared/states.js';

const METRIC = 'metric:';

/** @param setGroupSize undefined where nothing can be changed */
export function importNotes({ import: origin }: RunDetail, setGroupSize: (() => void) | undefined): TemplateResult | typeof nothing {
  if (!origin) return nothing;
  const names = origin.notes.filter(({ id }) => id.startsWith(METRIC));
  const notes = origin.notes.filter(({ id }) => !id.startsWith(METRIC));
  return html`
    <section class="import" aria-label="Where this run comes from">
      <p class="quiet">
        ${icon('cloud-download')}
        <span>${origin.follow ? 'Followed' : 'Imported'} as ${origin.format} from <code>${origin.source}</code></span>
      </p>
      ${notes.map(
        ({ level, message, setting }) => html`
          <p class=${level}>
            ${icon(level === 'warning' ? 'warning' : 'info')}
            <span>
              ${message}
              ${
                setting === 'groupSize' && setGroupSize
                  ? html`<button class="link" @click=${setGroupSize}>Set group size…</button>`
                  : nothing
              }
            </span>
          </p>
        `,
      )}
      ${
        names.length === 0
          ? nothing
          : html`<details>
              <summary>${count(names.length, 'measure')} ${names.length === 1 ? 'has' : 'have'} another name there</summary>
              <ul>
                ${names.map(({ message }) => html`<li>${message}</li>`)}
              </ul>
            </details>`
      }
    </section>
  `;
}
