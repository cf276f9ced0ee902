import { LitElement, html, svg } from 'lit';
import type { ChartLabels } from './chartLabels.js';
import { chartShape } from './chartPaths.js';
import type { Heat } from './heat.js';

/**
 * `<token-chart>`: the heat map's numbers as columns, one per token, in the text's order.
 * Fires `token` like `<token-text>`, so that each shows what the other points at.
 */
export class TokenChart extends LitElement {
  static override properties = { heat: {}, answer: {}, current: { type: Number }, labels: {} };
  declare heat: Heat;
  /** [first, last] token of the graded answer. */
  declare answer: readonly [number, number] | null;
  declare current: number;
  declare labels: ChartLabels;

  constructor() {
    super();
    Object.assign(this, { answer: null, current: -1 });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render() {
    const { values, neutral, low, high } = this.heat;
    const shape = chartShape(values, neutral, low, high);
    const n = values.length;
    const { answer } = this;
    return html`
      <div class="axis" aria-hidden="true"><span>${this.labels.high}</span><span>${this.labels.low}</span></div>
      <svg
        viewBox="0 0 ${n} 1"
        preserveAspectRatio="none"
        role="img"
        aria-label=${this.labels.summary}
        @pointermove=${(e: PointerEvent) => this.tell(e, 'hover')}
        @pointerleave=${() => this.dispatchEvent(new CustomEvent('token', { detail: { index: -1, how: 'hover' } }))}
        @click=${(e: PointerEvent) => this.tell(e, 'choose')}
      >
        ${answer ? svg`<rect class="answer" x=${answer[0]} y="0" width=${answer[1] - answer[0] + 1} height="1"></rect>` : null}
        ${this.current >= 0 ? svg`<rect class="current" x=${this.current} y="0" width="1" height="1"></rect>` : null}
        <path class="up" d=${shape.up}></path>
        <path class="down" d=${shape.down}></path>
        <line class="zero" x1="0" x2=${n} y1=${shape.zero} y2=${shape.zero}></line>
      </svg>
    `;
  }

  private tell(e: PointerEvent, how: 'hover' | 'choose'): void {
    const box = (e.currentTarget as Element).getBoundingClientRect();
    const index = Math.floor(((e.clientX - box.left) / box.width) * this.heat.values.length);
    this.dispatchEvent(new CustomEvent('token', { detail: { index: Math.min(this.heat.values.length - 1, Math.max(0, index)), how } }));
  }
}

customElements.define('token-chart', TokenChart);
