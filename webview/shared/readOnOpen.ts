import { html, LitElement, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { percent } from '../../src/core/format.js';
import { messageOf } from '../../src/core/messageOf.js';
import type { RequestOptions } from './page.js';

/** A part of a page that takes long to read: folded, and read when it is unfolded; for another subject, it is folded again. */
export abstract class ReadOnOpen<View> extends LitElement {
  static override properties: PropertyDeclarations = {
    view: { state: true },
    fault: { state: true },
    done: { state: true },
    open: { state: true },
  };
  /** Undefined: not read yet. */
  declare protected view: View | undefined;
  declare private fault: string | undefined;
  /** Share that is read. */
  declare private done: number | undefined;
  declare private open: boolean;
  private subject: string | undefined;
  private stop: AbortController | undefined;

  constructor() {
    super();
    this.open = false;
  }

  /** What it is about: when that changes, what was read is not of it any more. */
  protected abstract get about(): string;
  protected abstract readonly heading: string;
  protected abstract read(options: RequestOptions): Promise<View>;
  protected abstract content(view: View): TemplateResult;
  /** Beside the heading, once it is read. */
  protected abstract headline(view: View): string;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.subject === this.about) return;
    this.subject = this.about;
    this.forget();
  }

  private forget(): void {
    this.stop?.abort();
    this.view = this.fault = this.done = this.stop = undefined;
    this.open = false;
  }

  private async start(): Promise<void> {
    const stop = (this.stop = new AbortController());
    this.fault = this.done = undefined;
    try {
      const view = await this.read({
        signal: stop.signal,
        progress: (done, total) => {
          if (stop === this.stop && total > 0) this.done = done / total;
        },
      });
      if (stop === this.stop) this.view = view;
    } catch (error) {
      if (stop === this.stop) this.fault = messageOf(error);
    }
  }

  private toggled(open: boolean): void {
    this.open = open;
    if (open && this.view === undefined && this.stop === undefined) void this.start();
  }

  protected override render(): TemplateResult {
    const { view, fault, done } = this;
    return html`
      <details class="read-on-open" .open=${this.open} @toggle=${(e: Event) => this.toggled((e.target as HTMLDetailsElement).open)}>
        <summary><b>${this.heading}</b> ${view === undefined ? nothing : html`<span>${this.headline(view)}</span>`}</summary>
        ${
          fault !== undefined
            ? html`<p role="alert">${fault} <button class="link" @click=${() => void this.start()}>Try again</button></p>`
            : view === undefined
              ? html`<p class="quiet" role="status">Reading texts…${done === undefined ? '' : ` ${percent(done)}`}</p>`
              : this.content(view)
        }
      </details>
    `;
  }
}
