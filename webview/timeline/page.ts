import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { z } from 'zod';
import { addressPath, type RunAddress } from '../../src/protocol/address.js';
import { openTimeline, timelineWindow, type TimelineView } from '../../src/contracts/timeline.js';
import { largest } from '../../src/core/extremes.js';
import { count, duration, percent } from '../../src/core/format.js';
import type { TimeShares } from '../../src/store/views.js';
import { factList, type Fact } from '../shared/factList.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { segments } from '../shared/segmentedControl.js';
import { icon, skeletonRows, stateView } from '../shared/states.js';
import { phaseColors } from './phaseColors.js';
import './shareBars.js';
import type { BarScale } from './shareBars.js';
import { laneTable, phaseTable } from './shareTables.js';
import './timeTracks.js';
import type { TimeTracks } from './timeTracks.js';
import { tracksOf, type Item } from './tracks.js';
import { isWhole, type Window } from './window.js';
import { itemText, notes, phaseName, stepsText, waitingName } from './words.js';

const uiSchema = z.object({ scale: z.enum(['share', 'seconds']) });
/** While the window moves, one question at a time is enough. */
const settles = 120;

/** Who worked when, who waited for whom, and what the time of each step went into. */
export class TimelinePage extends Page<TimelineView> {
  static override properties: PropertyDeclarations = {
    ...Page.properties,
    zoom: { state: true },
    chosen: { state: true },
    pointed: { state: true },
    bar: { state: true },
    scale: { state: true },
  };
  protected override readonly kind = 'timeline';
  protected override readonly actions: Actions = {
    next: { label: 'Next span', run: () => this.tracks?.beside(1) },
    previous: { label: 'Previous span', run: () => this.tracks?.beside(-1) },
    nextStep: { label: 'Look at the next step', run: () => this.moveStep(1) },
    previousStep: { label: 'Look at the previous step', run: () => this.moveStep(-1) },
    open: { label: 'Open the groups of the step', run: () => this.openChosen() },
  };

  /** Of which address the zoom, and what is chosen, are. */
  private at = '';
  /** The window that is looked at; undefined: the one of the address. */
  private zoom: Window | undefined;
  private chosen: Item | undefined;
  private pointed: Item | undefined;
  /** The bar that is pointed at. */
  private bar = -1;
  private scale: BarScale = 'share';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    this.scale = this.recall(uiSchema)?.scale ?? 'share';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
    this.asking.abort();
  }

  private get tracks(): TimeTracks | null {
    return this.querySelector<TimeTracks>('time-tracks');
  }

  /** Columns that a drawing has: one each pixel. */
  private get room(): number {
    return Math.max(200, Math.min(4000, Math.round(this.clientWidth || innerWidth)));
  }

  protected override load(address: RunAddress, options: RequestOptions): Promise<TimelineView | null> {
    const at = addressPath(address);
    if (at !== this.at) {
      this.at = at;
      this.zoom = this.chosen = this.pointed = undefined;
      this.bar = -1;
    }
    const { run, step } = address;
    const window = this.zoom ?? (step === undefined ? {} : { step });
    return host.request(openTimeline, { run, room: this.room, bars: Math.min(this.room, 1000), ...window }, options);
  }

  protected override content(view: TimelineView): TemplateResult {
    const { timeline, telemetry, shares } = view;
    const placed = timeline && timeline.spans > 0 ? timeline : null;
    const whole = wholeOf(view);
    const hidden = placed ? tracksOf(placed).reduce((n, t) => n + t.hidden, 0) : 0;
    const names = (shares?.names ?? []).map((name) => phaseName(name, shares!.source));
    return html`
      ${this.header(view)}
      ${notes(timeline, shares, telemetry, hidden).map((note) => html`<p class="quiet note">${icon('info')}<span>${note}</span></p>`)}
      ${!shares ? this.nothingKnown(view) : nothing} ${whole ? this.lanes(view, whole) : nothing}
      ${shares ? this.shares(shares, names) : nothing}
    `;
  }

  private header(view: TimelineView): TemplateResult {
    const { run, runName, shares } = view;
    const step = this.address?.step;
    return html`
      <header class="step">
        <div class="title">
          ${
            step === undefined
              ? html`<h1>Timeline</h1>`
              : html`<div class="stepper">
                  <button
                    class="icon"
                    title=${this.hint('Previous step', 'previousStep')}
                    aria-label="Previous step"
                    @click=${() => this.moveStep(-1)}
                  >
                    ${icon('chevron-left')}
                  </button>
                  <h1>Timeline, step ${step}</h1>
                  <button class="icon" title=${this.hint('Next step', 'nextStep')} aria-label="Next step" @click=${() => this.moveStep(1)}>
                    ${icon('chevron-right')}
                  </button>
                </div>`
          }
          <button class="link run-name" title=${this.hint('Open the dashboard of this run', 'up')} @click=${() => this.go({ run })}>
            ${runName}
          </button>
        </div>
        ${shares ? factList(facts({ ...view, shares })) : nothing}
      </header>
    `;
  }

  private lanes(view: TimelineView, whole: Window): TemplateResult {
    const { timeline, telemetry } = view;
    const shown = this.zoom ?? (timeline && timeline.spans > 0 ? { from: timeline.from, to: timeline.to } : whole);
    const item = this.pointed ?? this.chosen;
    const placed = timeline && timeline.spans > 0 ? timeline : null;
    const text = item && placed ? itemText(item, placed) : placed ? 'Point at a span or a gap, or press an arrow key here.' : '';
    const press = (label: string, symbol: string, run: () => void, disabled: boolean): TemplateResult => html`
      <button class="icon" title=${label} aria-label=${label} ?disabled=${disabled} @click=${run}>${icon(symbol)}</button>
    `;
    return html`
      <section aria-labelledby="lanes-title">
        <div class="head">
          <h2 id="lanes-title">${placed ? 'Who worked when' : 'Measured on the way'}</h2>
          <span class="zoom">
            ${press('Zoom in (+)', 'zoom-in', () => this.tracks?.zoom(0.5), false)}
            ${press('Zoom out (−)', 'zoom-out', () => this.tracks?.zoom(2), isWhole(shown, whole))}
            ${press('Whole run (0)', 'screen-full', () => this.look(whole), isWhole(shown, whole))}
          </span>
        </div>
        <p class="readout" role="status">${text}</p>
        <time-tracks
          .timeline=${placed}
          .telemetry=${telemetry}
          .shown=${shown}
          .whole=${whole}
          .colors=${phaseColors(placed?.names ?? [])}
          .chosen=${this.chosen}
          @look=${(e: CustomEvent<Window>) => this.look(e.detail)}
          @point=${(e: CustomEvent<Item | undefined>) => (this.pointed = e.detail)}
          @choose=${(e: CustomEvent<Item>) => (this.chosen = e.detail)}
          @open=${({ detail }: CustomEvent<{ step: number; aside: boolean }>) => this.openStep(detail.step, detail.aside)}
        ></time-tracks>
      </section>
    `;
  }

  private shares(shares: TimeShares, names: readonly string[]): TemplateResult {
    const colors = phaseColors(shares.names);
    const { steps, stride } = shares;
    const pointed = steps.at(this.bar);
    const text = this.bar >= 0 && pointed ? stepsText(pointed, names, waitingName(shares)) : '';
    return html`
      <section aria-labelledby="shares-title">
        <div class="head">
          <h2 id="shares-title">What each step’s time went into</h2>
          ${segments(
            'Height of the bars',
            [
              { value: 'share', label: 'share' },
              { value: 'seconds', label: 'seconds' },
            ],
            this.scale,
            (scale) => {
              this.scale = scale;
              this.keep({ scale });
            },
          )}
        </div>
        <p class="readout" role="status">
          ${
            text ||
            `${count(steps.length, 'bar')}, ${stride === 1 ? 'one a step' : `each of up to ${count(stride, 'step')}`}: steps ${steps[0].from} to ${steps[steps.length - 1].to}`
          }
        </p>
        <share-bars
          .steps=${steps}
          .colors=${colors}
          .scale=${this.scale}
          .pointed=${this.bar}
          .text=${text}
          @point=${(e: CustomEvent<number>) => (this.bar = e.detail)}
          @open=${(e: CustomEvent<number>) => this.openStep(steps[e.detail].from)}
        ></share-bars>
        <div class="beside">${phaseTable(shares, names, colors)} ${laneTable(shares, names)}</div>
      </section>
    `;
  }

  private nothingKnown({ run, isLive, timeline }: TimelineView): TemplateResult {
    return stateView({
      icon: 'watch',
      title: timeline
        ? 'None of its spans can be placed'
        : isLive
          ? 'Nothing is known of its time yet'
          : 'Nothing tells where the time went',
      detail: timeline
        ? 'Each needs a start and an end in ISO 8601, the end not before the start.'
        : 'A trainer that writes span events (name, lane, step, start, end) is drawn here as lanes over time; one that writes the metrics seconds/sample, seconds/train, … and seconds/step as shares of each step. Telemetry events add lines of memory, power or load.',
      buttons: [{ label: 'Open the dashboard', run: () => this.go({ run }), secondary: true }],
    });
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [20, 80])} ${skeletonRows(4, [10, 90])} ${skeletonRows(3, [100])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }

  /** Draws what is here of another window, and asks for the rest when it rests. */
  private look(window: Window): void {
    const { view } = this;
    const whole = view && wholeOf(view);
    if (!whole) return;
    this.zoom = isWhole(window, whole) && this.address?.step === undefined ? undefined : window;
    clearTimeout(this.timer);
    this.timer = globalThis.setTimeout(() => void this.fetchWindow(window), settles);
  }

  private async fetchWindow(window: Window): Promise<void> {
    if (!this.address) return;
    const { run } = this.address;
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    const answer = await this.attempt(() => host.request(timelineWindow, { run, room: this.room, ...window }, { signal }), signal);
    if (answer && this.view && !signal.aborted) this.view = { ...this.view, ...answer };
  }

  private openStep(step: number, aside = false): void {
    if (!this.address || !this.view) return;
    const { run } = this.address;
    this.go(this.view.hasGroups ? { run, step } : { run, timeline: true, step }, aside);
  }

  private openChosen(): void {
    const step = this.chosen?.kind === 'work' ? this.chosen.step : this.address?.step;
    if (step !== undefined) this.openStep(step);
  }

  private moveStep(by: 1 | -1): void {
    const steps = this.view?.shares?.steps;
    if (!steps || !this.address) return;
    const [first, last] = [steps[0].from, steps[steps.length - 1].to];
    const now = this.address.step ?? (this.chosen?.kind === 'work' ? this.chosen.step - by : by === 1 ? first - 1 : last + 1);
    const step = Math.max(first, Math.min(last, now + by));
    if (step !== this.address.step) this.go({ run: this.address.run, timeline: true, step });
  }
}

/** From the first to the last of what is known of a run. */
function wholeOf({ timeline, telemetry: { first, last } }: TimelineView): Window | undefined {
  if (timeline && timeline.spans > 0) return { from: timeline.first, to: Math.max(timeline.first + 1, timeline.last) };
  return first === null || last === null ? undefined : { from: first, to: Math.max(first + 1, last) };
}

function facts({ timeline, shares }: TimelineView & { shares: TimeShares }): Fact[] {
  const { busy, waiting } = shares.total;
  const all = busy.reduce((a, b) => a + b, waiting);
  const most = busy.indexOf(largest(busy));
  const spans = timeline?.spans ?? 0;
  const lanes = shares.lanes.length + shares.moreLanes;
  const seconds = timeline && spans > 0 ? (timeline.last - timeline.first) / 1000 : all;
  const name = most < 0 ? '' : phaseName(shares.names[most], shares.source);
  return [
    ...(spans > 0 ? [{ label: 'spans', value: spans.toLocaleString('en-US') }] : []),
    ...(lanes > 1 ? [{ label: 'lanes', value: lanes.toLocaleString('en-US') }] : []),
    { label: 'time', value: duration(seconds), title: spans > 0 ? 'From the first span to the last' : 'Of all steps together' },
    ...(most >= 0 && all > 0 ? [{ label: name, value: percent(busy[most] / all), title: 'What most time went into' }] : []),
    {
      label: waitingName(shares),
      value: percent(all === 0 ? null : waiting / all),
      title: 'Time of which nothing tells what went on in a lane',
    },
  ];
}
