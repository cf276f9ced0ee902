import type { ChartType, DefaultDataPoint } from 'chart.js';
import { LitElement } from 'lit';
import type { Chart } from './chart.js';
import { onThemeChange } from './colors.js';

/** An element around one chart: drawn anew in the colours of another theme, and gone with its element. */
export abstract class ChartElement<T extends ChartType, Data = DefaultDataPoint<T>> extends LitElement {
  protected chart: Chart<T, Data> | undefined;
  private stopListening: (() => void) | undefined;

  /** Draws the chart for the first time, or what has changed of it. */
  protected abstract draw(): void;

  /** In the page's own tree: its style sheet reaches here. */
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
}
