import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { z } from 'zod';
import type { RunAddress } from '../../src/protocol/address.js';
import { allOf, isInBin, isWithin } from '../../src/query/condition.js';
import type { GroupSummary, LengthHistogram, RewardHistogram, RunChange } from '../../src/store/views.js';
import type { AddressActions } from '../shared/addressActions.js';
import '../shared/addressActions.js';
import { factList } from '../shared/factList.js';
import { failureWords } from '../../src/core/failures.js';
import { count } from '../../src/core/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import '../shared/labelField.js';
import '../shared/nearDuplicates.js';
import type { LabelField } from '../shared/labelField.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { reveal } from '../../src/core/reveal.js';
import { splitBadge } from '../shared/split.js';
import { icon, skeletonRows, stateView } from '../shared/states.js';
import { moreGroups, openGroups, spreadOf, type GroupsView } from '../../src/contracts/groups.js';
import { conditionsOf, filtered, filterSchema, filterText, noFilter } from './filter.js';
import { filterBar } from './filterBar.js';
import { columns, sorted } from './groupRows.js';
import { groupColumns } from './groupColumns.js';
import { sortMenu } from './sortMenu.js';
import { stepFacts } from '../../src/words/stepFacts.js';
import { solutionCondition } from './findCondition.js';
import { spreadView } from './spreadView.js';
import { table } from './groupTable.js';
import { windowOf, type Window } from '../shared/rowWindow.js';

const listSchema = z.object({
  filter: filterSchema,
  sorting: z.object({ column: z.enum(columns), descending: z.boolean() }),
  /** How rewards and lengths are spread is shown. */
  spread: z.boolean().optional(),
});
type List = z.output<typeof listSchema>;

const plainList: List = { filter: noFilter, sorting: { column: 'group', descending: false } };
/** Below this width a row stands on two lines. */
const narrow = window.matchMedia('(max-width: 640px)');
/** Rows of the first answer, of each further one, and at most. */
const [firstRows, furtherRows, mostRows] = [500, 2500, 10_000];
const rowHeight = (): number => (narrow.matches ? 60 : 32);

/** The groups of one step. */
export class GroupsPage extends Page<GroupsView> {
  static override properties: PropertyDeclarations = { list: { state: true }, selected: { state: true }, spread: { state: true } };
  protected override readonly kind = 'groups';
  protected override readonly actions: Actions = {
    next: { label: 'Next group', run: () => this.move(1) },
    previous: { label: 'Previous group', run: () => this.move(-1) },
    open: { label: 'Open the group', run: () => this.selected !== undefined && this.openGroup(this.selected) },
    question: { label: 'The question over training', run: () => this.selected !== undefined && this.openQuestion(this.selected) },
    find: { label: 'Find the solutions of this step, of groups as the conditions say', run: () => this.find(this.condition, false) },
    nextStep: { label: 'Next step', run: () => this.toStep(this.view?.nextStep) },
    previousStep: { label: 'Previous step', run: () => this.toStep(this.view?.previousStep) },
    search: { label: 'Search the questions', run: () => this.querySelector<HTMLElement>('input[type=search]')?.focus() },
    tokens: { label: 'Worst tokens of the step', run: () => this.toTokens(false) },
    bookmark: { label: 'Bookmark this step', run: () => this.querySelector<AddressActions>('address-actions')?.toggle() },
    label: { label: 'Label this step', run: () => this.querySelector<LabelField>('label-field')?.enter() },
  };

  private list: List = plainList;
  /** Number of the group that keys act on. */
  private selected: number | undefined;
  private rows: GroupSummary[] = [];
  /** Of the view that it was read for. */
  private spread: { of: GroupsView; rewards: RewardHistogram; lengths: LengthHistogram } | undefined;
  /** So many are read by themselves; further ones when they are asked for. */
  private most = mostRows;
  private built: Window = { from: 0, to: 0 };

  override connectedCallback(): void {
    super.connectedCallback();
    this.list = this.recall(listSchema) ?? plainList;
    const redraw = (): void => {
      if (!this.coversView()) this.requestUpdate();
    };
    document.addEventListener('scroll', redraw, { passive: true });
    window.addEventListener('resize', () => this.requestUpdate());
  }

  protected override async load({ run, step }: RunAddress, options: RequestOptions): Promise<GroupsView | null> {
    const shown = this.view?.run === run && this.view.step.step === step ? this.view.groups.length : 0;
    const ask = (): Promise<GroupsView | null> => {
      const only = this.list.filter.failures;
      return host.request(openGroups, { run, step: step ?? 0, limit: Math.min(mostRows, Math.max(firstRows, shown)), only }, options);
    };
    const before = this.list.filter.failures.join();
    const view = await ask();
    if (view?.narrow === undefined) return view;
    this.list = { ...this.list, filter: { ...noFilter, ...conditionsOf(view.narrow) } };
    this.keep(this.list);
    return this.list.filter.failures.join() === before ? view : ask();
  }

  /** The other rows of a large step follow when the first are seen. */
  private async readOn(view: GroupsView): Promise<void> {
    const left = this.most - view.groups.length;
    if (view.next === null || left <= 0) return;
    const page = { run: view.run, step: view.step.step, after: view.next, limit: Math.min(left, furtherRows), only: view.only };
    const more = await this.ask(moreGroups, page);
    if (more && this.view === view) this.view = { ...view, groups: [...view.groups, ...more.rows], next: more.next };
  }

  /** Of the whole step, once; what comes later to a step that goes on is read when the page is. */
  private async readSpread(view: GroupsView): Promise<void> {
    const { run, step } = view;
    if (this.spread?.of.run === run && this.spread.of.step.step === step.step && this.spread.of.step.solutions === step.solutions) return;
    const found = await this.ask(spreadOf, { run, step: step.step });
    if (found && this.view?.run === run && this.view.step.step === step.step) this.spread = { of: view, ...found };
  }

  protected override arrived(): void {
    super.arrived();
    this.most = mostRows;
    this.selected = undefined;
  }

  /** A step that is finished does not change: only whether there is a next one does. */
  protected override onChanged({ run, upTo, identity }: RunChange): void {
    if (run !== this.address?.run) return;
    const complete = this.view !== undefined && this.view.step.step < this.view.lastStep && this.view.nextStep !== null;
    if (!complete && (identity || upTo >= (this.address.step ?? 0))) this.refreshSoon();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.view && changed.has('view')) void this.readOn(this.view);
    if (this.view && this.list.spread && (changed.has('view') || changed.has('list'))) void this.readSpread(this.view);
    if (this.view && (changed.has('view') || changed.has('list'))) {
      this.rows = sorted(filtered(this.view.groups, this.list.filter), this.list.sorting);
    }
  }

  protected override content(view: GroupsView): TemplateResult {
    const { step, groups, suite, only } = view;
    const splits = new Set(groups.map((g) => g.split));
    return html`
      <header class="step">
        <div class="title">
          <h1>Step ${step.step}${suite === null ? '' : ` · ${reveal(suite)}`}</h1>
          ${splits.size === 1 ? splitBadge(groups[0].split) : nothing}
          ${this.stepButton('previousStep', 'chevron-left', 'Previous step', view.previousStep)}
          ${this.stepButton('nextStep', 'chevron-right', 'Next step', view.nextStep)} ${suite === null ? this.news(view) : nothing}
          <button
            class="link run-name"
            title=${this.hint('Open the dashboard of this run', 'up')}
            @click=${() => this.go({ run: view.run })}
          >
            ${view.runName}
          </button>
          <button
            class="icon"
            title=${this.hint('Find solutions of this step, of groups as the conditions say', 'find')}
            aria-label="Find solutions of this step"
            @click=${(e: MouseEvent) => this.find(this.condition, e.ctrlKey || e.metaKey)}
          >
            ${icon('list-filter')}
          </button>
          <button
            class="icon"
            title=${this.hint('Worst tokens of the step: by KL, ratio or sampler', 'tokens')}
            aria-label="Worst tokens of the step"
            @click=${(e: MouseEvent) => this.toTokens(e.ctrlKey || e.metaKey)}
          >
            ${icon('symbol-text')}
          </button>
          <address-actions
            .address=${{ run: view.run, step: step.step }}
            .bookmarkKey=${this.keys.bookmark}
            @trouble=${(e: CustomEvent<string>) => (this.trouble = e.detail)}
          ></address-actions>
        </div>
        ${factList(stepFacts(step, groups, only.length > 0))}
        <label-field
          .address=${{ run: view.run, step: step.step }}
          .labelKey=${this.keys.label}
          @trouble=${(e: CustomEvent<string>) => (this.trouble = e.detail)}
        ></label-field>
      </header>
      ${spreadView(
        this.list.spread ?? false,
        this.spread?.of.run === view.run && this.spread.of.step.step === step.step ? this.spread : undefined,
        {
          toggle: (shown) => shown !== (this.list.spread ?? false) && this.choose({ spread: shown }),
          find: (name, bins, i, aside) => this.find(isInBin(name, bins, i), aside),
        },
      )}
      <near-duplicates
        .run=${view.run}
        .scope=${{ step: step.step }}
        @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => this.go(e.detail.address, e.detail.aside)}
      ></near-duplicates>
      <div class="toolbar">
        ${filterBar({
          step,
          groups,
          filter: this.list.filter,
          signal: suite === null,
          searchHint: this.hint('Search', 'search'),
          change: (change) => this.choose({ filter: { ...this.list.filter, ...change } }),
          leaveSearch: (e) => this.leaveSearch(e),
        })}
        ${sortMenu(this.list.sorting, groupColumns(view), (sorting) => this.choose({ sorting }))}
        <span class="quiet" role="status"
          >${this.rows.length === step.groups ? '' : `${this.rows.length.toLocaleString('en-US')} of ${count(step.groups, 'group')}`}</span
        >
      </div>
      ${
        view.next !== null
          ? html`<p class="quiet" role="status">
              Of ${only.length > 0 ? `the groups ${only.map((f) => failureWords[f]).join(', ')}` : count(step.groups, 'group')} the first
              ${groups.length.toLocaleString('en-US')} ${groups.length < this.most ? 'have been read so far' : 'are listed'}: conditions,
              order and the numbers above are of these.
              ${groups.length < this.most ? nothing : html`<button class="link" @click=${() => this.readMore()}>List more</button>`}
            </p>`
          : nothing
      }
      ${this.rows.length === 0 ? this.noRows() : this.tableView(view)}
    `;
  }

  /** What the filter of the list says of solutions. */
  private get condition(): string | undefined {
    return solutionCondition(this.list.filter);
  }

  private find(condition: string | undefined, aside: boolean): void {
    const { run, step } = this.address ?? {};
    if (run !== undefined && step !== undefined) this.toFind(run, allOf(isWithin('step', step, step), condition), aside);
  }

  private readMore(): void {
    this.most += mostRows;
    if (this.view) void this.readOn(this.view);
  }

  /** The rows that are built hold all that is in sight. */
  private coversView(): boolean {
    const needed = windowOf(this.rows.length, rowHeight(), -this.bodyTop, window.innerHeight, 0);
    return needed.from >= this.built.from && needed.to <= this.built.to;
  }

  private get bodyTop(): number {
    return this.querySelector('tbody')?.getBoundingClientRect().top ?? 0;
  }

  private tableView(view: GroupsView): TemplateResult {
    this.built = windowOf(this.rows.length, rowHeight(), -this.bodyTop, window.innerHeight);
    return html`
      ${table(this.rows, this.built, rowHeight(), this.list.sorting, this.selected, groupColumns(view), {
        sort: (sorting) => this.choose({ sorting }),
        open: (group, aside) => this.openGroup(group, aside),
        select: (group) => (this.selected = group),
      })}
      ${
        this.built.to - this.built.from < this.rows.length
          ? html`<p class="quiet unbuilt">
              Of so many rows only those near the window are built, and Ctrl+F finds in these; the search above finds in all.
            </p>`
          : nothing
      }
    `;
  }

  private stepButton(action: 'previousStep' | 'nextStep', symbol: string, label: string, to: number | null): TemplateResult {
    const title = to === null ? `No ${label.toLowerCase()} with groups` : this.hint(`${label}: ${to}`, action);
    return html`<button class="icon" title=${title} aria-label=${label} ?disabled=${to === null} @click=${() => this.toStep(to)}>
      ${icon(symbol)}
    </button>`;
  }

  private news({ step, lastStep }: GroupsView): TemplateResult {
    const newest = Math.max(lastStep, this.newest ?? 0);
    return html`<span role="status">
      ${
        newest > step.step
          ? html`<button class="news" title="Go to step ${newest}" @click=${() => this.toStep(newest)}>
              ${count(newest - step.step, 'newer step')}
            </button>`
          : nothing
      }
    </span>`;
  }

  private noRows(): TemplateResult {
    return stateView({
      icon: 'search-stop',
      title: 'No group matches',
      detail: `None of this step is ${filterText(this.list.filter)}. All of these conditions must hold.`,
      buttons: [{ label: 'Show all groups', run: () => this.choose({ filter: noFilter }), secondary: true }],
    });
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(16, [48, 8, 8, 28, 8])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }

  private choose(change: Partial<List>): void {
    const only = this.list.filter.failures;
    this.list = { ...this.list, ...change };
    this.keep(this.list);
    // These the store looks for in all of the step, further ones than have been read too.
    if (this.list.filter.failures !== only) void this.refresh();
  }

  /** Escape empties the search, Enter and ↓ go to the rows found. */
  private leaveSearch(e: KeyboardEvent): void {
    const { filter } = this.list;
    if (e.key === 'Escape' && filter.search !== '') this.choose({ filter: { ...filter, search: '' } });
    else if (e.key === 'Enter' || e.key === 'ArrowDown') {
      this.selected = undefined;
      this.move(1);
    } else return;
    e.preventDefault();
  }

  private toStep(step: number | null | undefined): void {
    if (this.address && step !== null && step !== undefined) this.go({ run: this.address.run, step });
  }

  private openGroup(group: number, aside = false): void {
    const { run, step } = this.address ?? {};
    if (run === undefined || step === undefined) return;
    this.selected = group;
    this.go({ run, step, group }, aside);
  }

  private toTokens(aside: boolean): void {
    const { run, step } = this.address ?? {};
    if (run !== undefined && step !== undefined) this.go({ run, step, tokens: true }, aside);
  }

  private openQuestion(group: number): void {
    const { run, step } = this.address ?? {};
    if (run !== undefined && step !== undefined) this.go({ run, questions: true, step, group });
  }

  /** Selects a row further down (or up), builds it if it is out of sight, and takes the focus there. */
  private move(by: number): void {
    if (this.rows.length === 0) return;
    const here = this.rows.findIndex((g) => g.group === this.selected);
    const to = here < 0 ? (by > 0 ? 0 : this.rows.length - 1) : Math.min(this.rows.length - 1, Math.max(0, here + by));
    this.selected = this.rows[to].group;
    void this.focusRow(to);
  }

  private async focusRow(index: number): Promise<void> {
    await this.updateComplete;
    const button = this.querySelector<HTMLElement>(`[data-group="${this.rows[index].group}"]`);
    if (button) {
      button.focus({ preventScroll: true });
      button.closest('tr')?.scrollIntoView({ block: 'nearest' });
      return;
    }
    window.scrollTo({ top: this.bodyTop + window.scrollY + index * rowHeight() - window.innerHeight / 2 });
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector<HTMLElement>(`[data-group="${this.rows[index].group}"]`)?.focus({ preventScroll: true });
  }
}
