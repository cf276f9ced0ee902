/** Where an imported run comes from, what was guessed on the way, and what its measures are called there. */
import { html, nothing, type TemplateResult } from 'lit';
import type { RunDetail } from '../../src/store/views.js';
import { count } from '../../src/core/format.js';
import { formatName } from '../../src/core/importFormats.js';
import { reveal } from '../../src/core/reveal.js';
import { icon } from '../shared/states.js';

const METRIC = 'metric:';

/** Longer texts (names of files, mostly) fold: they are a line or two until they are asked for. */
const longest = 220;
const shown = 160;

/** @param setGroupSize undefined where nothing can be changed */
export function importNotes({ import: origin }: RunDetail, setGroupSize: (() => void) | undefined): TemplateResult | typeof nothing {
  if (!origin) return nothing;
  const names = origin.notes.filter(({ id }) => id.startsWith(METRIC));
  const notes = origin.notes.filter(({ id }) => !id.startsWith(METRIC));
  const warnings = notes.filter(({ level }) => level === 'warning');
  const note = ({ level, message, setting }: (typeof notes)[number]): TemplateResult => html`
    <div class="note ${level}">
      ${icon(level === 'warning' ? 'warning' : 'info')}
      <div>
        ${folded(message)}
        ${setting === 'groupSize' && setGroupSize ? html`<button class="link" @click=${setGroupSize}>Set group size…</button>` : nothing}
      </div>
    </div>
  `;
  return html`
    <section class="import" aria-label="Where this run comes from">
      ${warnings.map(note)}
      <div class="note quiet">
        ${icon('cloud-download')}
        <div>${origin.follow ? 'Followed' : 'Imported'} as ${formatName(origin.format)} from ${source(origin.source)}</div>
      </div>
      ${notes.filter(({ level }) => level !== 'warning').map(note)}
      ${
        names.length === 0
          ? nothing
          : html`<details>
              <summary>${count(names.length, 'metric')} ${names.length === 1 ? 'goes' : 'go'} by another name in the files</summary>
              <ul>
                ${names.map(({ message }) => html`<li>${reveal(message)}</li>`)}
              </ul>
            </details>`
      }
    </section>
  `;
}

function folded(text: string): TemplateResult | string {
  const all = reveal(text);
  if (all.length <= longest) return all;
  return html`<details class="long">
    <summary>${all.slice(0, shown)}<span class="rest">${all.slice(shown)}</span></summary>
  </details>`;
}

/** Of a long path its end says most. */
function source(path: string): TemplateResult {
  const all = reveal(path);
  return html`<code title=${all}>${all.length > shown / 2 ? `…${all.slice(-shown / 2)}` : all}</code>`;
}
