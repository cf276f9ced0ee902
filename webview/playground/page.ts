import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { z } from 'zod';
import { addressPath, type WorkspaceAddress } from '../../src/protocol/address.js';
import type { RunChange, SolutionSummary } from '../../src/store/views.js';
import { answersView } from '../shared/group/answersView.js';
import { bars } from '../shared/group/rewardBars.js';
import { estimatorLabels, estimators, why } from '../shared/group/why.js';
import { whyPanel } from '../shared/group/whyView.js';
import { signed } from '../../src/core/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page } from '../shared/page.js';
import { trail } from '../shared/position.js';
import { skeletonRows, stateView } from '../shared/states.js';
import { cardList } from './cardList.js';
import {
  choicesChanged,
  groupEnded,
  limits,
  openPlayground,
  openSettings,
  sampleGroup,
  solutionChanged,
  stopSampling,
  takeQuestion,
  written,
  type PlayedGroup,
  type PlaygroundView,
} from '../../src/contracts/playground.js';
import { noGroupYet, nothingToSample, untrusted } from './emptyStates.js';
import { applyAbout, requestOf, firstForm, fitting, formSchema, sourceName } from './playgroundForm.js';
import { formView } from './playgroundFormView.js';
import { answerClasses, grown, type ByHand, summaries, withReward } from './playgroundModel.js';
import { requestView, headlineView, noteOn, outcomeView } from './results.js';

const uiSchema = z.object({
  /** The address that the form was last filled in about. */
  about: z.string(),
  form: formSchema,
  estimator: z.enum(estimators),
  rendered: z.boolean(),
  /** Rewards of a person, by solution, for the group of that number. */
  byHand: z.object({ group: z.number(), rewards: z.record(z.string(), z.number()) }),
});
type Ui = z.output<typeof uiSchema>;

/** A group that a person asks for: its solutions as they are written and graded, and the advantages their rewards give. */
export class PlaygroundPage extends Page<PlaygroundView, WorkspaceAddress> {
  static override properties = {
    ...Page.properties,
    ui: { state: true },
    selected: { state: true },
    hovered: { state: true },
    answer: { state: true },
    busy: { state: true },
  };
  declare private ui: Ui | undefined;
  declare private selected: number;
  declare private hovered: number | null;
  /** Show only the solutions like this one; undefined: all. */
  declare private answer: number | null | undefined;
  /** Waits for the host to begin, or for a question. */
  declare private busy: boolean;
  /** Something changed that the list of checkpoints may depend on. */
  private stale = false;

  protected override readonly kind = 'playground';
  protected override readonly actions: Actions = {
    next: { label: 'Next solution', run: () => this.move(1) },
    previous: { label: 'Previous solution', run: () => this.move(-1) },
  };

  constructor() {
    super();
    this.selected = 0;
    this.hovered = null;
    this.busy = false;
  }

  override connectedCallback(): void {
    host.on(written, ({ group, parts }) =>
      this.changeGroup(group, (g) => {
        for (const { index, at, more } of parts) {
          const s = g.solutions.at(index);
          if (s?.state === 'writing') g.solutions[index] = { ...s, text: grown(s.text, at, more) };
        }
      }),
    );
    host.on(solutionChanged, ({ group, index, solution }) => this.changeGroup(group, (g) => (g.solutions[index] = solution)));
    host.on(groupEnded, ({ group, ...end }) => this.changeGroup(group, (g) => Object.assign(g, end)));
    host.on(choicesChanged, () => this.refreshSoon());
    super.connectedCallback();
  }

  protected override async load({ about }: WorkspaceAddress): Promise<PlaygroundView> {
    return host.request(openPlayground, about ? { about } : {});
  }

  /** Checkpoints come with every run in sight: they are asked for when a person turns to the form. */
  protected override onChanged(change: RunChange): void {
    if (change.identity) this.refreshSoon();
    else this.stale = true;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const { view, address } = this;
    if (!changed.has('view') || !view || !address) return;
    const about = addressPath(address);
    const kept = this.ui ?? this.recall(uiSchema);
    const form = kept ? fitting(kept.form, view) : firstForm(view);
    this.ui = {
      ...(kept ?? { estimator: 'grpo', rendered: false, byHand: { group: 0, rewards: {} } }),
      about,
      form: kept && kept.about !== about ? applyAbout(form, view) : form,
    };
    this.keep(this.ui);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    document.title = 'Sample group';
  }

  protected override content(view: PlaygroundView): TemplateResult {
    const { ui } = this;
    if (!ui) return html``;
    const sources = view.runs.length + view.endpoints.length;
    return html`
      <header>
        ${
          view.about?.address
            ? trail([{ label: view.about.label, address: view.about.address }], this.hint('The page above', 'up'), (address, aside) =>
                this.go(address, aside),
              )
            : nothing
        }
        <h1>Sample group</h1>
      </header>
      ${
        !view.trusted
          ? untrusted(() => this.openSettings('manageTrust'))
          : sources === 0
            ? nothingToSample(() => this.openSettings('openEndpoints'))
            : this.form(view, ui)
      }
      ${view.group ? this.group(view, view.group, ui) : view.trusted && sources > 0 ? noGroupYet() : nothing}
    `;
  }

  private form(view: PlaygroundView, ui: Ui): TemplateResult {
    const parsed = requestOf(ui.form);
    const run = ui.form.source && 'run' in ui.form.source ? ui.form.source.run : view.runs.at(0)?.run;
    return html`<div @focusin=${() => this.freshen()}>
      ${formView(ui.form, view, view.group?.state === 'sampling' || this.busy, 'problem' in parsed ? parsed.problem : null, {
        change: (form) => this.choose({ form }),
        take: run === undefined ? undefined : () => void this.take(run),
        sample: () => void this.sample(),
        stop: () => void this.ask(stopSampling, {}),
        newSeed: () => this.choose({ form: { ...ui.form, seed: Math.floor(Math.random() * limits.seed) } }),
      })}
    </div>`;
  }

  private group(view: PlaygroundView, g: PlayedGroup, ui: Ui): TemplateResult {
    const head = html`
      ${requestView(g.request, sourceName(g.request.source, view), g.request.question === ui.form.question)} ${this.outcome(g)}
    `;
    if (g.state !== 'sampling' && g.solutions.every((s) => s.text === '' && s.finish === null)) return head;
    const byHand = this.byHand(g, ui);
    const shown = summaries(g.solutions, byHand, ui.estimator);
    const selected = shown[Math.min(this.selected, shown.length - 1)];
    return html`
      ${head} ${headlineView(g, shown)} ${this.answers(g)}
      ${bars(
        shown,
        selected.index,
        this.hovered,
        { hover: (index) => (this.hovered = index), open: (index) => this.select(index, true) },
        'as sampled',
      )}
      ${this.why(g, shown, selected, byHand, ui)} ${this.cards(g, shown, selected, byHand, ui)}
    `;
  }

  private outcome(g: PlayedGroup): TemplateResult | typeof nothing {
    return outcomeView(g, {
      dismiss: () => this.changeGroup(g.id, (now) => (now.state = 'stopped')),
      setKey: (endpoint) => void this.ask(openSettings, { action: 'setKey', endpoint }),
      openEndpoints: () => this.openSettings('openEndpoints'),
    });
  }

  private openSettings(action: 'manageTrust' | 'openEndpoints'): void {
    void this.ask(openSettings, { action });
  }

  private why(
    g: PlayedGroup,
    shown: readonly SolutionSummary[],
    selected: SolutionSummary,
    byHand: ByHand,
    { estimator }: Ui,
  ): TemplateResult | typeof nothing {
    const rewarded = shown.filter((s) => s.reward !== null);
    if (rewarded.length === 0) return nothing;
    const rewards = rewarded.map((s) => s.reward!);
    const at = rewarded.indexOf(selected);
    const place = selected.index + 1;
    const filled = at < 0 ? undefined : why(estimator, rewards, at, place);
    return whyPanel({
      title: filled ? `Why solution ${place} gets Â ${signed(filled.advantage)}` : `Solution ${place} has no reward yet`,
      estimator,
      choose: (chosen) => this.choose({ estimator: chosen }),
      formula: filled ? [filled.definition, filled.filled] : [],
      note: noteOn(g, rewards, Object.keys(byHand).length, estimatorLabels[estimator]),
    });
  }

  private answers(g: PlayedGroup): TemplateResult | typeof nothing {
    const classes = answerClasses(g.solutions);
    if (classes.length === 0) return nothing;
    return answersView({
      answers: classes.map((c) => ({ ...c, key: c.first })),
      distinct: classes.filter((c) => c.first !== null).length,
      others: 0,
      chosen: this.answer,
      choose: (answer) => (this.answer = answer),
    });
  }

  private cards(g: PlayedGroup, shown: readonly SolutionSummary[], selected: SolutionSummary, byHand: ByHand, ui: Ui): TemplateResult {
    const listed = shown.filter((s) => this.listed(g, s.index));
    return cardList(
      { group: g, shown, listed, selected, byHand, rendered: ui.rendered },
      {
        select: (index) => this.select(index),
        reward: (index, reward) => this.setRewards(g, withReward(byHand, index, reward, g.solutions[index].reward)),
        render: (rendered) => this.choose({ rendered }),
        undoRewards: () => this.setRewards(g, {}),
        showAll: () => (this.answer = undefined),
      },
    );
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(2, [100])} ${skeletonRows(1, [30, 30, 10, 10, 10, 10])}`;
  }

  protected override missing(): TemplateResult {
    return stateView({ icon: 'beaker', title: 'Nothing to sample', detail: 'Run “GRPO Lab: Sample Group…” from the command palette.' });
  }

  private async sample(): Promise<void> {
    const { ui, view } = this;
    if (!ui || !view || this.busy) return;
    const parsed = requestOf(ui.form);
    if ('problem' in parsed) return;
    this.busy = true;
    const group = await this.ask(sampleGroup, parsed.request);
    this.busy = false;
    if (!group || !this.view) return;
    this.view = { ...this.view, group };
    this.setRewards(group, {});
    this.selected = 0;
    this.answer = undefined;
  }

  private async take(run: string): Promise<void> {
    const found = await this.ask(takeQuestion, { run });
    if (found === null) this.trouble = 'That run has recorded no questions.';
    if (found && this.ui) this.choose({ form: { ...this.ui.form, question: found.question, gold: found.gold ?? '' } });
  }

  private freshen(): void {
    if (this.stale) this.refreshSoon();
    this.stale = false;
  }

  /** Changes the group in sight; what belongs to another one came too late. */
  private changeGroup(group: number, change: (g: PlayedGroup) => unknown): void {
    const now = this.view?.group;
    if (!this.view || now?.id !== group) return;
    const next = { ...now, solutions: [...now.solutions] };
    change(next);
    this.view = { ...this.view, group: next };
  }

  private byHand(g: PlayedGroup, { byHand }: Ui): ByHand {
    return byHand.group === g.id ? byHand.rewards : {};
  }

  private setRewards(g: PlayedGroup, rewards: ByHand): void {
    this.choose({ byHand: { group: g.id, rewards } });
  }

  private listed(g: PlayedGroup, index: number): boolean {
    const s = g.solutions[index];
    return this.answer === undefined || (s.state === 'finished' && s.like === this.answer);
  }

  private select(index: number, scroll = false): void {
    this.selected = index;
    if (scroll) this.querySelector<HTMLElement>(`[data-solution="${index}"]`)?.focus();
  }

  private move(by: 1 | -1): void {
    const g = this.view?.group;
    if (!g) return;
    const listed = g.solutions.map((_, i) => i).filter((i) => this.listed(g, i));
    const to = listed.at(Math.min(listed.length - 1, Math.max(0, listed.indexOf(this.selected) + by)));
    if (to !== undefined) this.select(to, true);
  }

  private choose(change: Partial<Ui>): void {
    if (!this.ui) return;
    this.ui = { ...this.ui, ...change };
    this.keep(this.ui);
  }
}
