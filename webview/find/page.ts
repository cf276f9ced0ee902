import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { z } from 'zod';
import { addressPath, groupings, type Address, type Grouping, type Search, type WorkspaceAddress } from '../../src/protocol/address.js';
import { copyLink, markAddresses, open } from '../../src/contracts/everyPage.js';
import { labelOf, longestLabel } from '../../src/protocol/labelName.js';
import { exportFound, mostChosen, mostListed, openFind, type FindView } from '../../src/contracts/find.js';
import { printName } from '../../src/query/print.js';
import { toggled } from '../../src/query/narrow.js';
import type { FoundSolution, RunChange } from '../../src/store/views.js';
import { whenFocused } from '../shared/focus.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { windowOf, type Window } from '../shared/rowWindow.js';
import { icon, progressView, skeletonRows, stateView, troubleView } from '../shared/states.js';
import { facetList } from './facetList.js';
import './filterField.js';
import { problemOf, type FilterField } from './filterField.js';
import { foundText, leftText, seenText } from './foundText.js';
import { GrowingItems, type Item, type Row } from './grouping.js';
import { labelChosen } from './labelChosen.js';
import { chosenText, resultList } from './resultList.js';
import { Running, type Sought } from './running.js';

/** Rows that are listed at first. */
const firstRows = 1000;
/** Who types is not interrupted by each letter's search (ms). */
const typingGap = 300;
const narrow = window.matchMedia('(max-width: 640px)');
/** The facets stand above the list, folded. */
const folded = window.matchMedia('(max-width: 900px)');
const noRows: FoundSolution[] = [];
/** So many rows beyond each edge are kept ready: each frame builds a few of them, and none very many. */
const readyRows = 13;
const rowHeight = (): number => (narrow.matches ? 76 : 52);

type Place = FoundSolution['address'];

/** What was selected stays while the page is hidden, for the search that it was found by. */
const keptSchema = z.object({
  search: z.string(),
  chosen: z.array(z.object({ run: z.string(), step: z.number(), group: z.number(), solution: z.number() })),
});
const keyOf = ({ filter, run, order }: Sought): string => JSON.stringify([filter, run, order]);

/** Solutions that a filter matches, of one run or all. */
export class FindPage extends Page<FindView, WorkspaceAddress> {
  static override properties: PropertyDeclarations = {
    ...Page.properties,
    draft: { state: true },
    selected: { state: true },
    chosen: { state: true },
    outdated: { state: true },
    copied: { state: true },
    labelled: { state: true },
  };
  protected override readonly kind = 'find';
  protected override readonly keepsContent = true;
  protected override readonly actions: Actions = {
    next: { label: 'Next solution', run: () => this.move(1) },
    previous: { label: 'Previous solution', run: () => this.move(-1) },
    open: { label: 'Open the solution beside', run: () => this.openSelected() },
    question: { label: 'Open the question over training beside', run: () => this.openQuestion() },
    select: { label: 'Select the solution, or not', run: () => this.selected !== undefined && this.choose(this.selected, false) },
    label: { label: 'Label the selected solutions', run: () => this.querySelector<HTMLElement>('.toolbar input.label')?.focus() },
    export: { label: 'Export the selected solutions, or all that match', run: () => this.export() },
    search: { label: 'Change the filter', run: () => this.field?.focus() },
  };

  /** The filter as it is being typed. */
  declare private draft: string;
  /** Index of the item that keys act on. */
  declare private selected: number | undefined;
  declare private chosen: ReadonlyMap<string, Place>;
  /** Something was written since the search began. */
  declare private outdated: boolean;
  declare private copied: boolean;
  /** What came of the last label. */
  declare private labelled: string;
  private running: Running | undefined;
  private readonly listed = new GrowingItems();
  /** From where a range is selected. */
  private anchor: number | undefined;
  private built: Window = { from: 0, to: 0 };
  private typing: number | undefined;
  /** The filter with which this page has gone on by itself. */
  private committed: string | undefined;
  /** The keys go to the first row when it is there. */
  private toRows = false;

  constructor() {
    super();
    this.draft = '';
    this.chosen = new Map();
    this.outdated = this.copied = false;
    this.labelled = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const redraw = (): void => {
      if (!this.coversView()) this.requestUpdate();
    };
    document.addEventListener('scroll', redraw, { passive: true });
    window.addEventListener('resize', () => this.requestUpdate());
  }

  protected override load({ about }: WorkspaceAddress, options: RequestOptions): Promise<FindView | null> {
    return host.request(openFind, about && 'run' in about ? { run: about.run } : {}, options);
  }

  protected override arrived(): void {
    const { filter = '' } = this.place;
    // Who has gone on typing meanwhile keeps what stands there.
    if (this.committed !== filter) this.draft = filter;
    this.committed = undefined;
    this.search();
    if (this.draft === '') whenFocused(() => this.field?.focus());
  }

  /** What was found stays as it is until it is searched again. */
  protected override onChanged({ run }: RunChange): void {
    const only = this.view?.run;
    if (this.running && (!only || only.id === run)) this.outdated = true;
  }

  private get items(): readonly Item[] {
    return this.listed.items;
  }

  private get place(): Search {
    return this.address?.search ?? {};
  }

  private get field(): FilterField | null {
    return this.querySelector('filter-field');
  }

  /** Searches for what stands in the field, unless that is being done. @param anew also then */
  private search({ limit = firstRows, anew = false } = {}): void {
    clearTimeout(this.typing);
    if (problemOf(this.draft) !== undefined) return;
    const { order } = this.place;
    const sought: Sought = { filter: this.draft.trim(), run: this.view?.run?.id ?? null, ...(order !== undefined && { order }), limit };
    const before = this.running?.sought;
    const isSame = before && keyOf(before) === keyOf(sought);
    if (isSame && !anew && before.limit >= limit) {
      this.regroup();
      return;
    }
    this.running?.end();
    if (!isSame) this.chosen = before === undefined ? this.keptFor(sought) : new Map();
    this.selected = this.anchor = undefined;
    this.outdated = false;
    const running = new Running(sought, () => {
      if (running !== this.running) return;
      this.regroup();
    });
    this.running = running;
    window.scrollTo({ top: 0 });
    this.requestUpdate();
  }

  private keptFor(sought: Sought): ReadonlyMap<string, Place> {
    const kept = this.recall(keptSchema);
    return new Map(kept?.search === keyOf(sought) ? kept.chosen.map((place) => [addressPath(place), place]) : []);
  }

  private select(chosen: ReadonlyMap<string, Place>): void {
    this.chosen = chosen;
    this.labelled = '';
    if (this.running) this.keep({ search: keyOf(this.running.sought), chosen: [...chosen.values()] });
  }

  private regroup(): void {
    const { running } = this;
    this.listed.take(running?.rows ?? noRows, this.place.grouping, running?.goesOn !== true);
    this.requestUpdate();
    // Rows of the search before are no goal.
    const isFormer = this.running?.sought.filter !== (this.place.filter ?? '');
    if (!this.toRows || isFormer || this.items.length === 0) return;
    this.toRows = false;
    this.selected = undefined;
    this.move(1);
  }

  private typed(draft: string): void {
    this.draft = draft;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.search(), typingGap);
  }

  /** The address says what is searched for, once a person is done with it. */
  private commit(goOn: boolean): void {
    if (problemOf(this.draft) !== undefined) return;
    this.toRows = goOn;
    if (this.draft.trim() !== (this.place.filter ?? '')) this.goTo({ filter: this.draft.trim() });
    else this.search();
  }

  private addressOf(change: Partial<Search>, run = this.view?.run?.id): WorkspaceAddress {
    const { filter, order, grouping } = { ...this.place, ...change };
    const search: Search = { ...(filter && { filter }), ...(order && { order }), ...(grouping && { grouping }) };
    return { page: 'find', ...(run !== undefined && { about: { run } }), ...(Object.keys(search).length > 0 && { search }) };
  }

  private goTo(change: Partial<Search>): void {
    const address = this.addressOf({ filter: this.draft.trim(), ...change });
    this.committed = address.search?.filter ?? '';
    this.go(address);
  }

  private toRun(run: string): void {
    this.go(this.addressOf({ filter: this.draft.trim() }, run === '' ? undefined : run));
  }

  protected override content(view: FindView): TemplateResult {
    return html`
      <header class="find">
        <h1>Find solutions</h1>
        ${this.runMenu(view)}
        <span class="actions">
          <button class="icon" title=${this.copied ? 'Copied' : 'Copy link'} aria-label="Copy link" @click=${() => void this.copy()}>
            ${icon(this.copied ? 'check' : 'link')}
          </button>
        </span>
      </header>
      <filter-field
        .value=${this.draft}
        .vocabulary=${{ rewards: view.rewards, info: view.info, labels: view.labels, runs: view.runs.map((r) => r.name) }}
        .hint=${this.hint('Filter', 'search')}
        @draft=${(e: CustomEvent<string>) => this.typed(e.detail)}
        @commit=${(e: CustomEvent<{ go: boolean }>) => this.commit(e.detail.go)}
      ></filter-field>
      <div class="toolbar">
        ${this.orderMenu(view)} ${this.groupingMenu()}
        <span class="chosen">
          ${this.chosen.size > 0 ? chosenText(this.chosen.size, () => this.select(new Map())) : nothing}
          <span role="status">${this.labelled}</span>
        </span>
        ${
          this.chosen.size > 0
            ? labelChosen(view.labels, this.hint('Enter gives it to the selected solutions', 'label'), (text) => this.label(text))
            : nothing
        }
        <vscode-button
          appearance="secondary"
          title=${this.hint(this.chosen.size > 0 ? 'Export the selected solutions' : 'Export all solutions that match', 'export')}
          ?disabled=${this.running?.numbers?.matched === 0}
          @click=${() => this.export()}
        >
          ${this.chosen.size > 0 ? 'Export selected…' : 'Export all…'}
        </vscode-button>
      </div>
      ${this.summary()} ${this.results(view)}
    `;
  }

  private runMenu({ run, runs }: FindView): TemplateResult {
    const listed = run === null || runs.some(({ id }) => id === run.id) ? runs : [run, ...runs];
    return html`<select aria-label="Runs" @change=${(e: Event) => this.toRun((e.target as HTMLSelectElement).value)}>
      <option value="" ?selected=${run === null}>all runs (${runs.length.toLocaleString('en-US')})</option>
      ${listed.map(({ id, name }) => html`<option value=${id} ?selected=${id === run?.id}>${name}</option>`)}
    </select>`;
  }

  private orderMenu({ rewards }: FindView): TemplateResult {
    const terms = rewards.map((key): [string, string] => [printName({ name: 'rewards', key }), `${key}, highest first`]);
    return this.menu('Order', this.place.order ?? '', [...orders, ...terms.filter(([value]) => !value.includes('/'))], (order) =>
      this.goTo({ order }),
    );
  }

  private groupingMenu(): TemplateResult {
    const choices = groupings.map((by): [string, string] => [by, `by ${by}`]);
    return this.menu('Grouping', this.place.grouping ?? '', [['', 'not grouped'], ...choices], (by) =>
      this.goTo({ grouping: by === '' ? undefined : (by as Grouping) }),
    );
  }

  private menu(label: string, chosen: string, choices: [value: string, label: string][], choose: (value: string) => void): TemplateResult {
    return html`<select aria-label=${label} @change=${(e: Event) => choose((e.target as HTMLSelectElement).value)}>
      ${choices.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}
    </select>`;
  }

  /** How many, how far, and what was left out. */
  private summary(): TemplateResult {
    const { running } = this;
    const numbers = running?.numbers;
    const share = numbers && numbers.solutions > 0 ? numbers.seen / numbers.solutions : undefined;
    const listed = running?.rows.length ?? 0;
    const most = this.place.order === undefined ? mostListed.newest : mostListed.sorted;
    const offersMore = numbers !== undefined && numbers.end !== null && listed < numbers.matched && listed < most;
    return html`
      ${running?.goesOn ? progressView(share ?? 0) : nothing}
      ${
        running?.problem === undefined
          ? nothing
          : troubleView(
              running.problem,
              () => this.search({ anew: true }),
              () => this.search({ anew: true }),
            )
      }
      <p class="found" role="status">
        ${
          numbers === undefined
            ? html`<span class="reading quiet">${running?.goesOn ? 'Searching…' : ''}</span>`
            : html`<b>${foundText(numbers)}</b>
                ${(numbers.end === null ? [seenText(numbers)] : leftText(numbers, listed)).map((text) => html`<span class="quiet"> · ${text}</span>`)}`
        }
        ${offersMore ? html`<button class="link" @click=${() => this.search({ limit: most })}>List more</button>` : nothing}
        ${
          this.outdated && !running?.goesOn
            ? html`<button class="link" @click=${() => this.search({ limit: running?.sought.limit ?? firstRows, anew: true })}>
                More was written since: search again
              </button>`
            : nothing
        }
      </p>
    `;
  }

  private results(view: FindView): TemplateResult {
    const { running } = this;
    const numbers = running?.numbers;
    if (numbers !== undefined && numbers.end !== null && running?.rows.length === 0) return this.nothingFound(numbers.all);
    this.built = windowOf(this.items.length, rowHeight(), -this.listTop, window.innerHeight);
    const facets = running?.facets;
    return html`
      <div class="body">
        <aside aria-label="Values of what matches">
          ${
            facets === undefined
              ? nothing
              : html`<details ?open=${!folded.matches}>
                  <summary>Narrow</summary>
                  ${facetList(facets, running!.sought.filter, (condition) => this.toggle(condition))}
                </details>`
          }
        </aside>
        <div class="list">
          ${resultList(
            {
              ...{ items: this.items, built: this.built, height: rowHeight(), selected: this.selected },
              ...{ chosen: new Set(this.chosen.keys()), severalRuns: view.run === null && view.runs.length > 1 },
            },
            {
              open: (row, aside) => this.openRow(row, aside),
              choose: (index, through) => this.choose(index, through),
              focus: (index) => (this.selected = index),
            },
          )}
          ${
            this.built.to - this.built.from < this.items.length
              ? html`<p class="quiet unbuilt">Of so many rows only those near the window are built, and Ctrl+F finds in these.</p>`
              : nothing
          }
        </div>
      </div>
    `;
  }

  private nothingFound(all: number): TemplateResult {
    if (all === 0)
      return stateView({
        icon: 'search-stop',
        title: 'There are no solutions here yet',
        detail: 'They come with the first step of a run that samples groups, or with an import.',
      });
    return stateView({
      icon: 'search-stop',
      title: 'No solution matches',
      detail: 'Take back a condition, or search all runs. What is unknown of a solution matches nothing: it is counted above.',
      buttons: [{ label: 'Show all solutions', run: () => this.toggle(undefined), secondary: true }],
    });
  }

  /** @param condition undefined: none is left */
  private toggle(condition: string | undefined): void {
    this.draft = condition === undefined ? '' : toggled(this.draft, condition);
    this.goTo({});
  }

  private async copy(): Promise<void> {
    const done = await this.ask(copyLink, { address: this.addressOf({ filter: this.draft.trim() }) });
    if (done === undefined) return;
    this.copied = true;
    setTimeout(() => (this.copied = false), 1500);
  }

  /** @returns whether the selected solutions have it now */
  private async label(text: string): Promise<boolean> {
    const label = labelOf(text);
    if (label === undefined) {
      this.trouble = `A label has 1 to ${longestLabel} characters that can be seen.`;
      return false;
    }
    const outcome = await this.ask(markAddresses, { addresses: [...this.chosen.values()], add: [label], remove: [] });
    if (outcome === undefined) return false;
    const absent = outcome.absent === 0 ? '' : `, ${outcome.absent.toLocaleString('en-US')} are not there any more`;
    this.labelled = `“${label}” given to ${outcome.marked.toLocaleString('en-US')}${absent}`;
    return true;
  }

  private export(): void {
    const { sought } = this.running ?? {};
    if (!sought) return;
    const chosen = this.chosen.size > 0 ? [...this.chosen.values()] : null;
    void this.ask(exportFound, { filter: sought.filter, run: sought.run, chosen });
  }

  /** @param through with all from the last one that was selected */
  private choose(index: number, through: boolean): void {
    const from = through && this.anchor !== undefined ? this.anchor : index;
    const rows = this.items.slice(Math.min(from, index), Math.max(from, index) + 1).filter((item) => item.kind === 'row');
    const chosen = new Map(this.chosen);
    const isTaken = !through && rows.every(({ path }) => chosen.has(path));
    for (const { path, row } of rows) {
      if (isTaken) chosen.delete(path);
      else chosen.set(path, row.address);
    }
    if (chosen.size > mostChosen) {
      this.trouble = `At most ${mostChosen.toLocaleString('en-US')} solutions can be selected; without a selection all that match are exported.`;
      return;
    }
    this.select(chosen);
    this.anchor = this.selected = index;
  }

  private openSelected(): void {
    const item = this.selected === undefined ? undefined : this.items.at(this.selected);
    if (item?.kind === 'row') this.openRow(item, false);
  }

  /** In the next column, whose tab is used again; the focus stays with the list. */
  private openRow(item: Row, aside: boolean): void {
    this.selected = this.items.indexOf(item);
    const address: Address = item.row.address;
    void this.ask(open, aside ? { address, aside } : { address, beside: true });
  }

  /** Of the row that keys act on. */
  private openQuestion(): void {
    const item = this.selected === undefined ? undefined : this.items.at(this.selected);
    if (item?.kind !== 'row') return;
    const { run, step, group } = item.row.address;
    void this.ask(open, { address: { run, questions: true, step, group }, beside: true });
  }

  /** The rows that are built are those in sight, and enough beyond. */
  private coversView(): boolean {
    const needed = windowOf(this.items.length, rowHeight(), -this.listTop, window.innerHeight, readyRows);
    return needed.from >= this.built.from && needed.to <= this.built.to;
  }

  private get listTop(): number {
    return this.querySelector('.results')?.getBoundingClientRect().top ?? 0;
  }

  /** Selects the next row, builds it if it is out of sight, and takes the focus there. */
  private move(by: 1 | -1): void {
    let to = this.selected === undefined ? (by > 0 ? 0 : this.items.length - 1) : this.selected + by;
    while (this.items.at(to)?.kind === 'heading' && to >= 0 && to < this.items.length) to += by;
    if (to < 0 || to >= this.items.length) return;
    this.selected = to;
    void this.focusRow(to);
  }

  private async focusRow(index: number): Promise<void> {
    await this.updateComplete;
    const find = (): HTMLElement | null => this.querySelector(`[data-index="${index}"]`);
    if (!find()) {
      window.scrollTo({ top: this.listTop + window.scrollY + index * rowHeight() - window.innerHeight / 2 });
      this.requestUpdate();
      await this.updateComplete;
    }
    find()?.focus({ preventScroll: true });
    find()?.closest('li')?.scrollIntoView({ block: 'nearest' });
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(12, [8, 60, 32])}`;
  }

  protected override missing(): TemplateResult {
    return stateView({
      icon: 'trash',
      title: 'This run is not here',
      detail: 'It was deleted, or its folder is not open in this window.',
      buttons: [{ label: 'Search all runs', run: () => this.toRun('') }],
    });
  }
}

const orders: [value: string, label: string][] = [
  ['', 'newest first'],
  ['reward', 'highest reward first'],
  ['reward:asc', 'lowest reward first'],
  ['advantage', 'highest advantage first'],
  ['advantage:asc', 'lowest advantage first'],
  ['tokens', 'longest first'],
  ['tokens:asc', 'shortest first'],
  ['kl', 'highest KL first'],
];
