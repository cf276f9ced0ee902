import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { z } from 'zod';
import { naturally } from '../../src/core/naturalOrder.js';
import type { ReliabilityBin } from '../../src/core/platt.js';
import { addressPath, type WorkspaceAddress } from '../../src/protocol/address.js';
import type { OpinionList, Opinions, RunChange } from '../../src/store/views.js';
import { open } from '../../src/contracts/everyPage.js';
import { entryBeside, focusEntry } from '../shared/entries.js';
import { factList } from '../shared/factList.js';
import { count } from '../../src/core/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { segments } from '../shared/segmentedControl.js';
import { skeletonRows, stateView } from '../shared/states.js';
import { binTable } from './bins.js';
import { openRewardModel, type RewardModelView } from '../../src/contracts/rewardModel.js';
import { binText, facts, spans, spansFor } from './opinionFacts.js';
import { list } from './opinionList.js';
import { plot } from './plot.js';

/** Solutions of each kind asked for at a time. */
const portion = 10;
const most = 10_000;
/** While the slider moves, one question at a time is enough. */
const settles = 120;

const uiSchema = z.object({
  /** Where it was chosen: another run begins with its own newest steps. */
  at: z.string(),
  steps: z.number().int().min(1).nullable(),
  upTo: z.number().int().min(0).nullable(),
  term: z.string().nullable(),
});
type Ui = z.output<typeof uiSchema>;
const plainUi = (at: string, upTo: number | null): Ui => ({ at, steps: spans[0], upTo, term: null });

/** How far a reward model can be trusted: its opinions beside the rule's verdicts, and where the two differ most. */
export class RewardModelPage extends Page<RewardModelView, WorkspaceAddress> {
  static override properties: PropertyDeclarations = { ...Page.properties, ui: { state: true }, selected: { state: true } };
  protected override readonly kind = 'reward-model';
  protected override readonly actions: Actions = {
    next: { label: 'Next solution', run: () => this.move(1) },
    previous: { label: 'Previous solution', run: () => this.move(-1) },
    open: { label: 'Open the solution', run: () => this.openSelected() },
  };

  private ui: Ui = plainUi('', null);
  private bin: ReliabilityBin | undefined;
  private limit = portion;
  private timer: number | undefined;
  declare private selected: number | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override async load(address: WorkspaceAddress, options: RequestOptions): Promise<RewardModelView | null> {
    const { about } = address;
    if (!about || !('run' in about)) return null;
    const at = addressPath(address);
    if (this.ui.at !== at) {
      const kept = this.recall(uiSchema);
      this.ui = kept?.at === at ? kept : plainUi(at, about.step ?? null);
      this.bin = undefined;
      this.limit = portion;
    }
    const { term, upTo, steps } = this.ui;
    return host.request(
      openRewardModel,
      {
        run: about.run,
        question: {
          ...(term !== null && { term }),
          ...(upTo !== null && { upTo }),
          ...(steps !== null && { steps }),
          ...(this.bin && { within: { low: this.bin.low, high: this.bin.high } }),
          limit: this.limit,
        },
      },
      options,
    );
  }

  protected override arrived(): void {
    super.arrived();
    this.selected = undefined;
  }

  /** What is being read stays: new steps are told of, and come when they are asked for. */
  protected override onChanged(change: RunChange): void {
    if (!this.view?.opinions) super.onChanged(change);
  }

  protected override content(view: RewardModelView): TemplateResult {
    const { opinions } = view;
    return html`
      <header class="step">
        <div class="title">
          <h1>Reward model</h1>
          ${opinions ? this.news(opinions) : nothing}
          <button
            class="link run-name"
            title=${this.hint('Open the dashboard of this run', 'up')}
            @click=${() => this.go({ run: view.run })}
          >
            ${view.runName}
          </button>
        </div>
        ${opinions ? factList(facts(opinions)) : nothing}
      </header>
      <p class="quiet">${this.origin(view)}</p>
      ${
        opinions
          ? html`<div class="toolbar">${this.range(opinions)} ${this.terms(opinions)}</div>
              ${opinions.n === 0 ? this.noOpinions() : this.judged(opinions)}`
          : this.noModel(view)
      }
    `;
  }

  private origin({ run, trained, from, curve, opinions }: RewardModelView): TemplateResult {
    const what = trained
      ? 'What the model that this run trains said of each solution, before it learned from it, beside the rule’s verdict.'
      : 'What the reward model said of each solution, beside the rule’s verdict.';
    return html`
      ${opinions || trained || from ? what : nothing}
      ${
        from === null
          ? nothing
          : html`Trained by
            ${
              from.name === null
                ? from.run
                : html`<button
                    class="link"
                    title="Open the reward model page of that run"
                    @click=${() => this.go({ page: 'reward-model', about: { run: from.run } })}
                  >
                    ${from.name}
                  </button>`
            }
            at step ${from.step}.`
      }
      ${
        curve === null
          ? nothing
          : html`<button class="link" @click=${() => void this.ask(open, { address: { run }, curve })}>
              Its loss and accuracy over the steps
            </button>`
      }
    `;
  }

  private news({ lastStep }: Opinions): TemplateResult | typeof nothing {
    const fresh = (this.newest ?? 0) - lastStep;
    if (fresh <= 0 || this.ui.upTo !== null) return nothing;
    return html`<button class="news" @click=${() => void this.refresh()}>${count(fresh, 'new step')}</button>`;
  }

  /** Which steps: the model changes while it is trained, and so does what it has to judge. */
  private range({ firstStep, lastStep, from, upTo }: Opinions): TemplateResult {
    const choices = spansFor(firstStep, lastStep);
    const { steps } = this.ui;
    const chosen = steps !== null && choices.includes(steps) ? String(steps) : 'all';
    return html`
      ${
        choices.length > 1
          ? segments(
              'Steps',
              choices.map((s) => ({ value: String(s ?? 'all'), label: s === null ? 'all steps' : `last ${s}` })),
              chosen,
              (value) => this.choose({ steps: value === 'all' ? null : Number(value) }),
            )
          : nothing
      }
      ${
        firstStep < lastStep
          ? html`<label class="up-to">
              <span class="quiet">up to</span>
              <input
                type="range"
                min=${firstStep}
                max=${lastStep}
                aria-label="Last step to look at"
                .value=${String(upTo)}
                @input=${(e: Event) => this.slide(Number((e.target as HTMLInputElement).value), lastStep)}
              />
            </label>`
          : nothing
      }
      <span role="status">${from === upTo ? `step ${upTo}` : `steps ${from} to ${upTo}`}</span>
    `;
  }

  private terms({ term, otherTerms }: Opinions): TemplateResult {
    if (otherTerms.length === 0) return html`<span class="quiet">term <code>${term}</code></span>`;
    return html`<label>
      <span class="quiet">term</span>
      <select @change=${(e: Event) => this.choose({ term: (e.target as HTMLSelectElement).value })}>
        ${[term, ...otherTerms].sort(naturally).map((t) => html`<option value=${t} ?selected=${t === term}>${t}</option>`)}
      </select>
    </label>`;
  }

  private judged(opinions: Opinions): TemplateResult {
    const { reliability, examples, wrongLiked, rightDisliked, n, right } = opinions;
    const choose = (bin: ReliabilityBin): void => this.chooseBin(bin);
    const of = (part: number, whole: number, line: string): string =>
      this.bin ? '' : `${part.toLocaleString('en-US')} of ${whole.toLocaleString('en-US')} ${line}`;
    return html`
      <section class="calibration" aria-labelledby="calibration-title">
        <h2 id="calibration-title">Is it so as often as it says?</h2>
        <div class="beside">
          ${plot(reliability, this.bin?.low, choose)}
          <div>
            ${binTable(reliability, this.bin?.low, choose)}
            <p class="quiet">On the diagonal a probability is what it says; below it the model is too sure. Lines are 95 % intervals.</p>
          </div>
        </div>
      </section>
      <section aria-labelledby="differing-title">
        <div class="head">
          <h2 id="differing-title">Where the two differ most</h2>
          ${
            this.bin
              ? html`<button class="news" title="List all solutions" @click=${() => this.chooseBin()}>
                  probability ${binText(this.bin)} <span class="codicon codicon-close" aria-hidden="true"></span>
                </button>`
              : nothing
          }
        </div>
        <div class="differing">
          ${this.examples(this.bin ? 'Wrong' : 'Wrong, and liked', of(wrongLiked, n - right, 'above ½'), examples.wrong, false, 0)}
          ${this.examples(this.bin ? 'Right' : 'Right, and disliked', of(rightDisliked, right, 'below ½'), examples.right, true, examples.wrong.listed.length)}
        </div>
        ${this.moreButton(examples)}
      </section>
    `;
  }

  private examples(heading: string, detail: string, { total, listed }: OpinionList, right: boolean, first: number): TemplateResult {
    return html`
      <div>
        <h3>${heading} <span class="quiet">${detail}</span></h3>
        ${
          total === 0
            ? html`<p class="quiet none">No ${right ? 'right' : 'wrong'} solution ${this.bin ? 'in this bin' : 'in these steps'}.</p>`
            : list(listed, right, first, this.selected, {
                open: (address, aside) => this.go(address, aside),
                select: (index) => (this.selected = index),
              })
        }
      </div>
    `;
  }

  private moreButton({ wrong, right }: Opinions['examples']): TemplateResult | typeof nothing {
    if (Math.max(wrong.left, right.left) === 0) return nothing;
    const full = this.limit >= most || [wrong, right].every(({ listed, left }) => left === 0 || listed.length < this.limit);
    return html`<p class="older">
      ${
        full
          ? html`<span class="quiet"
              >These are as many as are listed at a time; choose a probability above, or fewer steps, to see others.</span
            >`
          : html`<button class="link" @click=${() => this.more()}>Show ${portion} more of each</button>`
      }
      <span class="quiet">${wrong.total.toLocaleString('en-US')} wrong, ${right.total.toLocaleString('en-US')} right</span>
    </p>`;
  }

  private noOpinions(): TemplateResult {
    return stateView({
      icon: 'search-stop',
      title: 'The model has said nothing of these steps',
      detail: 'Their solutions have no verdict, or no opinion of the model. Look at other steps.',
      buttons: [{ label: 'Show all steps', run: () => this.choose({ steps: null, upTo: null }), secondary: true }],
    });
  }

  private noModel({ run, trained, from }: RewardModelView): TemplateResult {
    if (trained || from)
      return stateView({
        icon: 'pulse',
        title: 'No solution has been judged yet',
        detail: 'The first step’s solutions appear here as soon as it is finished.',
      });
    return stateView({
      icon: 'circle-slash',
      title: 'This run asks no reward model',
      detail:
        'No reward term of its solutions looks like a probability beside the rule’s verdict. Train a reward model with the method outcome-reward or process-reward, or name one in a reward: { term: reward_model, from: … }.',
      buttons: [{ label: 'Open the dashboard', run: () => this.go({ run }), secondary: true }],
    });
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(1, [40, 60])} ${skeletonRows(8, [40, 20, 20, 20])}`;
  }

  protected override missing({ about }: WorkspaceAddress): TemplateResult {
    return stateView({
      icon: 'search-stop',
      title: about ? 'There is no such run here' : 'Of which run?',
      detail: about
        ? 'It may have been deleted, or its folder moved.'
        : 'Open this page from the row or the dashboard of a run whose reward asks a reward model, or that trains one.',
    });
  }

  private choose(change: Partial<Ui>): void {
    this.ui = { ...this.ui, ...change };
    this.keep(this.ui);
    this.bin = undefined;
    this.limit = portion;
    this.selected = undefined;
    void this.refresh();
  }

  private slide(step: number, lastStep: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.choose({ upTo: step >= lastStep ? null : step }), settles);
  }

  /** Of one bin, or of all when it is chosen again. */
  private chooseBin(bin?: ReliabilityBin): void {
    this.bin = bin?.low === this.bin?.low ? undefined : bin;
    this.limit = portion;
    this.selected = undefined;
    this.requestUpdate();
    void this.refresh();
  }

  private more(): void {
    this.limit = Math.min(most, this.limit + portion);
    void this.refresh();
  }

  private get listed(): Opinions['examples']['wrong']['listed'] {
    const { wrong, right } = this.view?.opinions?.examples ?? {};
    return [...(wrong?.listed ?? []), ...(right?.listed ?? [])];
  }

  private openSelected(): void {
    const opinion = this.selected === undefined ? undefined : this.listed.at(this.selected);
    if (opinion) this.go(opinion.address);
  }

  private move(by: number): void {
    const to = entryBeside(this.selected, by, this.listed.length);
    if (to === undefined) return;
    this.selected = to;
    void this.updateComplete.then(() => focusEntry(this, to));
  }
}
