import { LitElement, html, nothing, svg, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { ShareOfSteps } from '../../src/store/views.js';
import { barPaths } from './shapes.js';

export type BarScale = 'share' | 'seconds';

/** `<share-bars>`: what each step's time went into, stacked. Fires `point` and `open` with the index of a bar. */
export class ShareBars extends LitElement {
  static override properties: PropertyDeclarations = { steps: {}, colors: {}, scale: {}, pointed: { type: Number }, text: {} };
  declare steps: readonly ShareOfSteps[];
  declare colors: readonly string[];
  declare scale: BarScale;
  /** The bar that is pointed at; −1 for none. */
  declare pointed: number;
  /** What is said of the bar that is pointed at. */
  declare text: string;

  constructor() {
    super();
    Object.assign(this, { pointed: -1, text: '' });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { steps, colors, scale, pointed } = this;
    const n = steps.length;
    return html`
      <div
        class="bars"
        role="slider"
        tabindex="0"
        aria-label="Shares of each step"
        aria-valuemin=${steps[0].from}
        aria-valuemax=${steps[n - 1].to}
        aria-valuenow=${steps[Math.max(0, pointed)].from}
        aria-valuetext=${this.text}
        @keydown=${(e: KeyboardEvent) => this.key(e)}
        @pointermove=${(e: PointerEvent) => this.point(this.indexOf(e))}
        @pointerleave=${() => this.point(-1)}
        @click=${(e: MouseEvent) => this.fire('open', this.indexOf(e))}
      >
        <svg viewBox="0 0 ${n} 1" preserveAspectRatio="none" aria-hidden="true">
          ${pointed >= 0 ? svg`<rect class="pointed" x=${pointed} y="0" width="1" height="1" />` : nothing}
          ${barPaths(steps, colors.length, scale).map((d, k) => (d === '' ? nothing : svg`<path class="bar ${colors[k]}" d=${d} />`))}
        </svg>
      </div>
    `;
  }

  private indexOf(e: MouseEvent): number {
    const box = (e.currentTarget as Element).getBoundingClientRect();
    return Math.max(0, Math.min(this.steps.length - 1, Math.floor(((e.clientX - box.left) / box.width) * this.steps.length)));
  }

  private key(e: KeyboardEvent): void {
    const last = this.steps.length - 1;
    const to = { ArrowLeft: this.pointed - 1, ArrowRight: this.pointed + 1, Home: 0, End: last }[e.key];
    if (to !== undefined) this.point(Math.max(0, Math.min(last, to)));
    else if (e.key === 'Enter' && this.pointed >= 0) this.fire('open', this.pointed);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }

  private point(index: number): void {
    if (index !== this.pointed) this.fire('point', index);
  }

  private fire(name: 'point' | 'open', detail: number): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define('share-bars', ShareBars);
