import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { WorkspaceAddress } from '../../src/protocol/address.js';
import { whenFocused } from '../shared/focus.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page } from '../shared/page.js';
import { icon, skeletonRows, stateView } from '../shared/states.js';
import { cancelImport, lookAtSource, openSettings, pickSource, startImport, worked, type ImportView } from '../../src/contracts/import.js';
import { fieldsView } from './mappingFields.js';
import { choicesOf, emptyForm, formSchema, whyNot, type Form } from './importForm.js';
import { formatsView, howView, runsView } from './importFormView.js';
import { doneView, failedView, workingView } from './importOutcome.js';

/** No source has been chosen yet. */
type ImportAnswer = ImportView | 'nothing chosen';

/** A folder or file becomes a run: what it is, which run of it, what its fields mean; then how far it is and what it came to. */
export class ImportPage extends Page<ImportAnswer, WorkspaceAddress> {
  static override properties: PropertyDeclarations = { ...Page.properties, form: { state: true } };
  protected override readonly kind = 'import';
  protected override readonly actions: Actions = {};

  private form: Form = emptyForm('', null);

  override connectedCallback(): void {
    super.connectedCallback();
    host.on(worked, ({ work }) => {
      if (!this.view || this.view === 'nothing chosen') return;
      const ended = this.view.work.state === 'working' && work.state !== 'working';
      this.view = { ...this.view, work };
      if (ended) void this.updateComplete.then(() => whenFocused(() => this.focusFirst()));
    });
  }

  protected override async load({ source }: WorkspaceAddress): Promise<ImportAnswer | null> {
    if (source === undefined) return 'nothing chosen';
    const view = await host.request(lookAtSource, { path: source });
    const kept = this.recall(formSchema);
    this.form = kept?.path === source ? kept : emptyForm(source, view.source);
    return view;
  }

  protected override arrived(): void {
    super.arrived();
    whenFocused(() => this.focusFirst());
  }

  /** With nothing to be asked, Enter imports; else what is to be chosen first. */
  private focusFirst(): void {
    const open = this.querySelector<HTMLElement>('.done .open');
    const first = open ?? this.querySelector<HTMLElement>('vscode-button.import:not([disabled]), .state vscode-button');
    const runs = this.form.format === null ? null : this.querySelector<HTMLElement>('.runs input');
    (first ?? runs ?? this.querySelector<HTMLElement>('.formats input'))?.focus();
  }

  protected override content(view: ImportAnswer): TemplateResult {
    if (view === 'nothing chosen') return this.chooser();
    const { name, path, work } = view;
    return html`
      <header>
        <h1>Import ${name}</h1>
        <p class="source quiet"><span class="path">${path}</span> ${work.state === 'working' ? nothing : this.pickButtons(true)}</p>
      </header>
      ${this.main(view)}
    `;
  }

  private main(view: ImportView): unknown {
    const { problem, source, work, name, trusted, folders } = view;
    if (work.state === 'done')
      return doneView(
        work.outcome,
        (run) => this.go({ run }),
        () => (this.view = { ...view, work: { state: 'none' } }),
      );
    if (!trusted)
      return stateView({
        icon: 'shield',
        title: 'This workspace is not trusted',
        detail: 'An import writes a run into it, so it has to be trusted first.',
        buttons: [{ label: 'Manage Workspace Trust', run: () => void this.ask(openSettings, { what: 'trust' }) }],
      });
    if (folders.length === 0)
      return stateView({
        icon: 'folder',
        title: 'No folder is open',
        detail: 'Runs are kept in the folder that is open, under .grpo-lab.',
        buttons: [{ label: 'Open Folder…', run: () => void this.ask(openSettings, { what: 'folder' }) }],
      });
    const nothingThere = problem ?? source?.nothing;
    if (!source || (nothingThere !== null && nothingThere !== undefined))
      return stateView({
        icon: 'inbox',
        title: 'There is nothing to import',
        detail: nothingThere ?? '',
        urgent: true,
        buttons: [{ label: 'Look Again', run: () => void this.refresh() }],
      });
    const reason = whyNot(this.form, view);
    return html`
      ${work.state === 'failed' ? failedView(work.message) : nothing}
      <form
        ?inert=${work.state === 'working'}
        @submit=${(e: Event) => {
          e.preventDefault();
          this.import();
        }}
      >
        <div class="choices">
          ${formatsView(this.form, source, (change) => this.change(change))} ${runsView(this.form, source, (change) => this.change(change))}
          ${howView(this.form, view, (change) => this.change(change))}
        </div>
        ${
          this.form.format === 'generic' && source.table
            ? fieldsView(source.table, this.form.mapping, (role, field) =>
                this.change({ mapping: { ...this.form.mapping, [role]: field } }),
              )
            : nothing
        }
      </form>
      ${
        work.state === 'working'
          ? workingView(work, name, () => void this.ask(cancelImport, {}))
          : html`<div class="go">
              <vscode-button class="import" ?disabled=${reason !== null} @click=${() => this.import()}
                >${this.form.follow ? 'Import and Follow' : 'Import'}</vscode-button
              >
              ${reason === null ? nothing : html`<span class="quiet reason" role="status">${reason}</span>`}
            </div>`
      }
    `;
  }

  private chooser(): TemplateResult {
    return html`
      <h1>Import</h1>
      ${stateView({
        icon: 'cloud-download',
        title: 'Rollouts of another trainer become a run',
        detail:
          'Choose the folder that a trainer writes, or a file: JSONL, CSV, Parquet, SQLite, an Inspect log, … Files can also be dropped on the list of experiments.',
        buttons: [
          { label: 'Choose Folder…', run: () => void this.pick('folder') },
          { label: 'Choose File…', run: () => void this.pick('file'), secondary: true },
        ],
      })}
    `;
  }

  private pickButtons(another: boolean): TemplateResult {
    return html`<span class="pick">
      <button class="link" @click=${() => void this.pick('folder')}>${another ? 'another folder' : 'folder'}</button>
      <button class="link" @click=${() => void this.pick('file')}>${another ? 'another file' : 'file'}</button>
    </span>`;
  }

  private async pick(what: 'folder' | 'file'): Promise<void> {
    const path = await this.ask(pickSource, { what });
    if (path !== undefined && path !== null) this.go({ page: 'import', source: path });
  }

  private change(change: Partial<Form>): void {
    this.form = { ...this.form, ...change };
    this.keep(this.form);
  }

  private import(): void {
    const view = this.view;
    if (!view || view === 'nothing chosen') return;
    const choices = choicesOf(this.form, view);
    if (choices) void this.ask(startImport, choices);
  }

  protected override skeleton(): TemplateResult {
    return html`<p class="quiet looking" role="status">${icon('loading codicon-modifier-spin')} Looking at what is in it…</p>
      ${skeletonRows(2, [60])} ${skeletonRows(4, [30, 30, 40])}`;
  }

  protected override missing(): TemplateResult {
    return this.chooser();
  }
}
