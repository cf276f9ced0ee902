import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { z } from 'zod';
import { count, percent, significant } from '../../src/core/format.js';
import type { LengthSummary } from '../../src/core/thenNow/lengthChange.js';
import { phraseOrders, type PhraseOrder } from '../../src/core/thenNow/phraseChange.js';
import type { ComparedRanges, RunAddress } from '../../src/protocol/address.js';
import { mostTurned, openThenNow, readsAll, usuallyRead, type ThenNowView } from '../../src/contracts/thenNow.js';
import type { RunChange, RunRange, ThenNow, ThenNowTexts, TurnedRow } from '../../src/store/views.js';
import {
  fromTo,
  furtherText,
  noPhrases,
  phraseMeaning,
  rangeNotes,
  readNotes,
  rightShare,
  stepsText,
  termNotes,
  termRows,
  turningsText,
} from '../../src/words/thenNowText.js';
import '../shared/diff/solutionDiff.js';
import { entryBeside, focusEntry } from '../shared/entries.js';
import { factList, type Fact } from '../shared/factList.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { segments } from '../shared/segmentedControl.js';
import { icon, progressView, skeletonRows, stateView, troubleView } from '../shared/states.js';
import { doorOf, entriesOf, type Entry } from './entries.js';
import { lengthList, phraseList, termList, turnedList, type ListEvents } from './lists.js';
import { rangeFields } from './ranges.js';
import { Reading } from './reading.js';

const keptSchema = z.object({ order: z.enum(phraseOrders), most: z.number().int().min(1).max(readsAll) });
/** Rows of a list at first, and with each wish for more. */
const portion = 20;
/** Solutions of each range that can be read. */
const amounts = [250, usuallyRead, 4000, 16_000, readsAll];
/** A run that has nothing to compare yet is looked at again after so long, milliseconds. */
const emptyGap = 3000;

const orderLabels: Record<PhraseOrder, { label: string; title: string }> = {
  change: { label: 'changed most', title: 'By what is certain of the change: the end of its interval that is nearer to 0' },
  advantage: {
    label: 'grow with advantage',
    title: 'Phrases that solutions with more advantage have more often, by what is certain of that',
  },
};

type Ranges = readonly [RunRange, RunRange];
const rangesOf = ({ facts }: ThenNow): Ranges => [facts[0].range, facts[1].range];

/** The first steps of a run beside its last ones, or any two ranges of steps, or two runs: what changed. */
export class ThenNowPage extends Page<ThenNowView> {
  static override properties: PropertyDeclarations = {
    ...Page.properties,
    selected: { state: true },
    compared: { state: true },
    shown: { state: true },
    outdated: { state: true },
  };
  protected override readonly kind = 'then-now';
  protected override readonly keepsContent = true;
  protected override readonly actions: Actions = {
    next: { label: 'Next question, phrase or length', run: () => this.move(1) },
    previous: { label: 'Previous question, phrase or length', run: () => this.move(-1) },
    open: { label: 'Open the question, or the solutions with the phrase or of the length', run: () => this.openSelected() },
    diff: {
      label: 'Two texts of the question beside each other, or not',
      run: () => this.selected !== undefined && this.compare(this.selected),
    },
    search: { label: 'Change the ranges', run: () => this.querySelector<HTMLInputElement>('.ranges input')?.select() },
  };

  private order: PhraseOrder = 'change';
  private most = usuallyRead;
  private reading: Reading | undefined;
  private entries: Entry[] = [];
  /** Index of the entry that keys act on. */
  declare private selected: number | undefined;
  /** Index of the question whose texts stand beside each other. */
  declare private compared: number | undefined;
  /** Rows of each list. */
  declare private shown: { toRight: number; toWrong: number; phrases: number };
  /** The run has gone on since it was looked at. */
  declare private outdated: boolean;

  constructor() {
    super();
    this.shown = { toRight: portion, toWrong: portion, phrases: portion };
    this.outdated = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const kept = this.recall(keptSchema);
    this.order = kept?.order ?? this.order;
    this.most = kept?.most ?? this.most;
  }

  protected override load({ run, thenNow = {} }: RunAddress, options: RequestOptions): Promise<ThenNowView | null> {
    return host.request(openThenNow, { run, ...thenNow, limit: mostTurned }, options);
  }

  protected override arrived(): void {
    super.arrived();
    this.selected = this.compared = undefined;
    this.shown = { toRight: portion, toWrong: portion, phrases: portion };
  }

  protected override onChanged({ run }: RunChange): void {
    if (run !== this.address?.run && run !== this.view?.other?.id) return;
    if (this.view?.found === null) this.refreshSoon(emptyGap);
    // What stands here stays: the last steps are others by now.
    else if (this.address?.thenNow?.now === undefined) this.outdated = true;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const found = this.view?.found;
    if (changed.has('view')) {
      this.outdated = false;
      this.read();
    }
    this.entries = found ? entriesOf(this.listed(found), this.listedTexts(), this.order) : [];
  }

  /** Reads the solutions of the ranges. @param former what was read of them before, shown meanwhile */
  private read(former?: ThenNowTexts): void {
    this.reading?.stop();
    const found = this.view?.found;
    this.reading = found?.facts.every(({ groups }) => groups > 0)
      ? new Reading({ ranges: rangesOf(found), most: this.most }, () => this.requestUpdate(), former)
      : undefined;
  }

  /** The rows that are shown. */
  private listed(found: ThenNow): ThenNow {
    return { ...found, toRight: found.toRight.slice(0, this.shown.toRight), toWrong: found.toWrong.slice(0, this.shown.toWrong) };
  }

  private listedTexts(): ThenNowTexts | undefined {
    const texts = this.reading?.texts;
    if (texts === undefined) return undefined;
    const cut = (order: PhraseOrder) => ({ ...texts.phrases[order], rows: texts.phrases[order].rows.slice(0, this.shown.phrases) });
    return { ...texts, phrases: { change: cut('change'), advantage: cut('advantage') } };
  }

  protected override content(view: ThenNowView): TemplateResult {
    const { run, runName, found } = view;
    return html`
      ${progressView(this.reading?.done)}
      <header class="step">
        <div class="title">
          <h1>Then and now</h1>
          <button class="link run-name" title=${this.hint('Open the dashboard of this run', 'up')} @click=${() => this.go({ run })}>
            ${runName}
          </button>
        </div>
        ${found === null ? nothing : factList(facts(found, this.reading?.texts))}
      </header>
      ${found === null && this.chosen.other === undefined ? nothing : rangeFields(view, this.chosen, { change: (ranges) => this.change(ranges), hint: this.hint('Change the ranges', 'search') })}
      ${
        this.outdated
          ? html`<p class="quiet note" role="status">
              ${icon('info')}<span>The run has gone on. <button class="link" @click=${() => void this.refresh()}>Look again</button></span>
            </p>`
          : nothing
      }
      ${found === null ? this.nothingFound(view) : found.facts.some(({ groups }) => groups === 0) ? this.emptyRange(found) : this.comparison(found)}
    `;
  }

  private comparison(found: ThenNow): TemplateResult {
    const notes = rangeNotes(found);
    return html`
      ${notes.map((note) => html`<p class="quiet note">${icon('info')}<span>${note}</span></p>`)} ${this.questions(found)} ${this.texts()}
      <section aria-labelledby="terms">
        <h2 id="terms">What carries the advantages</h2>
        <p class="quiet">Share of Σ|Â| of each reward term, then → now.</p>
        ${termList(termRows(found))} ${termNotes(found).map((note) => html`<p class="quiet">${note}</p>`)}
      </section>
    `;
  }

  private questions(found: ThenNow): TemplateResult {
    const { toRight, toWrong } = this.listed(found);
    const counts = new Map(found.counts);
    const list = (name: string, key: 'toRight' | 'toWrong', rows: readonly TurnedRow[], first: number, all: number): TemplateResult =>
      rows.length === 0
        ? html``
        : html`
            <h3>${name}</h3>
            ${turnedList(name, rows, { first, selected: this.selected }, this.events, {
              compared: this.compared,
              texts: (row) => this.twoTexts(row),
              hint: this.hint('A solution of then and one of now beside each other', 'diff'),
            })}
            ${this.more(key, rows.length, found[key].length)}
            ${
              all > found[key].length && rows.length === found[key].length
                ? html`<p class="quiet">
                    The ${found[key].length.toLocaleString('en-US')} that turned most, of ${all.toLocaleString('en-US')}.
                  </p>`
                : nothing
            }
          `;
    return html`
      <section aria-labelledby="questions">
        <h2 id="questions">Questions</h2>
        <p class="quiet">${turningsText(found.counts)}. Right is where at least half of the solutions of the range are.</p>
        ${list('Wrong → right', 'toRight', toRight, 0, counts.get('wrong to right')!)}
        ${list('Right → wrong', 'toWrong', toWrong, toRight.length, counts.get('right to wrong')!)}
      </section>
    `;
  }

  private twoTexts({ texts: [then, now] }: TurnedRow): TemplateResult {
    return html`<section class="comparison" aria-label="A solution of then and one of now">
      <solution-diff
        .left=${then}
        .right=${now}
        @go=${(e: CustomEvent<{ address: RunAddress; aside: boolean }>) => this.go(e.detail.address, e.detail.aside)}
      ></solution-diff>
    </section>`;
  }

  private texts(): TemplateResult {
    const { reading } = this;
    const texts = this.listedTexts();
    return html`
      <section aria-labelledby="phrases">
        <h2 id="phrases">Phrases</h2>
        <div class="toolbar">
          ${segments<PhraseOrder>(
            'Order of phrases',
            phraseOrders.map((value) => ({ value, ...orderLabels[value] })),
            this.order,
            (order) => this.choose({ order }),
          )}
          <label class="range"
            ><span class="quiet">read</span>
            <select
              aria-label="Solutions of each range that are read"
              @change=${(e: Event) => this.choose({ most: Number((e.target as HTMLSelectElement).value) })}
            >
              ${amounts.map((n) => html`<option value=${n} ?selected=${n === this.most}>${n === readsAll ? 'all' : n.toLocaleString('en-US')}</option>`)}
            </select>
            <span class="quiet">solutions of each range</span></label
          >
          ${this.readingState()}
        </div>
        ${
          reading?.state === 'failed'
            ? troubleView(
                reading.fault,
                () => this.read(reading.texts),
                () => this.read(reading.texts),
              )
            : nothing
        }
        ${texts === undefined ? (reading?.state === 'reading' ? skeletonRows(4, [30, 20, 20, 20]) : nothing) : this.phrases(texts)}
      </section>
      ${texts === undefined ? nothing : this.lengths(texts)}
    `;
  }

  private phrases(texts: ThenNowTexts): TemplateResult {
    const { rows, others } = texts.phrases[this.order];
    const all = this.reading!.texts!.phrases[this.order].rows.length;
    const first = this.entries.findIndex(({ kind }) => kind === 'phrase');
    const unknown = texts.known.every((n) => n === 0);
    return html`
      ${
        rows.length > 0
          ? phraseList(rows, this.order, { first, selected: this.selected }, this.events)
          : html`<p class="quiet">${this.order === 'advantage' && unknown ? 'No advantage of these solutions is known.' : noPhrases}</p>`
      }
      ${this.more('phrases', rows.length, all)}
      <p class="quiet">${rows.length === all && others > 0 ? `${furtherText(others, this.order)}. ` : ''}${phraseMeaning}</p>
      <ul class="quiet read-notes">
        ${readNotes(texts).map((note) => html`<li>${note}</li>`)}
      </ul>
    `;
  }

  private lengths({ lengths: { summary, unknown, bands } }: ThenNowTexts): TemplateResult {
    const first = this.entries.findIndex(({ kind }) => kind === 'length');
    const pair = (of: (s: NonNullable<(typeof summary)[0]>) => number | null): string =>
      fromTo([summary[0] && of(summary[0]), summary[1] && of(summary[1])], significant);
    return html`
      <section aria-labelledby="lengths">
        <h2 id="lengths">Lengths</h2>
        ${
          bands.length === 0
            ? html`<p class="quiet">No length is known.</p>`
            : html`
                ${factList([
                  { label: 'mean', value: pair((s) => s.mean) },
                  { label: 'median', value: pair((s) => s.median) },
                  {
                    label: 'middle half',
                    value: `${quartiles(summary[0])} → ${quartiles(summary[1])}`,
                    title: 'From the first to the third quartile, then → now',
                  },
                  { label: 'right ones', value: pair((s) => s.right), title: 'Mean length of right solutions' },
                  { label: 'wrong ones', value: pair((s) => s.wrong), title: 'Mean length of wrong solutions' },
                ])}
                ${lengthList(bands, { first, selected: this.selected }, this.events)}
              `
        }
        ${
          bands.length > 0 && unknown[0] + unknown[1] > 0
            ? html`<p class="quiet">Of ${count(unknown[0] + unknown[1], 'solution')} the length is not known.</p>`
            : nothing
        }
      </section>
    `;
  }

  private readingState(): TemplateResult | typeof nothing {
    const { reading } = this;
    switch (reading?.state) {
      case 'reading':
        return html`<span class="quiet" role="status"
          >reading${reading.done === undefined ? '…' : ` ${percent(reading.done)}`}
          <button class="link" @click=${() => reading.stop()}>Stop</button></span
        >`;
      case 'stopped':
        return html`<span class="quiet" role="status"
          >${reading.texts === undefined ? 'stopped: nothing was read' : 'stopped: this is what was read before'}
          <button class="link" @click=${() => this.read(reading.texts)}>Go on</button></span
        >`;
      case 'read':
      case 'failed':
      case undefined:
        return nothing;
    }
  }

  private more(list: 'toRight' | 'toWrong' | 'phrases', shown: number, all: number): TemplateResult | typeof nothing {
    if (shown >= all) return nothing;
    return html`<p class="older">
      <button class="link" @click=${() => this.showMore(list)}>Show ${Math.min(portion, all - shown).toLocaleString('en-US')} more</button>
      <span class="quiet">${shown.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}</span>
    </p>`;
  }

  private nothingFound({ run, other }: ThenNowView): TemplateResult {
    return stateView({
      icon: 'history',
      title: 'Nothing to compare yet',
      detail:
        other === null
          ? 'It takes two steps with groups: a run’s first steps are set beside its last ones.'
          : `One of the two runs has no groups, or ${other.name} lies in another folder: runs of one folder can be compared.`,
      buttons: [
        ...(other === null ? [] : [{ label: 'Compare steps of this run', run: () => this.change({}) }]),
        { label: 'Open the dashboard', run: () => this.go({ run }), secondary: true },
      ],
    });
  }

  private emptyRange({ facts: all, extent }: ThenNow): TemplateResult {
    const side = all[0].groups === 0 ? 0 : 1;
    const { evaluationGroups, range } = all[side];
    const within = extent[side];
    return stateView({
      icon: 'search-stop',
      title: `No groups at ${stepsText(range)}`,
      detail: `${evaluationGroups > 0 ? 'Those that stand there are of evaluations, which were not trained on. ' : ''}${within ? `Its groups stand at ${stepsText(within)}.` : ''}`,
      buttons: [
        { label: 'Compare the usual ranges', run: () => this.change(this.chosen.other === undefined ? {} : { other: this.chosen.other }) },
      ],
    });
  }

  private get chosen(): ComparedRanges {
    return this.address?.thenNow ?? {};
  }

  private change(thenNow: ComparedRanges): void {
    if (this.address) this.go({ run: this.address.run, thenNow });
  }

  private choose({ order = this.order, most = this.most }: { order?: PhraseOrder; most?: number }): void {
    const isOther = most !== this.most;
    this.order = order;
    this.most = most;
    this.keep({ order, most });
    // Rows stand elsewhere now.
    this.selected = undefined;
    if (isOther) this.read(this.reading?.texts);
    this.requestUpdate();
  }

  private showMore(list: 'toRight' | 'toWrong' | 'phrases'): void {
    this.shown = { ...this.shown, [list]: this.shown[list] + portion };
    // Rows below stand elsewhere now.
    this.selected = this.compared = undefined;
  }

  private readonly events: ListEvents = {
    open: (index, aside) => this.openEntry(index, aside),
    select: (index) => (this.selected = index),
    compare: (index) => this.compare(index),
  };

  private compare(index: number): void {
    if (this.entries.at(index)?.kind !== 'question') return;
    this.selected = index;
    this.compared = this.compared === index ? undefined : index;
  }

  private move(by: 1 | -1): void {
    this.selected = entryBeside(this.selected, by, this.entries.length);
    if (this.selected !== undefined) focusEntry(this, this.selected);
  }

  private openSelected(): void {
    if (this.selected !== undefined) this.openEntry(this.selected, false);
  }

  private openEntry(index: number, aside: boolean): void {
    const entry = this.entries.at(index);
    const found = this.view?.found;
    if (entry && found) this.go(doorOf(entry, rangesOf(found)), aside);
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(6, [40, 20, 20, 20])} ${skeletonRows(6, [30, 20, 20, 30])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }
}

const quartiles = (of: LengthSummary | null): string => (of === null ? '–' : `${significant(of.low)} to ${significant(of.high)}`);

/** What went up or down, first of all. */
function facts({ facts: [then, now] }: ThenNow, texts: ThenNowTexts | undefined): Fact[] {
  const summary = texts?.lengths.summary;
  return [
    { label: 'right', value: fromTo([rightShare(then), rightShare(now)]), title: 'Share of the solutions that were judged, then → now' },
    { label: 'reward', value: fromTo([then.reward, now.reward], significant), title: 'Mean over the solutions' },
    ...(summary
      ? [
          {
            label: 'length',
            value: fromTo([summary[0]?.median ?? null, summary[1]?.median ?? null], significant),
            title: 'Median in tokens, of those that were read',
          },
        ]
      : []),
    { label: 'groups', value: fromTo([then.groups, now.groups], (n) => (n ?? 0).toLocaleString('en-US')) },
  ];
}
