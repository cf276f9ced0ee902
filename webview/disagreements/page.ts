import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { z } from 'zod';
import type { RunAddress } from '../../src/protocol/address.js';
import { directions, type Direction } from '../../src/store/views.js';
import { runCommand, type RunCommand } from '../../src/contracts/everyPage.js';
import { entryBeside, focusEntry } from '../shared/entries.js';
import { factList } from '../shared/factList.js';
import { count, exactTime, relativeTime } from '../../src/core/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { skeletonRows, stateView } from '../shared/states.js';
import { openDisagreements, type DisagreementsView } from '../../src/contracts/disagreements.js';
import { list } from './disagreementList.js';
import { directionLabel, inDirection, offered, remarks, summaryFacts } from './disagreementSummary.js';

/** Groups asked for at a time. */
const portion = 200;
const listSchema = z.object({ direction: z.enum(directions) });

/** Where another checker says something else than the run's own. */
export class DisagreementsPage extends Page<DisagreementsView> {
  static override properties: PropertyDeclarations = { ...Page.properties, selected: { state: true } };
  protected override readonly kind = 'disagreements';
  protected override readonly actions: Actions = {
    next: { label: 'Next group', run: () => this.move(1) },
    previous: { label: 'Previous group', run: () => this.move(-1) },
    open: { label: 'Open the group', run: () => this.openSelected() },
  };

  private direction: Direction = 'all';
  private limit = portion;
  declare private selected: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.direction = this.recall(listSchema)?.direction ?? 'all';
  }

  protected override load({ run, grades }: RunAddress, options: RequestOptions): Promise<DisagreementsView | null> {
    return host.request(openDisagreements, { run, grades: grades ?? '', direction: this.direction, limit: this.limit }, options);
  }

  protected override arrived(): void {
    super.arrived();
    this.selected = undefined;
  }

  protected override content(view: DisagreementsView): TemplateResult {
    const { summary } = view;
    return html`
      <header class="step">
        <div class="title">
          <h1>Disagreements</h1>
          <button
            class="link run-name"
            title=${this.hint('Open the dashboard of this run', 'up')}
            @click=${() => this.go({ run: view.run })}
          >
            ${view.runName}
          </button>
        </div>
        ${factList(summaryFacts(summary))}
      </header>
      <p class="between">
        ${this.checkerChoice(view)} <span class="quiet">beside</span> <b>${summary.original ?? 'the run’s own verdicts'}</b>
        <span class="quiet" title=${exactTime(summary.time)}
          >${remarks(summary).join(', ')} · ${relativeTime(summary.time, Date.now())}</span
        >
      </p>
      <div class="toolbar">${this.filterButtons(view)}</div>
      ${view.rows.length === 0 ? this.noGroups(view) : this.groups(view)}
    `;
  }

  private checkerChoice({ run, summary, checkers }: DisagreementsView): TemplateResult {
    if (checkers.length < 2) return html`<b>${summary.checker}</b>`;
    return html`<vscode-dropdown
      aria-label="Checker"
      .value=${summary.name}
      @change=${(e: Event) => this.go({ run, grades: (e.target as HTMLInputElement).value })}
    >
      ${checkers.map((c) => html`<vscode-option value=${c.name} ?selected=${c.name === summary.name}>${c.checker}</vscode-option>`)}
    </vscode-dropdown>`;
  }

  private filterButtons({ summary }: DisagreementsView): TemplateResult {
    return html`<div class="segments" role="group" aria-label="Show disagreements">
      ${offered(summary, this.direction, directions).map(
        (d) =>
          html`<button aria-pressed=${this.direction === d} @click=${() => this.choose(d)}>
            ${directionLabel(d)} <span class="quiet">${inDirection[d](summary).toLocaleString('en-US')}</span>
          </button>`,
      )}
    </div>`;
  }

  private groups(view: DisagreementsView): TemplateResult {
    const left = view.total - view.rows.length;
    return html`
      ${list(view.rows, this.selected, {
        open: (address, aside) => this.go(address, aside),
        select: (index) => (this.selected = index),
      })}
      ${
        left > 0
          ? html`<p class="older">
              <button class="link" @click=${() => this.more()}>Show ${Math.min(portion, left).toLocaleString('en-US')} more</button>
              <span class="quiet">${view.rows.length.toLocaleString('en-US')} of ${count(view.total, 'group')}</span>
            </p>`
          : nothing
      }
    `;
  }

  private noGroups({ summary }: DisagreementsView): TemplateResult {
    if (this.direction !== 'all')
      return stateView({
        icon: 'search-stop',
        title: this.direction.includes(' to ') ? `None went ${directionLabel(this.direction)}` : `None is ${this.direction}`,
        detail: 'If they disagree, it is in other ways.',
        buttons: [{ label: 'Show all disagreements', run: () => this.choose('all'), secondary: true }],
      });
    if (summary.solutions === 0)
      return stateView({
        icon: 'law',
        title: 'Nothing has been graded yet',
        detail: `${summary.checker} has begun, and has not come to a solution of this run that still stands.`,
        buttons: [{ label: 'Re-grade…', run: () => this.command('regrade') }],
      });
    const none = summary.unjudged === summary.solutions && summary.paidCompared === 0;
    const paid =
      summary.paidCompared === 0
        ? ''
        : ` ${count(summary.paidCompared, 'solution')} that the run had not judged were paid when right, and not when wrong.`;
    return stateView({
      icon: none ? 'question' : 'pass',
      title: none ? 'There is nothing to compare with' : 'They agree on every solution',
      detail: none
        ? `The run itself judged none of its solutions. ${summary.checker} counts ${summary.rightNow.toLocaleString('en-US')} of ${count(summary.solutions, 'solution')} as right.`
        : `${count(summary.solutions - summary.unjudged, 'solution')} were judged by both, and alike.${paid}`,
      buttons: [{ label: 'Re-grade with another checker…', run: () => this.command('regrade'), secondary: true }],
    });
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(8, [16, 64, 20])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    if (this.absence?.what === 'run') return this.absent(address);
    const { run } = address;
    return stateView({
      icon: 'law',
      title: 'No such checker has graded this run',
      detail: 'Its file of grades is gone, or was never written. Grade the run with it again to see where it disagrees.',
      buttons: [
        { label: 'Re-grade…', run: () => this.command('regrade') },
        { label: 'Open the dashboard', run: () => this.go({ run }), secondary: true },
      ],
    });
  }

  private command(command: RunCommand): void {
    if (this.address) void this.ask(runCommand, { run: this.address.run, command });
  }

  private choose(direction: Direction): void {
    this.direction = direction;
    this.limit = portion;
    this.selected = undefined;
    this.keep({ direction });
    this.requestUpdate();
    void this.refresh();
  }

  private more(): void {
    this.limit += portion;
    void this.refresh();
  }

  private openSelected(): void {
    const group = this.selected === undefined ? undefined : this.view?.rows.at(this.selected);
    if (group) this.go(group.address);
  }

  private move(by: number): void {
    const to = entryBeside(this.selected, by, this.view?.rows.length ?? 0);
    if (to === undefined) return;
    this.selected = to;
    void this.updateComplete.then(() => focusEntry(this, to));
  }
}
