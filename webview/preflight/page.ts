import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { percent } from '../../src/core/format.js';
import { openSettings } from '../../src/contracts/playground.js';
import {
  openPreflight,
  preflightChanged,
  preflightProgress,
  preflightQuestion,
  startPreflight,
  stopPreflight,
  type PreflightFound,
  type PreflightView,
} from '../../src/contracts/preflight.js';
import type { WorkspaceAddress } from '../../src/protocol/address.js';
import { settingsText } from '../../src/words/preflightText.js';
import { entryBeside, focusEntry } from '../shared/entries.js';
import { factList } from '../shared/factList.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { icon, skeletonRows, stateView } from '../shared/states.js';
import { checkList } from './checkList.js';
import { firstForm, formSchema, formView, sourceOf, type Form } from './form.js';
import { questionList, type OpenedQuestion } from './questionList.js';
import { goldTable, junkTable, signalTable } from './tables.js';

/** What an experiment would suffer from, before it is launched: a few dozen questions sampled, and junk put to its reward. */
export class PreflightPage extends Page<PreflightView, WorkspaceAddress> {
  static override properties: PropertyDeclarations = {
    ...Page.properties,
    form: { state: true },
    selected: { state: true },
    opened: { state: true },
  };
  protected override readonly kind = 'preflight';
  protected override readonly actions: Actions = {
    next: { label: 'Next check', run: () => this.move(1) },
    previous: { label: 'Previous check', run: () => this.move(-1) },
    open: { label: 'Open a question that shows it', run: () => this.openSelected() },
  };

  declare private form: Form;
  declare private selected: number | undefined;
  /** Questions whose texts are shown. */
  declare private opened: ReadonlyMap<number, OpenedQuestion | 'loading'>;

  constructor() {
    super();
    this.form = firstForm;
    this.opened = new Map();
  }

  override connectedCallback(): void {
    host.on(preflightProgress, (running) => {
      if (this.view) this.view = { ...this.view, running };
    });
    host.on(preflightChanged, () => {
      // Texts that are open are those of the last one.
      if (this.view?.running) this.opened = new Map();
      void this.refresh();
    });
    super.connectedCallback();
  }

  protected override async load({ about }: WorkspaceAddress, options: RequestOptions): Promise<PreflightView | null> {
    return about ? host.request(openPreflight, { about }, options) : null;
  }

  protected override arrived(): void {
    super.arrived();
    this.form = this.recall(formSchema) ?? this.form;
    this.selected = undefined;
    this.opened = new Map();
  }

  /** Runs do not change what was sampled. */
  protected override onChanged(): void {
    return;
  }

  protected override content(view: PreflightView): TemplateResult {
    const { found } = view;
    return html`
      <header class="step">
        <div class="title">
          <h1>Pre-flight</h1>
          <span class="run-name">${view.experiment}</span>
        </div>
        ${found ? factList(facts(found)) : nothing}
      </header>
      ${this.beginning(view)} ${view.problem ? this.problem(view.problem) : nothing}
      ${found ? this.results(found, view.stale) : this.nothingYet(view)}
    `;
  }

  private beginning(view: PreflightView): TemplateResult {
    if (view.settings === null) return stateView({ icon: 'info', title: 'There is nothing to try', detail: view.why });
    if (!view.trusted)
      return stateView({
        icon: 'workspace-untrusted',
        title: 'Nothing is sampled in a workspace that is not trusted',
        detail: 'Sampling loads checkpoints of this folder, or sends questions to a server that its settings name.',
        buttons: [{ label: 'Manage Workspace Trust', run: () => void this.ask(openSettings, { action: 'manageTrust' }) }],
      });
    return formView(this.form, view, {
      change: (form) => {
        this.form = form;
        this.keep(form);
      },
      start: () => void this.try(view),
      stop: () => void this.end(),
      openEndpoints: () => void this.ask(openSettings, { action: 'openEndpoints' }),
    });
  }

  private results(found: PreflightFound, stale: boolean): TemplateResult {
    return html`
      ${stale ? html`<p class="quiet note">${icon('history')}<span>The file says something else by now than when this was sampled.</span></p>` : nothing}
      <p class="quiet note">
        ${icon('info')}<span
          >${'label' in found.policy ? `${found.policy.label}: ` : ''}${settingsText({ ...found, questions: found.rows })}</span
        >
      </p>
      ${found.notes.map((note) => html`<p class="quiet note">${icon('info')}<span>${note}</span></p>`)}
      ${checkList(found.checks, this.selected, { select: (i) => (this.selected = i), open: (question) => void this.openQuestion(question) })}
      ${signalTable(found)} ${junkTable(found)} ${goldTable(found)}
      ${questionList(found.rows, this.opened, (question, open) => void this.toggle(question, open))}
    `;
  }

  private problem({ message, wantsKey }: NonNullable<PreflightView['problem']>): TemplateResult {
    return html`<p class="trouble" role="alert">
      ${icon('warning')}<span>${message}</span>
      ${
        wantsKey === null
          ? nothing
          : html`<button class="link" @click=${() => void this.ask(openSettings, { action: 'setKey', endpoint: wantsKey })}>
              Set its API key…
            </button>`
      }
    </p>`;
  }

  private nothingYet({ running, settings, trusted }: PreflightView): TemplateResult | typeof nothing {
    if (running || settings === null || !trusted) return nothing;
    return stateView({
      icon: 'checklist',
      title: 'Nothing tried yet',
      detail:
        'A few dozen training questions are sampled: which share of the groups would teach something at each group size, what is cut at the cap, which gold answers nothing can read. Junk replies go through the reward; none may be paid.',
    });
  }

  private async try(view: PreflightView): Promise<void> {
    const { about } = this.address ?? {};
    if (!about) return;
    const { questions, samples } = this.form;
    await this.ask(startPreflight, { about, source: sourceOf(this.form, view), questions, samples });
    if (this.trouble !== undefined || !this.view) return;
    this.opened = new Map();
    await this.refresh();
  }

  private async end(): Promise<void> {
    await this.ask(stopPreflight, {});
    await this.refresh();
  }

  private async toggle(question: number, open: boolean): Promise<void> {
    if (open === this.opened.has(question)) return;
    if (open) await this.read(question);
    else this.opened = new Map([...this.opened].filter(([at]) => at !== question));
  }

  private async read(question: number): Promise<void> {
    this.opened = new Map(this.opened).set(question, 'loading');
    const texts = await this.ask(preflightQuestion, { question });
    const opened = new Map(this.opened);
    if (texts) opened.set(question, texts);
    else opened.delete(question);
    this.opened = opened;
  }

  private async openQuestion(question: number): Promise<void> {
    if (!this.opened.has(question)) await this.read(question);
    await this.updateComplete;
    const details = this.querySelector<HTMLElement>(`[data-question="${question}"]`);
    details?.scrollIntoView({ block: 'start' });
    details?.querySelector('summary')?.focus();
  }

  private move(by: number): void {
    const index = entryBeside(this.selected, by, this.view?.found?.checks.length ?? 0);
    if (index === undefined) return;
    this.selected = index;
    focusEntry(this, index);
  }

  private openSelected(): void {
    const check = this.view?.found?.checks.at(this.selected ?? 0);
    const first = check?.state === 'sick' ? check.questions.at(0) : undefined;
    if (first !== undefined) void this.openQuestion(first);
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(1, [50, 20, 20])} ${skeletonRows(4, [30, 70])}`;
  }

  protected override missing(): TemplateResult {
    return stateView({
      icon: 'checklist',
      title: 'There is no such experiment here',
      detail: 'Its file is gone, or in no folder of this window. Open an experiment, and “GRPO Lab: Pre-flight” from the command palette.',
    });
  }
}

function facts({ checks, right }: PreflightFound): { label: string; value: string; title?: string }[] {
  const of = (state: string): number => checks.filter((c) => c.state === state).length;
  return [
    { label: of('sick') === 1 ? 'finding' : 'findings', value: String(of('sick')) },
    { label: 'cannot be judged', value: String(of('unjudged')) },
    { label: 'healthy', value: String(of('healthy')) },
    ...(right ? [{ label: 'right', value: percent(right.mean), title: `${percent(right.low)} to ${percent(right.high)} (95 %)` }] : []),
  ];
}
