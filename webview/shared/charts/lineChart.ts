import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { significant } from '../format.js';
import { Chart } from './chart.js';
import { chartColors, onThemeChange } from './colors.js';
import { datasets, options, type Range, type XUnit } from './config.js';
import { describe, nearest, type Line } from './line.js';

/** The pointer or an arrow key is at x; undefined when it left. */
export type CursorEvent = CustomEvent<{ x: number | undefined }>;
/** A range of x was chosen; undefined shows all. */
export type RangeEvent = CustomEvent<{ range: Range | undefined }>;
/** A point was chosen. */
export type PointEvent = CustomEvent<{ step: number }>;

/**
 * `<line-chart>`: a heading, a legend that reads the values under the crosshair (or the newest ones), and the curves.
 * Drag chooses a range of x, Ctrl+wheel zooms, Shift+drag moves, a double click shows all again, a click chooses a point;
 * arrow keys move the crosshair and Enter chooses.
 */
export class LineChart extends LitElement {
  static override properties = { heading: {}, lines: {}, xUnit: {}, log: {}, stacked: {}, range: {}, cursor: {} };
  heading = '';
  lines: Line[] = [];
  xUnit: XUnit = 'step';
  log = false;
  stacked = false;
  range: Range | undefined;
  cursor: number | undefined;

  private chart: Chart<'line', { x: number; y: number }[]> | undefined;
  private stopListening: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.stopListening = onThemeChange(() => this.draw());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopListening?.();
    this.chart?.destroy();
    this.chart = undefined;
  }

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
            aria-label=${describe(this.heading, this.lines)}
            @pointermove=${(e: PointerEvent) => this.point(this.xAt(e))}
            @pointerleave=${() => this.point(undefined)}
            @click=${(e: MouseEvent) => this.choose(this.xAt(e))}
            @dblclick=${() => this.tell('chart-range', { range: undefined })}
            @keydown=${(e: KeyboardEvent) => this.key(e)}
          ></canvas>
        </div>
      </figure>
    `;
  }

  private entry(line: Line): TemplateResult {
    const { points, band } = line;
    const at = this.cursor === undefined ? points.length - 1 : nearest(points, this.cursor);
    const spread = band && at >= 0 ? html` <span class="quiet">± ${significant(band[at])}</span>` : nothing;
    return html`<span class="entry" title=${line.meaning}>
      <i class="swatch ${line.color} ${line.dashed ? 'dashed' : ''}" aria-hidden="true"></i>
      <span class="label">${line.label}</span> <b>${at < 0 ? '–' : significant(points[at].y)}</b>${spread}
    </span>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    // Moving the crosshair draws it anew and lays out nothing.
    if (changed.size === 1 && changed.has('cursor') && this.chart) this.drawCrosshair(this.chart);
    else this.draw();
  }

  private draw(): void {
    const canvas = this.querySelector('canvas');
    if (!canvas) return;
    const colors = chartColors();
    const drawn = options(this.lines, this, colors);
    drawn.plugins = {
      ...drawn.plugins,
      crosshair: { x: this.cursor, color: colors.crosshair },
      zoom: {
        pan: { enabled: true, mode: 'x', modifierKey: 'shift', onPanComplete: ({ chart }) => this.chooseRange(chart.scales.x) },
        zoom: {
          mode: 'x',
          wheel: { enabled: true, modifierKey: 'ctrl' },
          drag: { enabled: true, threshold: 6, backgroundColor: colors.selection },
          onZoomComplete: ({ chart }) => this.chooseRange(chart.scales.x),
        },
      },
    };
    const data = { datasets: datasets(this.lines, colors) };
    if (this.chart) {
      this.chart.options = drawn;
      this.chart.data = data;
      this.chart.update('none');
    } else this.chart = new Chart(canvas, { type: 'line', data, options: drawn });
  }

  private drawCrosshair(chart: Chart<'line', { x: number; y: number }[]>): void {
    const crosshair = chart.options.plugins?.crosshair;
    if (crosshair) crosshair.x = this.cursor;
    chart.draw();
  }

  private chooseRange({ min, max }: Range): void {
    // The chart's own redraw reports the range that it was given: only news are told.
    if (this.range?.min !== min || this.range.max !== max) this.tell('chart-range', { range: { min, max } });
  }

  private xAt(e: MouseEvent): number | undefined {
    const scale = this.chart?.scales.x;
    return scale?.getValueForPixel(e.offsetX);
  }

  private point(x: number | undefined): void {
    this.tell('chart-cursor', { x });
  }

  private choose(x: number | undefined): void {
    const lead = this.lead;
    const at = x === undefined ? -1 : nearest(lead, x);
    if (at >= 0) this.tell('chart-point', { step: lead[at].step });
  }

  /** The points that keys and clicks find: those of the first line that has any. */
  private get lead(): Line['points'] {
    return this.lines.find((l) => l.points.length > 0)?.points ?? [];
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

customElements.define('line-chart', LineChart);
