import { LitElement, html, nothing, svg, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { elapsed } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import type { Telemetry, TelemetrySeries, Timeline } from '../../src/store/views.js';
import { blockPaths, placeOf, rectangle, rowHeight, seriesPaths, seriesRange, seriesScale, width } from './shapes.js';
import { itemAt, itemBeside, sameItem, stepMarks, tracksOf, type Item, type Stall, type Track, type Work } from './tracks.js';
import { isWhole, panned, ticks, zoomed, type Window } from './window.js';
import { telemetryValue, valueAt } from './words.js';

/** Pixels of a row. */
const rowPixels = 22;
/** Pixels from which on there is room for words, for hatching, for a mark of an axis. */
const roomForWords = 64;
const roomForHatching = 5;
const roomForTick = 40;
const mostTicks = 8;
const mostHatched = 200;
/** Pixels by which a thin block may be missed. */
const tolerance = 4;
/** Pixels from which on a press that moves is a drag. */
const dragFrom = 4;

/**
 * `<time-tracks>`: a track for each lane and each measured value, on one axis of time. Fires `look` (another window), `point` (what the
 * pointer is at), `choose` (a span or a stall) and `open` (its step).
 */
export class TimeTracks extends LitElement {
  static override properties: PropertyDeclarations = {
    timeline: {},
    telemetry: {},
    shown: {},
    whole: {},
    colors: {},
    chosen: {},
    at: { state: true },
  };
  declare timeline: Timeline | null;
  declare telemetry: Telemetry;
  /** The window that is drawn: what is here of it may be that of another one, until its own has come. */
  declare shown: Window;
  declare whole: Window;
  /** A class for each name. */
  declare colors: readonly string[];
  declare chosen: Item | undefined;
  /** Time under the pointer. */
  private at: number | undefined;
  private tracks: Track[] = [];
  /** Width of a plot. */
  private pixels = 0;
  private readonly resized = new ResizeObserver(() => this.requestUpdate());
  private drag: { x: number; window: Window; moved: boolean } | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    this.pixels = this.querySelector('.plot')?.clientWidth ?? this.clientWidth;
    if (changed.has('timeline')) this.tracks = this.timeline ? tracksOf(this.timeline) : [];
  }

  protected override render(): TemplateResult {
    const { shown, telemetry, timeline } = this;
    const start = this.whole.from;
    const { pixels } = this;
    const marks = timeline ? stepMarks(timeline.blocks, shown.from, shown.to) : [];
    return html`
      <div
        class=${this.at === undefined ? 'tracks' : 'tracks pointed'}
        style="--at: ${this.at === undefined ? 0 : placeOf(this.at, shown)}"
        role="application"
        aria-roledescription="timeline"
        aria-label="Lanes over time. Left and right go from span to span, up and down from lane to lane, plus and minus zoom, Shift with left and right moves the window, Enter opens the step."
        tabindex="0"
        @keydown=${(e: KeyboardEvent) => this.key(e)}
        @wheel=${(e: WheelEvent) => this.wheel(e)}
        @pointerleave=${() => this.point()}
      >
        <div class="track axis" aria-hidden="true">
          <span class="label"></span>
          <div class="plot">
            ${ticks(shown, start, Math.min(mostTicks, Math.floor(pixels / roomForTick)))
              .filter((t) => (1 - placeOf(t.time, shown)) * pixels >= roomForTick)
              .map((t) => html`<span class="tick" style="left: ${100 * placeOf(t.time, shown)}%">${t.text}</span>`)}
          </div>
        </div>
        ${marks.length > 0 ? this.stepAxis(marks, pixels) : nothing}
        ${repeat(
          this.tracks,
          (t) => t.name,
          (t) => this.lane(t, marks.length <= 60 ? marks : []),
        )}
        ${telemetry.series.map((s) => this.series(s))}
      </div>
    `;
  }

  /** How long an item is on the screen, in pixels. */
  private long({ start, end }: Item): number {
    const { from, to } = this.shown;
    return ((Math.min(end, to) - Math.max(start, from)) / Math.max(1, to - from)) * this.pixels;
  }

  private stepAxis(marks: readonly { step: number; time: number }[], pixels: number): TemplateResult {
    const x = (time: number): number => placeOf(time, this.shown) * pixels;
    const named: { step: number; time: number }[] = [];
    for (const mark of marks) if (named.length === 0 || x(mark.time) - x(named[named.length - 1].time) >= roomForTick) named.push(mark);
    return html`<div class="track axis" aria-hidden="true">
      <span class="label quiet">step</span>
      <div class="plot">
        ${named.map(({ step, time }) => html`<span class="tick" style="left: ${100 * placeOf(time, this.shown)}%">${step}</span>`)}
      </div>
    </div>`;
  }

  private lane(track: Track, marks: readonly { time: number }[]): TemplateResult {
    const { shown, colors } = this;
    const high = track.rows * rowHeight;
    const visible = track.items.filter((i) => i.end >= shown.from && i.start <= shown.to);
    const stalls = visible
      .filter((i): i is Stall => i.kind === 'stall' && this.long(i) >= roomForHatching)
      .sort((a, b) => this.long(b) - this.long(a))
      .slice(0, mostHatched);
    const named = visible.filter((i): i is Work => i.kind === 'work' && i.count === 1 && this.long(i) >= roomForWords);
    const { chosen } = this;
    return html`
      <div class="track" aria-hidden="true">
        <span class="label" title=${track.name}>${reveal(track.name)}</span>
        <div
          class="plot"
          data-lane=${track.lane}
          style="height: ${track.rows * rowPixels}px"
          @pointermove=${(e: PointerEvent) => this.move(e, track)}
          @pointerdown=${(e: PointerEvent) => this.press(e)}
          @pointerup=${() => (this.drag = this.drag?.moved ? this.drag : undefined)}
          @click=${(e: MouseEvent) => this.release(e, track)}
        >
          ${stalls.map((s) => this.words(s, `stall ${chosen && sameItem(chosen, s) ? 'chosen' : ''}`, this.long(s) >= roomForWords ? elapsed(s.end - s.start) : ''))}
          <svg viewBox="0 0 ${width} ${high}" preserveAspectRatio="none">
            ${marks.map(({ time }) => svg`<path class="mark" d="M${placeOf(time, shown) * width} 0V${high}" />`)}
            ${blockPaths(track, shown, colors.length).map((d, k) => (d === '' ? nothing : svg`<path class="block ${colors[k]}" d=${d} />`))}
            ${chosen?.kind === 'work' && chosen.lane === track.lane ? svg`<path class="chosen" d=${rectangle(chosen, shown)} />` : nothing}
          </svg>
          ${named.map((w) => this.words(w, 'named', reveal(this.timeline!.names[w.name]), w.row))}
        </div>
      </div>
    `;
  }

  private words(item: Item, kind: string, text: string, row?: number): TemplateResult {
    const { shown } = this;
    const left = Math.max(0, placeOf(item.start, shown));
    const right = Math.min(1, placeOf(item.end, shown));
    const place = row === undefined ? '' : `top: ${row * rowPixels}px;`;
    return html`<span class="over ${kind}" style="left: ${100 * left}%; width: ${100 * (right - left)}%; ${place}">${text}</span>`;
  }

  private series(series: TelemetrySeries): TemplateResult {
    const { line, band } = seriesPaths(series, this.shown);
    const { low, high } = seriesRange(series);
    const scale = seriesScale(series);
    const value = (v: number): string => telemetryValue(series.name, v);
    const at = this.at === undefined ? undefined : valueAt(series, this.at);
    const here = at && (at[0] === at[1] ? value(at[0]) : `${value(at[0])} to ${value(at[1])}`);
    return html`
      <div class="track telemetry">
        <span class="label" title="${series.device}: ${series.name}">
          <span>${reveal(series.name)}</span> <span class="quiet">${here ?? reveal(series.device)}</span>
        </span>
        <div
          class="plot"
          @pointermove=${(e: PointerEvent) => this.move(e)}
          @pointerdown=${(e: PointerEvent) => this.press(e)}
          @click=${() => (this.drag = undefined)}
        >
          <svg
            viewBox="0 0 ${width} 1"
            preserveAspectRatio="none"
            role="img"
            aria-label="${series.device} ${series.name}: ${value(low)} to ${value(high)}"
          >
            <path class="band" d=${band}></path>
            <path class="line" d=${line}></path>
          </svg>
          <span class="bound">${value(scale.high)}</span><span class="bound lowest">${value(scale.low)}</span>
        </div>
      </div>
    `;
  }

  /** Where in a plot an event is: its time and row. */
  private placeIn(e: MouseEvent): { time: number; row: number; perPixel: number } {
    const box = (e.currentTarget as Element).getBoundingClientRect();
    const { from, to } = this.shown;
    const perPixel = (to - from) / Math.max(1, box.width);
    return { time: from + (e.clientX - box.left) * perPixel, row: Math.floor((e.clientY - box.top) / rowPixels), perPixel };
  }

  private itemUnder(e: MouseEvent, track: Track): Item | undefined {
    const { time, row, perPixel } = this.placeIn(e);
    return itemAt(track, time, Math.min(row, track.rows - 1), tolerance * perPixel);
  }

  private move(e: PointerEvent, track?: Track): void {
    const { drag } = this;
    if (drag && e.buttons !== 0) {
      const { perPixel } = this.placeIn(e);
      const by = drag.x - e.clientX;
      drag.moved ||= Math.abs(by) >= dragFrom;
      if (drag.moved && !isWhole(drag.window, this.whole))
        this.look(panned(drag.window, (by * perPixel) / (drag.window.to - drag.window.from), this.whole));
      return;
    }
    this.point(this.placeIn(e).time, track && this.itemUnder(e, track));
  }

  private press(e: PointerEvent): void {
    if (e.button !== 0) return;
    this.drag = { x: e.clientX, window: this.shown, moved: false };
  }

  private release(e: MouseEvent, track: Track): void {
    const dragged = this.drag?.moved ?? false;
    this.drag = undefined;
    const item = dragged ? undefined : this.itemUnder(e, track);
    if (!item) return;
    this.fire('choose', item);
    if (item.kind === 'work') this.fire('open', { step: item.step, aside: e.ctrlKey || e.metaKey });
  }

  private point(time?: number, item?: Item): void {
    this.at = time;
    this.fire('point', item);
  }

  /** The wheel alone scrolls the page; with Ctrl it zooms, with Shift (or sideways) it moves the window. */
  private wheel(e: WheelEvent): void {
    const plot = (e.target as Element).closest('.plot');
    if (!plot) return;
    const box = plot.getBoundingClientRect();
    const sideways = e.shiftKey ? e.deltaY + e.deltaX : e.deltaX;
    if (e.ctrlKey || e.metaKey) {
      e.preventDefault();
      const at = this.shown.from + ((e.clientX - box.left) / box.width) * (this.shown.to - this.shown.from);
      this.look(zoomed(this.shown, Math.exp(Math.max(-1, Math.min(1, e.deltaY / 200))), at, this.whole));
    } else if (Math.abs(sideways) > Math.abs(e.shiftKey ? 0 : e.deltaY) && !isWhole(this.shown, this.whole)) {
      e.preventDefault();
      this.look(panned(this.shown, sideways / box.width, this.whole));
    }
  }

  private key(e: KeyboardEvent): void {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    const keys: Record<string, () => void> = {
      ArrowLeft: () => (e.shiftKey ? this.look(panned(this.shown, -0.25, this.whole)) : this.beside(-1)),
      ArrowRight: () => (e.shiftKey ? this.look(panned(this.shown, 0.25, this.whole)) : this.beside(1)),
      ArrowUp: () => this.otherLane(-1),
      ArrowDown: () => this.otherLane(1),
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      '0': () => this.look(this.whole),
      Enter: () => {
        if (this.chosen?.kind === 'work') this.fire('open', { step: this.chosen.step, aside: false });
      },
    };
    if (!Object.hasOwn(keys, e.key)) return;
    e.preventDefault();
    e.stopPropagation();
    keys[e.key]();
  }

  /** Zooms about what is chosen, or the middle. @param factor below 1 comes nearer */
  zoom(factor: number): void {
    const { from, to } = this.shown;
    const { chosen } = this;
    const middle =
      chosen && chosen.end >= from && chosen.start <= to ? (Math.max(chosen.start, from) + Math.min(chosen.end, to)) / 2 : (from + to) / 2;
    this.look(zoomed(this.shown, factor, middle, this.whole));
  }

  /** Goes to the next span or stall of the lane (that is long enough to be seen), or the one before; at first to the first one that is shown. */
  beside(by: 1 | -1): void {
    const { chosen } = this;
    const track = this.tracks.find((t) => t.lane === chosen?.lane) ?? this.tracks.at(0);
    if (!track) return;
    const seen = (i: Item): boolean =>
      i.kind === 'work' || ((i.end - i.start) / (this.shown.to - this.shown.from)) * this.pixels >= roomForHatching;
    let next = chosen ? itemBeside(track, chosen, by) : track.items.find((i) => i.end >= this.shown.from && seen(i));
    while (next && !seen(next)) next = itemBeside(track, next, by);
    if (next) this.choose(next);
    else if (!isWhole(this.shown, this.whole)) this.look(panned(this.shown, by * 0.5, this.whole));
  }

  private otherLane(by: 1 | -1): void {
    const at = this.tracks.findIndex((t) => t.lane === this.chosen?.lane);
    const track = this.tracks.at(at < 0 ? 0 : Math.min(this.tracks.length - 1, Math.max(0, at + by)));
    if (!track) return;
    const time = this.chosen ? (this.chosen.start + this.chosen.end) / 2 : this.shown.from;
    const rows = Array.from({ length: track.rows }, (_, row) => itemAt(track, time, row, Infinity));
    const away = (i: Item): number => Math.max(0, i.start - time, time - i.end);
    const nearest = rows.filter((i) => i !== undefined).sort((a, b) => away(a) - away(b))[0] as Item | undefined;
    if (nearest) this.choose(nearest);
  }

  /** What is chosen is seen, too. */
  private choose(item: Item): void {
    this.fire('choose', item);
    const { from, to } = this.shown;
    if (item.end > from && item.start < to) return;
    const middle = (item.start + item.end) / 2;
    this.look(panned(this.shown, (middle - (from + to) / 2) / (to - from), this.whole));
  }

  private look(window: Window): void {
    this.fire('look', window);
  }

  private fire(name: 'look' | 'point' | 'choose' | 'open', detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define('time-tracks', TimeTracks);
