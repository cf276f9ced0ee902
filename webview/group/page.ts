import { allRows } from '../../src/core/listPages.js';
import { failureName, failureWords, type Failure } from '../../src/core/failures.js';
import { count } from '../../src/core/format.js';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { z } from 'zod';
import { decodeTexts } from '../../src/core/utf8.js';
import type { RunAddress } from '../../src/protocol/address.js';
import { allOf, isText, isUnknown } from '../../src/query/condition.js';
import type { GroupDetail, SolutionSummary } from '../../src/store/views.js';
import '../shared/addressActions.js';
import type { AddressActions } from '../shared/addressActions.js';
import type { Actions } from '../shared/help.js';
import '../shared/labelField.js';
import type { LabelField } from '../shared/labelField.js';
import '../shared/nearDuplicates.js';
import '../shared/otherGrades.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { neighbourPlace, sameQuestion, stepper, trail } from '../shared/position.js';
import '../shared/richText.js';
import { segments } from '../shared/segmentedControl.js';
import { splitBadge } from '../shared/split.js';
import { skeletonRows } from '../shared/states.js';
import { answersView } from '../shared/group/answersView.js';
import { bars, hasAdvantages } from '../shared/group/rewardBars.js';
import { card } from '../shared/group/cards.js';
import { extremePair } from '../shared/diff/extremePair.js';
import './advantageAudit.js';
import { comparison } from './comparison.js';
import { moreSolutions, openGroup } from '../../src/contracts/group.js';
import { ordered, orders, type Order } from '../shared/group/solutionOrder.js';
import { countOf, failureOf, filtered, filters, headlineAnswers } from './groupModel.js';
import { headlineView, questionView } from './questionView.js';
import { estimators } from '../shared/group/why.js';
import { whyView } from '../shared/group/whyView.js';

const uiSchema = z.object({
  filter: z.enum(filters),
  order: z.enum(orders),
  estimator: z.enum(estimators).nullable(),
});
type Ui = z.output<typeof uiSchema>;

const orderLabels = (hasAdvantages: boolean): Record<Order, string> => ({
  advantage: hasAdvantages ? 'largest advantage first' : 'largest reward first',
  length: 'longest first',
  sampled: 'as sampled',
});

/** Solutions that are read at a time. */
const portion = 500;
/** Solutions of a whole group that are listed with a failure. */
const mostNarrowed = 2000;

/** The solutions of one question at one step, and why each got its advantage. */
export class GroupPage extends Page<GroupDetail> {
  static override properties = {
    ...Page.properties,
    ui: { state: true },
    answer: { state: true },
    selected: { state: true },
    narrowed: { state: true },
    hovered: { state: true },
    compared: { state: true },
  };
  declare private ui: Ui;
  /** Show only the solutions with this answer; undefined: all. */
  declare private answer: string | null | undefined;
  declare private selected: number | null;
  declare private hovered: number | null;
  /** Indices of two solutions that stand side by side. */
  declare private compared: { left: number; right: number } | undefined;
  /** Of a group that is not read whole: its solutions with the failure that is narrowed to, wherever they stand. */
  declare private narrowed: { of: GroupDetail; failure: Failure; solutions: SolutionSummary[] } | undefined;

  protected readonly kind = 'group';
  protected readonly actions: Actions = {
    next: { label: 'Next solution', run: () => this.move(1) },
    previous: { label: 'Previous solution', run: () => this.move(-1) },
    open: { label: 'Open the solution', run: () => this.openSolution(this.current, false) },
    nextGroup: { label: 'Next group of this step', run: () => this.toGroup(1) },
    previousGroup: { label: 'Previous group of this step', run: () => this.toGroup(-1) },
    nextStep: { label: 'Same question at a later step', run: () => this.toStep(1) },
    previousStep: { label: 'Same question at an earlier step', run: () => this.toStep(-1) },
    diff: { label: 'Compare the worst and the best of the group, or not', run: () => this.compareExtremes() },
    question: { label: 'The question over training', run: () => this.toQuestion(false) },
    find: {
      label: 'Find the solutions of this question at every step, with the chosen answer',
      run: () => this.find(this.answer, false),
    },
    tokens: { label: 'Worst tokens of the group', run: () => this.toTokens(false) },
    bookmark: { label: 'Bookmark this group', run: () => this.querySelector<AddressActions>('address-actions')?.toggle() },
    label: { label: 'Label this group', run: () => this.querySelector<LabelField>('label-field')?.enter() },
  };

  constructor() {
    super();
    this.ui = { filter: 'all', order: 'advantage', estimator: null };
    this.selected = this.hovered = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ui = this.recall(uiSchema) ?? this.ui;
  }

  protected override async load(address: RunAddress, options: RequestOptions): Promise<GroupDetail | null> {
    const { run, step = 0, group = 0 } = address;
    const shown = this.view?.run === run && this.view.step === step && this.view.group === group ? this.view.solutions.length : 0;
    const found = await host.request(openGroup, { run, step, group }, options);
    return found && this.readOn(decodeTexts(found), shown - found.solutions.length, options);
  }

  /** With so many more of its solutions. */
  private async readOn(g: GroupDetail, more: number, options?: RequestOptions): Promise<GroupDetail> {
    const { run, step, group, solutions } = g;
    const last = solutions.at(-1)?.index;
    if (last === undefined || more <= 0) return g;
    const ask = (after: number | undefined) =>
      host.request(moreSolutions, { run, step, group, after: after ?? last, limit: portion }, options);
    return { ...g, solutions: [...solutions, ...(await allRows(ask, more))] };
  }

  private async more(): Promise<void> {
    const { view } = this;
    if (!view) return;
    const longer = await this.attempt(() => this.readOn(view, portion));
    if (longer && this.view === view) this.view = longer;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const { view } = this;
    const failure = failureOf(this.ui.filter);
    if (view && failure && view.solutions.length < view.size && !this.isNarrowed(view, failure)) void this.narrow(view, failure);
  }

  private isNarrowed(of: GroupDetail, failure: Failure | null): boolean {
    return this.narrowed?.of === of && this.narrowed.failure === failure;
  }

  private async narrow(of: GroupDetail, failure: Failure): Promise<void> {
    this.narrowed = { of, failure, solutions: filtered(of.solutions, failure) };
    const { run, step, group } = of;
    const ask = (after: number | undefined) => host.request(moreSolutions, { run, step, group, after, limit: portion, only: [failure] });
    const solutions = await this.attempt(() => allRows(ask, mostNarrowed));
    if (solutions && this.isNarrowed(of, failure)) this.narrowed = { of, failure, solutions };
  }

  protected override arrived(): void {
    super.arrived();
    this.selected = this.hovered = null;
    this.answer = undefined;
    this.compared = undefined;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    document.title = this.view ? `Group ${this.view.group + 1}` : 'Group';
  }

  protected override content(g: GroupDetail): TemplateResult {
    const shown = this.shown(g);
    const selected = this.current;
    return html`
      ${this.header(g)} ${questionView(g, (aside) => this.go({ page: 'playground', about: g.address }, aside))} ${headlineView(g)}
      ${this.answers(g)}
      <near-duplicates
        .run=${g.run}
        .scope=${{ step: g.step, group: g.group }}
        @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => this.go(e.detail.address, e.detail.aside)}
      ></near-duplicates>
      <other-grades .address=${g.address} @go=${(e: CustomEvent<RunAddress>) => this.go(e.detail)}></other-grades>
      ${this.notRead(g)}
      ${bars(ordered(g.solutions, 'advantage'), selected?.index ?? null, this.hovered, {
        hover: (index) => (this.hovered = index),
        open: (index, aside) => this.openSolution(g.solutions[index], aside),
      })}
      ${selected ? whyView(g, selected, this.ui.estimator, (estimator) => this.choose({ estimator })) : nothing}
      <advantage-audit
        .group=${g}
        @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => this.go(e.detail.address, e.detail.aside)}
      ></advantage-audit>
      <p>
        <button class="link" @click=${(e: MouseEvent) => this.go({ page: 'methods', about: g.address }, e.ctrlKey || e.metaKey)}>
          What every method would do with each token of this group
        </button>
        ·
        <button
          class="link"
          title=${this.hint('By KL, ratio or sampler', 'tokens')}
          @click=${(e: MouseEvent) => this.toTokens(e.ctrlKey || e.metaKey)}
        >
          Worst tokens of the group
        </button>
      </p>
      ${
        this.compared
          ? comparison(g, this.compared, extremePair(g), {
              choose: (pair) => (this.compared = pair),
              close: () => (this.compared = undefined),
              go: (address, aside) => this.go(address, aside),
            })
          : nothing
      }
      ${this.controls(g, shown.length)}
      ${
        shown.length > 0
          ? html`<ol class="cards">
              ${shown.map((s) =>
                card(s, s === selected, hasAdvantages(g.solutions), {
                  select: (index) => (this.selected = index),
                  open: (_index, aside) => this.openSolution(s, aside),
                }),
              )}
            </ol>`
          : html`<p class="none quiet">
              No solution of this group is like that.
              <button class="link" @click=${() => this.showAll()}>Show all ${g.solutions.length}</button>
            </p>`
      }
    `;
  }

  /** Of a very large group not all is here. */
  private notRead(g: GroupDetail): TemplateResult | typeof nothing {
    const { solutions, size } = g;
    const left = size - solutions.length;
    if (left <= 0) return nothing;
    const failure = failureOf(this.ui.filter);
    return html`<p class="quiet" role="status">
      Of ${count(size, 'solution')} the first ${solutions.length.toLocaleString('en-US')} have been read:
      ${
        failure && this.isNarrowed(g, failure)
          ? `the bars are of these; the cards are of all that are ${failureWords[failure]}, at most ${mostNarrowed.toLocaleString('en-US')}.`
          : 'bars, cards, order and conditions are of these.'
      }
      <button class="link" @click=${() => void this.more()}>Read ${Math.min(portion, left).toLocaleString('en-US')} more</button>
    </p>`;
  }

  private header(g: GroupDetail): TemplateResult {
    const { run, step, group } = g;
    return html`
      <header>
        ${trail(
          [
            { label: g.runName, address: { run } },
            { label: `step ${step}`, address: { run, step } },
          ],
          this.hint('The page above', 'up'),
          (address, aside) => this.go(address, aside),
        )}
        <div class="title">
          ${stepper(
            { title: this.hint('Previous group', 'previousGroup'), go: group > 0 ? () => this.toGroup(-1) : undefined },
            `Group ${group + 1} of ${g.groupsInStep}`,
            { title: this.hint('Next group', 'nextGroup'), go: group + 1 < g.groupsInStep ? () => this.toGroup(1) : undefined },
          )}
          ${splitBadge(g.split)}
          ${sameQuestion(g.sameQuestion, { step, group }, (to) => this.go({ run, ...to }), { hint: this.hint('The question at every step: reward, Pass@K, answers', 'question'), go: (aside) => this.toQuestion(aside) })}
          <address-actions
            .address=${g.address}
            .bookmarkKey=${this.keys.bookmark}
            @trouble=${(e: CustomEvent<string>) => (this.trouble = e.detail)}
          ></address-actions>
        </div>
        <label-field
          .address=${g.address}
          .labelKey=${this.keys.label}
          @trouble=${(e: CustomEvent<string>) => (this.trouble = e.detail)}
        ></label-field>
      </header>
    `;
  }

  private answers(g: GroupDetail): TemplateResult {
    const { shown, others } = headlineAnswers(g.answers, 6, g.size);
    return answersView({
      answers: shown.map((a) => ({ ...a, key: a.answer })),
      distinct: g.distinctAnswers,
      others,
      chosen: this.answer,
      choose: (answer) => (this.answer = answer),
      find: (answer, aside) => this.find(answer, aside),
    });
  }

  private controls(g: GroupDetail, shown: number): TemplateResult {
    const labels = orderLabels(hasAdvantages(g.solutions));
    return html`
      <div class="controls">
        ${segments(
          'Show',
          filters.flatMap((f) => {
            const n = countOf(g, f);
            const failure = failureOf(f);
            if (failure && n === 0 && this.ui.filter !== f) return [];
            return [
              {
                value: f,
                label: `${failure ? failureName(failure) : f} ${n === null ? '–' : n.toLocaleString('en-US')}`,
                title: n === null ? 'Not recorded' : '',
                disabled: f !== 'all' && f !== this.ui.filter && !n,
              },
            ];
          }),
          this.ui.filter,
          (filter) => this.choose({ filter }),
        )}
        <label>
          <span class="quiet">sort</span>
          <select
            .value=${live(this.ui.order)}
            @change=${(e: Event) => this.choose({ order: (e.target as HTMLSelectElement).value as Order })}
          >
            ${orders.map((o) => html`<option value=${o}>${labels[o]}</option>`)}
          </select>
        </label>
        ${
          g.size < 2
            ? nothing
            : html`<button
                class="link"
                title=${this.hint('Side by side, from where they first differ', 'diff')}
                aria-pressed=${this.compared ? 'true' : 'false'}
                @click=${() => this.compareExtremes()}
              >
                Compare worst and best
              </button>`
        }
        <span class="quiet" role="status"
          >${shown === g.solutions.length ? '' : `${shown.toLocaleString('en-US')} of ${count(g.size, 'solution')}`}</span
        >
      </div>
    `;
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [30, 70])} ${skeletonRows(3, [100])} ${skeletonRows(1, [20, 20, 20, 40])} ${skeletonRows(6, [50, 50])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }

  private shown(g: GroupDetail): SolutionSummary[] {
    const { filter } = this.ui;
    const all = this.isNarrowed(g, failureOf(filter)) ? this.narrowed!.solutions : filtered(g.solutions, filter);
    const passing = all.filter((s) => this.answer === undefined || s.answer === this.answer);
    return ordered(passing, this.ui.order);
  }

  /** The selected solution, or the first one listed. */
  private get current(): SolutionSummary | undefined {
    if (!this.view) return undefined;
    const shown = this.shown(this.view);
    return shown.find((s) => s.index === this.selected) ?? shown.at(0) ?? this.view.solutions.at(0);
  }

  private move(by: 1 | -1): void {
    if (!this.view) return;
    const shown = this.shown(this.view);
    const at = this.selected === null ? (by === 1 ? -1 : 0) : shown.findIndex((s) => s.index === this.selected);
    const next = shown.at(Math.min(shown.length - 1, Math.max(0, at + by)));
    if (!next) return;
    this.selected = next.index;
    this.querySelector<HTMLElement>(`[data-solution="${next.index}"]`)?.focus();
  }

  private openSolution(s: SolutionSummary | undefined, aside: boolean): void {
    if (s && this.view) this.go({ ...this.view.address, solution: s.index }, aside);
  }

  private toGroup(by: 1 | -1): void {
    if (!this.view || !this.address) return;
    // From where the last key led, which may still be on its way: two quick presses are two steps.
    const { run, step = 0, group = 0 } = this.address;
    const to = group + by;
    if (to >= 0 && to < this.view.groupsInStep) this.go({ run, step, group: to });
  }

  private compareExtremes(): void {
    const pair = this.view && !this.compared ? extremePair(this.view) : null;
    this.compared = pair ? { left: pair.worst, right: pair.best } : undefined;
    if (pair) void this.updateComplete.then(() => this.querySelector<HTMLElement>('#comparison-title')?.focus());
  }

  private toTokens(aside: boolean): void {
    if (this.view) this.go({ ...this.view.address, tokens: true }, aside);
  }

  private toQuestion(aside: boolean): void {
    const { view: g } = this;
    if (g) this.go({ run: g.run, questions: true, step: g.step, group: g.group }, aside);
  }

  /** @param answer undefined: any */
  private find(answer: string | null | undefined, aside: boolean): void {
    const { view: g } = this;
    if (!g) return;
    const condition = answer === undefined ? undefined : answer === null ? isUnknown('answer') : isText('answer', answer);
    this.toFind(g.run, allOf(isText('question.id', g.questionId), condition), aside);
  }

  private toStep(by: 1 | -1): void {
    if (!this.view) return;
    const to = neighbourPlace(this.view.sameQuestion, this.view, by);
    if (to) this.go({ run: this.view.run, ...to });
  }

  private choose(change: Partial<Ui>): void {
    this.ui = { ...this.ui, ...change };
    this.keep(this.ui);
  }

  private showAll(): void {
    this.answer = undefined;
    this.choose({ filter: 'all' });
  }
}
