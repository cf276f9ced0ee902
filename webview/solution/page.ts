import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { z } from 'zod';
import { messageOf } from '../../src/core/messageOf.js';
import type { RunAddress } from '../../src/protocol/address.js';
import type { SolutionDetail, Trace } from '../../src/store/views.js';
import { host } from '../shared/host.js';
import '../shared/addressActions.js';
import type { AddressActions } from '../shared/addressActions.js';
import { diffSolutions } from '../../src/contracts/everyPage.js';
import { count } from '../../src/core/format.js';
import type { Actions } from '../shared/help.js';
import '../shared/labelField.js';
import type { LabelField } from '../shared/labelField.js';
import '../shared/otherGrades.js';
import { Page } from '../shared/page.js';
import { neighbourPlace, sameQuestion, stepper, trail } from '../shared/position.js';
import { segments } from '../shared/segmentedControl.js';
import { splitBadge } from '../shared/split.js';
import { icon, skeletonRows } from '../shared/states.js';
import { errorView, facts, gradeView, questionView } from './solutionFacts.js';
import { firstHeat, heatLabels, heatModes, heatOf, type Heat, type HeatMode } from './heat.js';
import { legend } from './legend.js';
import { plainText } from './plainText.js';
import { readout } from './readout.js';
import { samplerGapView } from './samplerGapView.js';
import { siblingChoices, usualSibling, type SiblingChoice } from './siblings.js';
import { Solutions, type SolutionAddress } from './solutionCache.js';
import './tokenChart.js';
import { chartLabels } from './chartLabels.js';
import './tokenText.js';
import type { TokenEvent, TokenText } from './tokenText.js';
import { arePlaced, tokenAt, tokensOf, type Token } from '../shared/tokens.js';

const views = ['tokens', 'rendered', 'raw'] as const;
/** Null: not chosen; tokens where there are some, and the heat map that says most. */
const uiSchema = z.object({ view: z.enum(views).nullable(), heat: z.enum(heatModes).nullable() });
type Ui = z.output<typeof uiSchema>;

/** One sampled solution: its text, its tokens with their numbers, and why it counted as it did. */
export class SolutionPage extends Page<SolutionDetail> {
  static override properties = { ...Page.properties, ui: { state: true }, hovered: { state: true }, chosen: { state: true } };
  declare private ui: Ui;
  /** Token under the pointer, and token that was clicked or walked to; −1: none. */
  declare private hovered: number;
  declare private chosen: number;

  protected readonly kind = 'solution';
  protected readonly actions: Actions = {
    next: { label: 'Next solution of the group', run: () => this.toSolution(1) },
    previous: { label: 'Previous solution of the group', run: () => this.toSolution(-1) },
    nextGroup: { label: 'Next group of this step', run: () => void this.toGroup(1) },
    previousGroup: { label: 'Previous group of this step', run: () => void this.toGroup(-1) },
    nextStep: { label: 'Same question at a later step', run: () => this.toStep(1) },
    previousStep: { label: 'Same question at an earlier step', run: () => this.toStep(-1) },
    ...this.heatActions(),
    diff: {
      label: 'Diff with the nearest of the other verdict, or the best of the others',
      run: () => this.diff(this.view ? usualSibling(this.view) : null),
    },
    question: { label: 'The question over training', run: () => this.toQuestion(false) },
    tokens: { label: 'Worst tokens of the solution', run: () => this.toTokens(false) },
    bookmark: { label: 'Bookmark this solution', run: () => this.querySelector<AddressActions>('address-actions')?.toggle() },
    label: { label: 'Label this solution', run: () => this.querySelector<LabelField>('label-field')?.enter() },
  };

  private readonly solutions = new Solutions(
    host,
    () => this.requestUpdate(),
    (error) => (this.trouble = messageOf(error)),
  );
  /** The token that the address names, until it has been shown: its trace comes after the text. */
  private wanted: number | undefined;
  /** The next request is for what is shown already. */
  private again = false;
  /** What follows from the view and its trace, made again only when they are other ones. */
  private made:
    | { text: string; advantage: number | null; trace: Trace | null | undefined; tokens: Token[]; heats: Map<HeatMode, Heat | undefined> }
    | undefined;

  constructor() {
    super();
    this.ui = { view: null, heat: null };
    this.hovered = this.chosen = -1;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ui = this.recall(uiSchema) ?? this.ui;
  }

  protected override load(address: RunAddress): Promise<SolutionDetail | null> {
    const again = this.again;
    this.again = false;
    return again ? this.solutions.renew(full(address)) : this.solutions.load(full(address));
  }

  protected override refresh(): Promise<void> {
    this.again = true;
    return super.refresh();
  }

  protected override arrived(): void {
    super.arrived();
    this.hovered = this.chosen = -1;
    this.wanted = this.address?.token;
    if (this.view) this.solutions.prefetchAround(this.here(this.view), this.view.groupSize);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    document.title = this.view ? `Solution ${this.view.index + 1}` : 'Solution';
    if (this.wanted !== undefined && this.view) this.showWanted(this.view, this.wanted);
  }

  private showWanted(s: SolutionDetail, token: number): void {
    const trace = this.solutions.traceOf(this.here(s));
    if (!trace) return;
    this.wanted = undefined;
    if (token >= trace.ends.length) return;
    if (this.textView(s) !== 'tokens') this.choose({ view: 'tokens' });
    void this.updateComplete.then(async () => {
      await this.querySelector<TokenText>('token-text')?.updateComplete;
      this.jumpTo(token);
    });
  }

  protected override content(s: SolutionDetail): TemplateResult {
    const trace = this.solutions.traceOf(this.here(s));
    const hasTokens = trace !== null && s.hasTrace;
    const view = this.textView(s);
    return html`
      ${this.header(s)} ${questionView(s)}
      <div class="tools">
        ${segments(
          'Show the text as',
          views.map((v) => ({
            value: v,
            label: v,
            disabled: v === 'tokens' && !hasTokens,
            title: v === 'tokens' && !hasTokens ? 'The trainer wrote no trace for this solution' : '',
          })),
          view,
          (chosen) => this.choose({ view: chosen }),
        )}
        ${view === 'tokens' && trace ? this.heatTools(s, trace) : nothing}
        ${hasTokens ? nothing : html`<span class="quiet">No trace was written for this solution: its text is all there is.</span>`}
      </div>
      ${view === 'tokens' ? this.tokenView(s, trace) : plainText(s, view, () => this.choose({ view: 'raw' }), this.placedTokens(s, trace))}
    `;
  }

  private placedTokens(s: SolutionDetail, trace: Trace | null | undefined): Token[] | null {
    return trace && arePlaced(s.text, trace.ends) ? this.derived(s, trace).tokens : null;
  }

  private header(s: SolutionDetail): TemplateResult {
    const { run, step, group, index } = s;
    return html`
      <header>
        ${trail(
          [
            { label: s.runName, address: { run } },
            { label: `step ${step}`, address: { run, step } },
            { label: `group ${group + 1}`, address: { run, step, group } },
          ],
          this.hint('The page above', 'up'),
          (address, aside) => this.go(address, aside),
        )}
        <div class="title">
          ${stepper(
            { title: this.hint('Previous solution', 'previous'), go: index > 0 ? () => this.toSolution(-1) : undefined },
            `Solution ${index + 1} of ${s.groupSize}`,
            { title: this.hint('Next solution', 'next'), go: index + 1 < s.groupSize ? () => this.toSolution(1) : undefined },
          )}
          ${splitBadge(s.split)}
          ${sameQuestion(s.sameQuestion, { step, group }, (to) => this.go({ run, ...to, solution: index }), { hint: this.hint('The question at every step: reward, Pass@K, answers', 'question'), go: (aside) => this.toQuestion(aside) })}
          <div class="title-actions">
            ${
              s.hasTrace
                ? html`<button
                    class="icon"
                    title=${this.hint('Worst tokens of the solution: by KL, ratio or sampler', 'tokens')}
                    aria-label="Worst tokens of the solution"
                    @click=${(e: MouseEvent) => this.toTokens(e.ctrlKey || e.metaKey)}
                  >
                    ${icon('symbol-text')}
                  </button>`
                : nothing
            }
            ${this.diffMenu(s)}
            <address-actions
              .address=${this.here(s)}
              .bookmarkKey=${this.keys.bookmark}
              @trouble=${(e: CustomEvent<string>) => (this.trouble = e.detail)}
            ></address-actions>
          </div>
        </div>
        ${errorView(s)} ${facts(s, (solution) => this.go({ run, step, group, solution }))} ${gradeView(s, () => this.showAnswer(s))}
        <label-field
          .address=${this.here(s)}
          .labelKey=${this.keys.label}
          @trouble=${(e: CustomEvent<string>) => (this.trouble = e.detail)}
        ></label-field>
        <other-grades .address=${this.here(s)} @go=${(e: CustomEvent<RunAddress>) => this.go(e.detail)}></other-grades>
      </header>
    `;
  }

  private diffMenu(s: SolutionDetail): TemplateResult | typeof nothing {
    if (s.groupSize < 2) return nothing;
    const { first, rest } = siblingChoices(s);
    const pick = (e: Event) => {
      const menu = e.target as HTMLSelectElement;
      this.diff(Number(menu.value));
      menu.value = '';
    };
    const options = (choices: readonly SiblingChoice[]) => choices.map((c) => html`<option value=${c.index}>${c.label}</option>`);
    const left = s.groupSize - 1 - rest.length;
    return html`
      <select
        aria-label="Diff with another solution"
        title=${this.hint('Diff with another solution. What has the larger advantage stands at the right, in green', 'diff')}
        @change=${pick}
      >
        <option value="" selected hidden>Diff with…</option>
        ${options(first)}
        <optgroup label="Solutions of this group">${options(rest)}</optgroup>
        ${left > 0 ? html`<option disabled>${count(left, 'more solution')} not listed</option>` : nothing}
      </select>
    `;
  }

  private heatTools(s: SolutionDetail, trace: Trace): TemplateResult {
    const { heats } = this.derived(s, trace);
    const shown = this.heatMode(s, trace);
    const heat = heats.get(shown);
    return html`
      <div class="heat-choice">
        <span class="quiet">heat</span>
        ${segments(
          'Heat map',
          heatModes.map((mode, i) => ({
            value: mode,
            label: heatLabels[mode].label,
            disabled: !heats.get(mode),
            title: this.hint(heats.get(mode)?.label.meaning ?? 'The trainer did not write it', heatKeys[i]),
          })),
          shown,
          (mode) => this.choose({ heat: mode }),
        )}
      </div>
      ${heat ? legend(heat, s.logpTemperatures) : html`<span class="quiet">${heatLabels[shown].label} was not written for this solution</span>`}
    `;
  }

  private tokenView(s: SolutionDetail, trace: Trace | null | undefined): TemplateResult {
    if (!trace) return html`<div class="text-box">${plainText(s, 'raw', () => undefined)}</div>`;
    const { tokens, heats } = this.derived(s, trace);
    const shown = this.heatMode(s, trace);
    const heat = heats.get(shown);
    const span = s.grade?.span ?? null;
    const current = this.hovered >= 0 ? this.hovered : this.chosen;
    const point = (e: TokenEvent) => this.point(e);
    const placed = arePlaced(s.text, trace.ends);
    return html`
      ${
        placed
          ? nothing
          : html`<p class="quiet placeless">
              ${icon('info')}
              <span>
                The files have the tokens’ ids and numbers without their text, so where in the solution each stands is unknown. The curve
                below has them token by token.
              </span>
            </p>`
      }
      ${samplerGapView(s, tokens, trace, (index) => this.jumpTo(index))}
      <div class="text-box">
        ${s.text === '' ? html`<p class="quiet">The model ended at once: the text is empty.</p>` : nothing}
        ${
          placed
            ? html`<token-text
                .text=${s.text}
                .tokens=${tokens}
                .answer=${span}
                .heat=${heat?.levels ?? null}
                .mask=${trace.mask ?? null}
                .hue=${`heat-${shown}`}
                .hovered=${this.hovered}
                .chosen=${this.chosen}
                @token=${point}
              ></token-text>`
            : plainText(s, 'raw', () => undefined)
        }
      </div>
      <div class="dock">
        ${
          heat
            ? html`<token-chart
                class=${`heat-${heat.mode}`}
                .heat=${heat}
                .answer=${placed && span ? answerTokens(tokens, span) : null}
                .current=${current}
                .labels=${chartLabels(heat)}
                @token=${point}
              ></token-chart>`
            : nothing
        }
        ${readout(s.text, tokens, trace, current, s)}
      </div>
    `;
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(2, [30, 70])} ${skeletonRows(1, [20, 40, 40])} ${skeletonRows(8, [100])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }

  /** Without tokens a text reads best as it is meant to look. */
  private textView(s: SolutionDetail): (typeof views)[number] {
    const hasTokens = s.hasTrace && this.solutions.traceOf(this.here(s)) !== null;
    const { view } = this.ui;
    return view === null || (view === 'tokens' && !hasTokens) ? (hasTokens ? 'tokens' : 'rendered') : view;
  }

  private heatMode(s: SolutionDetail, trace: Trace): HeatMode {
    return this.ui.heat ?? firstHeat(this.derived(s, trace).heats);
  }

  private derived(detail: SolutionDetail, trace: Trace) {
    const { text, advantage } = detail;
    if (this.made?.text !== text || this.made.advantage !== advantage || this.made.trace !== trace) {
      const heats = new Map(heatModes.map((mode) => [mode, heatOf(mode, trace, advantage)]));
      this.made = { text, advantage, trace, tokens: tokensOf(text, trace.ends), heats };
    }
    return this.made;
  }

  private here({ run, step, group, index }: SolutionDetail): SolutionAddress {
    return { run, step, group, solution: index };
  }

  private point({ detail: { index, how } }: TokenEvent): void {
    if (how === 'choose') this.chosen = index;
    this.hovered = how === 'hover' ? index : -1;
  }

  private showAnswer(s: SolutionDetail): void {
    if (!s.grade?.span) return;
    const [offset] = s.grade.span;
    if (this.textView(s) === 'rendered') this.choose({ view: s.hasTrace ? 'tokens' : 'raw' });
    void this.updateComplete.then(() => {
      const text = this.querySelector<TokenText>('token-text');
      if (text) text.reveal(offset);
      else this.querySelector('mark')?.scrollIntoView({ block: 'center' });
    });
  }

  private jumpTo(index: number): void {
    const text = this.querySelector<TokenText>('token-text');
    if (text) text.jumpTo(index);
    else this.chosen = index;
  }

  private toSolution(by: 1 | -1): void {
    if (!this.view || !this.address) return;
    // From where the last key led, which may still be on its way: two quick presses are two steps.
    const here = full(this.address);
    const solution = here.solution + by;
    if (solution >= 0 && solution < this.view.groupSize) this.go({ ...here, solution });
  }

  private async toGroup(by: 1 | -1): Promise<void> {
    const s = this.view;
    if (!s || s.group + by < 0) return;
    const to = { run: s.run, step: s.step, group: s.group + by, solution: s.index };
    // The same place in the next group, or its first solution when that group is smaller.
    for (const solution of [to.solution, 0]) {
      const found = await this.solutions.load({ ...to, solution });
      if (found) {
        this.go({ ...to, solution });
        return;
      }
    }
  }

  private toTokens(aside: boolean): void {
    if (this.view) this.go({ ...this.here(this.view), tokens: true }, aside);
  }

  private toQuestion(aside: boolean): void {
    const { view: s } = this;
    if (s) this.go({ run: s.run, questions: true, step: s.step, group: s.group }, aside);
  }

  private toStep(by: 1 | -1): void {
    const s = this.view;
    const to = s && neighbourPlace(s.sameQuestion, s, by);
    if (to) this.go({ run: s.run, ...to, solution: s.index });
  }

  private diff(with_: number | null): void {
    const s = this.view;
    if (!s || with_ === null) return;
    const here = this.here(s);
    void this.ask(diffSolutions, { left: here, right: { ...here, solution: with_ } });
  }

  private heatActions(): Actions {
    return Object.fromEntries(
      heatModes.map((mode, i) => [
        heatKeys[i],
        { label: `Heat map: ${heatLabels[mode].label}`, run: () => this.choose({ view: 'tokens', heat: mode }) },
      ]),
    );
  }

  private choose(change: Partial<Ui>): void {
    this.ui = { ...this.ui, ...change };
    this.keep(this.ui);
  }
}

const heatKeys = ['heat1', 'heat2', 'heat3', 'heat4', 'heat5'] as const;

const full = ({ run, step = 0, group = 0, solution = 0 }: RunAddress): SolutionAddress => ({ run, step, group, solution });

const answerTokens = (tokens: readonly Token[], [start, end]: readonly [number, number]): [number, number] | null => {
  const first = tokenAt(tokens, start);
  const last = tokenAt(tokens, Math.max(start, end - 1));
  return first < 0 || last < 0 ? null : [first, last];
};
