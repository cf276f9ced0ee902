/** How far an import is, and what it came to. */
import { html, nothing, type TemplateResult } from 'lit';
import { importCounts } from '../../src/core/importCounts.js';
import { percent } from '../../src/core/format.js';
import { icon } from '../shared/states.js';
import type { ImportedView, ImportOutcome, Work } from '../../src/contracts/import.js';

export const workingView = ({ share }: Extract<Work, { state: 'working' }>, name: string, cancel: () => void): TemplateResult => html`
  <section class="work" aria-label="Progress">
    <label for="progress">Importing ${name}${share === null ? '…' : html` · ${percent(share)}`}</label>
    <progress id="progress" max="1" .value=${share ?? nothing}></progress>
    <vscode-button appearance="secondary" @click=${cancel}>Cancel</vscode-button>
  </section>
`;

export const failedView = (message: string): TemplateResult => html`
  <section class="failed" role="alert">
    ${icon('error')}
    <div>
      <h2>Nothing was imported</h2>
      <p>${message}</p>
    </div>
  </section>
`;

type Note = ImportedView['notes'][number];

export const doneView = ({ runs, failed, replaced }: ImportOutcome, open: (run: string) => void, again: () => void): TemplateResult => html`
  <section class="done" role="status">
    ${runs.map((run, i) => runView(run, i === 0, () => open(run.run)))}
    ${failed.map(
      ({ run, message }) =>
        html`<div class="not">
          <h2>${icon('error')} ${run}: nothing was imported</h2>
          <p>${message}</p>
        </div>`,
    )}
    ${replaced.length > 0 ? html`<p class="quiet">${replaced.join(', ')} ${replaced.length === 1 ? 'was' : 'were'} replaced.</p>` : nothing}
    <div class="buttons"><vscode-button appearance="secondary" @click=${again}>Import Again Differently</vscode-button></div>
  </section>
`;

function runView({ name, counts, notes }: ImportedView, isFirst: boolean, open: () => void): TemplateResult {
  const warnings = notes.filter(({ level }) => level === 'warning');
  const remarks = notes.filter(({ level }) => level === 'info');
  return html`
    <h2>${icon('pass')} ${counts ? `Imported as ${name}` : `${name} follows it`}</h2>
    <p class="counts">${counts ? importCounts(counts) : 'It keeps up while the files grow. Stop and resume it like any run.'}</p>
    ${warnings.length > 0 ? notesView(warnings, 'Warnings') : nothing}
    <div class="buttons">
      <vscode-button class="open" appearance=${isFirst ? 'primary' : 'secondary'} @click=${open}>Open Dashboard</vscode-button>
    </div>
    ${
      remarks.length > 0
        ? html`<details ?open=${isFirst && remarks.length <= 3}>
            <summary>${remarks.length === 1 ? '1 remark' : `${remarks.length} remarks`}</summary>
            ${notesView(remarks, 'Remarks')}
          </details>`
        : nothing
    }
  `;
}

const notesView = (notes: readonly Note[], label: string): TemplateResult =>
  html`<ul class="notes" aria-label=${label}>
    ${notes.map(({ level, message }) => html`<li class=${level}>${icon(level)}<span>${message}</span></li>`)}
  </ul>`;
