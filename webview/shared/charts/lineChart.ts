import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { alike, significant } from '../format.js';
import { Chart } from './chart.js';
import { ChartElement } from './chartElement.js';
import { chartColors } from './colors.js';
import { datasets, options, usesLog, xText, type Range, type XUnit } from './config.js';
import { describe, nearest, type Line } from './line.js';

/** The pointer or an arrow key is at x; undefined when it left. */
export type CursorEvent = CustomEvent<{ x: number | undefined }>;
/** A range of x was chosen; undefined shows all. */
export type RangeEvent = CustomEvent<{ range: Range | undefined }>;
/** A point was chosen, of the line with that index. */
export type PointEvent = CustomEvent<{ step: number; line: number }>;

/** Pixels the pointer moves before a press is a drag. */
const dragThreshold = 6;

/**
 * `<line-chart>`: a heading, a legend that reads the values under the crosshair (or the newest ones), and the curves.
 * Drag chooses a range of x, Ctrl+wheel zooms, Shift+drag moves, a click chooses a point;
 * arrow keys move the crosshair, Escape shows all again.
 */
export class LineChart extends ChartElement<'line', { x: number; y: number }[]> {
  static override properties = { heading: {}, lines: {}, xUnit: {}, log: {}, stacked: {}, range: {}, cursor: {} };
  heading = '';
  lines: Line[] = [];
  xUnit: XUnit = 'step';
  log = false;
  stacked = false;
  range: Range | undefined;
  cursor: number | undefined;

  private words = '';
  /** How the legend writes its values: alike in all of them, wherever the crosshair stands. */
  private text = significant;
  private pressedAt = 0;

  protected override render(): TemplateResult {
    return html`
      <figure>
        <figcaption>
          <h3>${this.heading}</h3>
          <div class="legend">${this.lines.map((line) => this.entry(line))}</div>
        </figcaption>
        <div class="plot">
          <canvas
            tabindex="0"
            role="img"
            aria-label=${this.words}
            @pointermove=${(e: PointerEvent) => this.point(this.snapped(this.xAt(e)))}
            @pointerleave=${() => this.point(undefined)}
            @pointerdown=${(e: PointerEvent) => (this.pressedAt = e.offsetX)}
            @click=${(e: MouseEvent) => this.clicked(e)}
            @keydown=${(e: KeyboardEvent) => this.key(e)}
          ></canvas>
          <span class="crosshair" aria-hidden="true" hidden><span></span></span>
        </div>
      </figure>
    `;
  }

  private entry(line: Line): TemplateResult {
    const { points, band } = line;
    const at = this.cursor === undefined ? points.length - 1 : nearest(points, this.cursor);
    const spread = band && at >= 0 ? html` <span class="quiet">${spreadText(points[at].y, band[at], this.text)}</span>` : nothing;
    return html`<span class="entry" title=${line.meaning}>
      <i class="swatch ${line.color} ${line.dashed ? 'dashed' : ''}" aria-hidden="true"></i>
      <span class="label">${line.label}</span> <b>${at < 0 ? '–' : this.text(points[at].y)}</b>${spread}
    </span>`;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('lines')) return;
    this.words = describe(this.heading, this.lines);
    this.text = alike(this.lines.flatMap(({ points }) => points.map((p) => p.y)));
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.size > 1 || !changed.has('cursor')) this.draw();
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
    const x = this.cursor;
    line.hidden = x === undefined || x < scale.min || x > scale.max;
    if (x === undefined || line.hidden) return;
    line.style.left = `${Math.round(scale.getPixelForValue(x))}px`;
    const text = xText(x, this.xUnit);
    const places = { step: `step ${text}`, tokens: `${text} tokens`, time: text, samples: `K = ${text}` };
    line.firstElementChild!.textContent = places[this.xUnit];
  }

  private chooseRange({ min, max }: Range): void {
    // The chart's own redraw reports the range that it was given: only news are told.
    if (this.range?.min !== min || this.range.max !== max) this.tell('chart-range', { range: { min, max } });
  }

  private xAt(e: MouseEvent): number | undefined {
    const scale = this.chart?.scales.x;
    return scale?.getValueForPixel(e.offsetX);
  }

  /** The crosshair stands on values, not between them. */
  private snapped(x: number | undefined): number | undefined {
    const { lead } = this;
    return x === undefined ? undefined : lead[nearest(lead, x)]?.x;
  }

  private point(x: number | undefined): void {
    if (x === this.cursor) return;
    this.tell('chart-cursor', { x });
  }

  /** The end of a drag is no choice of a point. */
  private clicked(e: MouseEvent): void {
    if (Math.abs(e.offsetX - this.pressedAt) < dragThreshold) this.choose(e);
  }

  /** The step under the pointer, and of the lines through it the nearest. */
  private choose(e: MouseEvent): void {
    const { lead, chart } = this;
    const x = this.xAt(e);
    const at = x === undefined ? -1 : nearest(lead, x);
    if (at < 0 || !chart) return;
    const away = ({ overlay, points }: Line): number => {
      const point = overlay ? undefined : points.at(nearest(points, lead[at].x));
      return point?.x === lead[at].x ? Math.abs(chart.scales.y.getPixelForValue(point.y) - e.offsetY) : Infinity;
    };
    const line = this.lines.reduce((best, l) => (away(l) < away(best) ? l : best));
    this.tell('chart-point', { step: lead[at].step, line: this.lines.indexOf(line) });
  }

  /** The points that keys and clicks find: those of the line that has most. */
  private get lead(): Line['points'] {
    return this.lines
      .filter((l) => !l.overlay)
      .reduce<Line['points']>((most, { points }) => (points.length > most.length ? points : most), []);
  }

  private key(e: KeyboardEvent): void {
    const { lead } = this;
    const here = this.cursor === undefined ? lead.length - 1 : nearest(lead, this.cursor);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: lead.length - 1 }[e.key];
    if (to !== undefined && to >= 0 && to < lead.length) this.point(lead[to].x);
    else if (e.key === 'Escape') this.tell('chart-range', { range: undefined });
    else return;
    e.preventDefault();
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

customElements.define('line-chart', LineChart);
