import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { breakable } from '../breakable.js';
import { alike, significant } from '../../../src/core/format.js';
import { Chart } from './chart.js';
import { ChartElement } from './chartElement.js';
import { chartColors } from './colors.js';
import { options, usesLog, xText, type Range, type XUnit } from './chartConfig.js';
import { datasets } from './datasets.js';
import { dashes, describe, heightAt, leadOf, nearest, readAt, type Line, type Mark, type Point } from './line.js';

/** The pointer or an arrow key is at x, where the chart has this step; both undefined when it left. */
export type CursorEvent = CustomEvent<{ x: number | undefined; step: number | undefined }>;
/** A range of x was chosen; undefined shows all. */
export type RangeEvent = CustomEvent<{ range: Range | undefined }>;
/** A point was chosen, of the line with that index; `find`: to find what it counts, with Alt. */
export type PointEvent = CustomEvent<{ step: number; line: number; find: boolean }>;

/** Pixels the pointer moves before a press is a drag. */
const dragThreshold = 6;

/**
 * `<line-chart>`: a heading, a legend that reads the values under the crosshair (or the newest ones), and the curves.
 * Crosshair, its label, legend, keys and click speak of the same point: the one of the chart's own that is nearest.
 * Drag chooses a range of x, Ctrl+wheel zooms, Shift+drag moves, a click chooses a point;
 * arrow keys move the crosshair (← →) and go from curve to curve (↑ ↓), Escape shows all again.
 */
export class LineChart extends ChartElement<'line', { x: number; y: number }[]> {
  static override properties = {
    heading: {},
    lines: {},
    notes: {},
    marks: {},
    xUnit: {},
    log: {},
    stacked: {},
    range: {},
    yRange: {},
    cursor: {},
    pointed: { state: true },
  };
  heading = '';
  lines: Line[] = [];
  /** What is to be said of the curves: which steps were left out, what is missing. */
  notes: readonly string[] = [];
  /** Ascending in x. */
  marks: readonly Mark[] = [];
  xUnit: XUnit = 'step';
  log = false;
  stacked = false;
  range: Range | undefined;
  /** Of the vertical axis; what the lines need when undefined. */
  yRange: Range | undefined;
  cursor: number | undefined;

  /** Index of the curve that the keys point at; undefined: none of them. */
  pointed: number | undefined;

  private words = '';
  /** How the legend writes its values: alike in all of them, wherever the crosshair stands. */
  private text = significant;
  private pressedAt = 0;
  private lead: readonly Point[] = [];

  protected override render(): TemplateResult {
    const { at, lines, notes } = this;
    return html`
      <figure>
        <figcaption>
          <h3>${breakable(this.heading)}</h3>
          <div class="legend">${lines.map((line, i) => this.entry(line, at, lines.length > 1, i === this.pointed))}</div>
          <span class="visually-hidden" role="status">${this.pointed === undefined ? '' : lines.at(this.pointed)?.label}</span>
          ${notes.length === 0 ? nothing : html`<p class="notes quiet">${notes.join('; ')}</p>`}
        </figcaption>
        <div class="plot">
          <canvas
            tabindex="0"
            role="img"
            aria-label=${this.words}
            @pointermove=${(e: PointerEvent) => this.point(this.pointAt(e))}
            @pointerleave=${() => this.point(undefined)}
            @pointerdown=${(e: PointerEvent) => (this.pressedAt = e.offsetX)}
            @click=${(e: MouseEvent) => this.clicked(e)}
            @keydown=${(e: KeyboardEvent) => this.key(e)}
            @blur=${() => (this.pointed = undefined)}
          ></canvas>
          ${this.marks.map((mark) => html`<span class="mark" aria-hidden="true" hidden><span>${mark.label}</span></span>`)}
          <span class="crosshair" aria-hidden="true" hidden><span></span></span>
        </div>
      </figure>
    `;
  }

  /** A curve that is alone needs no name beside the heading. */
  private entry(line: Line, at: Point | undefined, named: boolean, pointed: boolean): TemplateResult {
    const { points, band } = line;
    const i = at ? readAt(line, at) : points.length - 1;
    const around = i < 0 ? undefined : band?.[i];
    const spread = around ? html` <span class="quiet">${spreadText(points[i].y, around, this.text)}</span>` : nothing;
    const elsewhere = at && i >= 0 && !line.overlay && points[i].step !== at.step;
    return html`<span class="entry ${pointed ? 'pointed' : ''}" title=${line.meaning}>
      ${named ? html`${swatch(line)} <span class="label">${line.label}</span>` : nothing}
      <b>${i < 0 ? '–' : this.text(points[i].y)}</b>${spread} ${elsewhere ? html`<span class="quiet">at ${points[i].step}</span>` : nothing}
    </span>`;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('lines') || changed.has('notes') || changed.has('marks')) {
      const marks = this.marks.map(({ label, step }) => `${label} since step ${step}`);
      this.words = describe(this.heading, this.lines, [...this.notes, ...marks]);
    }
    if (!changed.has('lines')) return;
    if (this.pointed !== undefined && this.pointed >= this.own) this.pointed = undefined;
    this.lead = leadOf(this.lines);
    this.text = alike(this.lines.flatMap(({ points }) => points.map((p) => p.y)));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if ([...changed.keys()].some((name) => name !== 'cursor' && name !== 'pointed')) this.draw();
    this.placeMarks();
    this.placeCrosshair();
  }

  protected override draw(): void {
    const canvas = this.querySelector('canvas');
    if (!canvas) return;
    const colors = chartColors();
    const drawn = options(this.lines, this, colors);
    drawn.plugins = {
      ...drawn.plugins,
      zoom: {
        pan: { enabled: true, mode: 'x', modifierKey: 'shift', onPanComplete: ({ chart }) => this.chooseRange(chart.scales.x) },
        zoom: {
          mode: 'x',
          wheel: { enabled: true, modifierKey: 'ctrl' },
          drag: { enabled: true, threshold: dragThreshold, backgroundColor: colors.selection },
          onZoomComplete: ({ chart }) => this.chooseRange(chart.scales.x),
        },
      },
    };
    const data = { datasets: datasets(this.lines, colors, usesLog(this.lines, this)) };
    if (this.chart) {
      this.chart.options = drawn;
      this.chart.data = data;
      this.chart.update('none');
    } else this.chart = new Chart(canvas, { type: 'line', data, options: drawn });
  }

  /** An element over the canvas: moving it draws no chart anew. */
  private placeCrosshair(): void {
    const line = this.querySelector<HTMLElement>('.crosshair');
    const scale = this.chart?.scales.x;
    if (!line || !scale) return;
    const { at } = this;
    line.hidden = at === undefined || at.x < scale.min || at.x > scale.max;
    if (!at || line.hidden) return;
    const left = Math.round(scale.getPixelForValue(at.x));
    line.style.left = `${left}px`;
    const label = line.querySelector('span')!;
    // At the left end it stands to the right of the line, at the right end to the left, between them in between.
    label.style.translate = `${-100 * Math.min(1, Math.max(0, left / (this.chart?.width ?? 1)))}%`;
    label.textContent = placeText(at, this.xUnit);
  }

  /** Elements over the canvas, as the crosshair is: a label is as long as there is room up to the next one. */
  private placeMarks(): void {
    const scale = this.chart?.scales.x;
    if (!scale) return;
    const lines = [...this.querySelectorAll<HTMLElement>('.mark')];
    const lefts = this.marks.map(({ x }) => Math.round(scale.getPixelForValue(x)));
    for (const [i, line] of lines.entries()) {
      const { x } = this.marks[i];
      line.hidden = x < scale.min || x > scale.max;
      if (line.hidden) continue;
      const [before, here, after] = [lefts[i - 1] ?? scale.left, lefts[i], lefts[i + 1] ?? scale.right];
      line.style.left = `${here}px`;
      // To the right where there is more room, else to the left of the line, up to the middle between it and the one before.
      const toLeft = i === 0 && here - before > after - here;
      line.classList.toggle('to-left', toLeft);
      line.querySelector('span')!.style.maxWidth = `${Math.max(0, (toLeft ? here - before : after - here) - 6)}px`;
    }
    this.classList.toggle('pointed', this.at !== undefined);
  }

  private chooseRange({ min, max }: Range): void {
    // The chart's own redraw reports the range that it was given: only news are told.
    if (this.range?.min !== min || this.range.max !== max) this.tell('chart-range', { range: { min, max } });
  }

  /** Where the crosshair stands: on a point, not between two. */
  private get at(): Point | undefined {
    return this.cursor === undefined ? undefined : this.lead[nearest(this.lead, this.cursor)];
  }

  private pointAt(e: MouseEvent): Point | undefined {
    const x = this.chart?.scales.x.getValueForPixel(e.offsetX);
    return x === undefined ? undefined : this.lead[nearest(this.lead, x)];
  }

  private point(to: Point | undefined): void {
    if (to?.x === this.cursor) return;
    this.tell('chart-cursor', { x: to?.x, step: to?.step });
  }

  /** The end of a drag is no choice of a point. */
  private clicked(e: MouseEvent): void {
    // What the label says; a click knows whole pixels only, and would find the neighbour.
    const at = this.at ?? this.pointAt(e);
    if (at && Math.abs(e.offsetX - this.pressedAt) < dragThreshold)
      this.tell('chart-point', { step: at.step, line: this.lineAt(at, e.offsetY), find: e.altKey });
  }

  /** Of the lines that have this point, the one nearest to a height. */
  private lineAt(at: Point, offsetY: number): number {
    const away = (line: Line): number => {
      const i = line.overlay ? -1 : nearest(line.points, at.x);
      if (i < 0 || line.points[i].x !== at.x) return Infinity;
      return Math.abs((this.chart?.scales.y.getPixelForValue(heightAt(line, i)) ?? 0) - offsetY);
    };
    return this.lines.indexOf(this.lines.reduce((best, l) => (away(l) < away(best) ? l : best)));
  }

  private key(e: KeyboardEvent): void {
    const { lead } = this;
    const here = this.cursor === undefined ? lead.length - 1 : nearest(lead, this.cursor);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: lead.length - 1 }[e.key];
    if (to !== undefined && to >= 0 && to < lead.length) this.point(lead[to]);
    else if ((e.key === 'ArrowUp' || e.key === 'ArrowDown') && this.own > 1) this.pointed = this.curveBeside(e.key === 'ArrowUp' ? -1 : 1);
    else if (e.key === 'Escape') this.tell('chart-range', { range: undefined });
    else return;
    e.preventDefault();
  }

  /** How many of the curves can be chosen; those of other runs come after them. */
  private get own(): number {
    return this.lines.filter((line) => !line.overlay).length;
  }

  private curveBeside(by: 1 | -1): number {
    return this.pointed === undefined ? (by === 1 ? 0 : this.own - 1) : (this.pointed + by + this.own) % this.own;
  }

  private tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

/** `± 0.310` of a band that is as far above as below (but for rounding), else from where to where. */
function spreadText(y: number, { low, high }: { low: number; high: number }, text: typeof significant): string {
  const [below, above] = [y - low, high - y];
  return Math.abs(above - below) <= 1e-9 * Math.max(1, Math.abs(y)) ? `± ${text(above)}` : `${text(low)}–${text(high)}`;
}

/** Colour and pattern of a curve. */
const swatch = ({ color, dash }: Line): TemplateResult => html`
  <svg class="swatch ${color}" width="18" height="8" aria-hidden="true">
    <line x1="0" x2="18" y1="4" y2="4" stroke-dasharray=${dashes[dash].join(' ') || 'none'}></line>
  </svg>
`;

/** `step 1,212`, `1.20M tokens, step 1,212`: whatever the axis counts, the step is what a click opens. */
function placeText({ x, step }: Point, unit: XUnit): string {
  const text = xText(x, unit);
  const at = `step ${step.toLocaleString('en-US')}`;
  return { step: at, tokens: `${text} tokens, ${at}`, time: `${text}, ${at}`, samples: `K = ${text}` }[unit];
}

customElements.define('line-chart', LineChart);
