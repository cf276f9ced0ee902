/**
 * `<filter-field>`: a filter as text, with completion, and what is wrong with it underlined where it stands. Fires `draft` with each
 * change and `commit` when the person is done with it.
 */
import { html, LitElement, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { complete, type Completion, type Vocabulary } from '../../src/query/complete.js';
import { parse, type Problem } from '../../src/query/parse.js';
import { icon } from '../shared/states.js';

/** What is wrong with a filter; undefined: it can be searched for. */
export function problemOf(text: string): Problem | undefined {
  return parse(text).problem;
}

const example = '"let me check" and advantage > 0';

type Offer = ReturnType<typeof complete>;

export class FilterField extends LitElement {
  static override properties: PropertyDeclarations = {
    value: {},
    vocabulary: { attribute: false },
    hint: {},
    offer: { state: true },
    active: { state: true },
  };
  declare value: string;
  declare vocabulary: Vocabulary;
  /** Tooltip. */
  declare hint: string;
  /** What can be chosen; undefined: nothing is offered. */
  declare private offer: Offer | undefined;
  /** The choice that keys have gone to; -1: none. */
  declare private active: number;

  constructor() {
    super();
    this.value = this.hint = '';
    this.vocabulary = {};
    this.active = -1;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override focus(): void {
    this.input?.focus();
    this.input?.select();
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector('input');
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.align();
    this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  /** What is underlined lies under the letters, however far they are scrolled. */
  private align(): void {
    const under = this.querySelector<HTMLElement>('.under');
    if (under && this.input) under.scrollLeft = this.input.scrollLeft;
  }

  protected override render(): TemplateResult {
    const problem = problemOf(this.value);
    const { offer } = this;
    return html`
      <div class="search field">
        ${icon('search')}
        <div class="under" aria-hidden="true">${problem === undefined ? nothing : underlined(this.value, problem)}</div>
        <input
          type="search"
          role="combobox"
          spellcheck="false"
          autocomplete="off"
          maxlength="10000"
          aria-label="Filter"
          aria-autocomplete="list"
          aria-expanded=${offer === undefined ? 'false' : 'true'}
          aria-controls="filter-offer"
          aria-activedescendant=${offer !== undefined && this.active >= 0 ? `offer-${this.active}` : ''}
          aria-invalid=${problem === undefined ? 'false' : 'true'}
          aria-describedby="filter-problem"
          placeholder=${example}
          title=${this.hint}
          .value=${this.value}
          @input=${() => this.typed()}
          @keydown=${(e: KeyboardEvent) => this.key(e)}
          @scroll=${() => this.align()}
          @blur=${() => this.leave()}
        />
        ${offer === undefined ? nothing : this.offerView(offer)}
      </div>
      <p class="problem" id="filter-problem" role="status">
        ${problem?.message}
        ${problem?.fix === undefined ? nothing : html`<button class="link" @click=${() => this.fix(problem)}>Write ${problem.fix}</button>`}
      </p>
    `;
  }

  private offerView({ items }: Offer): TemplateResult {
    return html`<ul class="offer" id="filter-offer" role="listbox" aria-label="Completions">
      ${items.map(
        ({ text, detail }, i) =>
          html`<li
            role="option"
            id="offer-${i}"
            aria-selected=${i === this.active ? 'true' : 'false'}
            @mousedown=${(e: MouseEvent) => {
              e.preventDefault(); // the field keeps the focus
              this.take(items[i]);
            }}
          >
            <code>${text}</code><span class="quiet">${detail}</span>
          </li>`,
      )}
    </ul>`;
  }

  private typed(): void {
    this.change(this.input!.value);
    this.suggest();
  }

  private change(value: string): void {
    this.value = value;
    this.dispatchEvent(new CustomEvent('draft', { detail: value }));
  }

  private suggest(): void {
    const { input, value } = this;
    if (!input) return;
    const offer = complete(value, input.selectionStart ?? value.length, this.vocabulary);
    const typed = value.slice(offer.start, offer.end);
    const isDone = offer.items.length === 1 && offer.items[0].text === typed;
    this.offer = offer.items.length === 0 || isDone ? undefined : offer;
    this.active = -1;
  }

  private key(e: KeyboardEvent): void {
    const { offer } = this;
    const by = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && offer !== undefined) this.active = Math.min(offer.items.length - 1, Math.max(0, this.active + by));
    else if (e.key === 'ArrowDown' || (e.key === ' ' && e.ctrlKey)) this.suggest();
    else if (offer !== undefined && e.key === 'Tab' && !e.shiftKey) this.take(offer.items[Math.max(0, this.active)]);
    else if (offer !== undefined && e.key === 'Enter' && this.active >= 0) this.take(offer.items[this.active]);
    else if (offer !== undefined && e.key === 'Escape') this.offer = undefined;
    else if (e.key === 'Enter') {
      this.offer = undefined;
      this.dispatchEvent(new CustomEvent('commit', { detail: { go: true } }));
    } else return;
    e.preventDefault();
  }

  private leave(): void {
    this.offer = undefined;
    this.dispatchEvent(new CustomEvent('commit', { detail: { go: false } }));
  }

  private take({ text }: Completion): void {
    const { start, end } = this.offer!;
    const rest = this.value.slice(end);
    const written = rest.startsWith(' ') ? text : `${text} `;
    this.change(this.value.slice(0, start) + written + rest);
    void this.caretAt(start + written.length);
  }

  private fix({ start, end, fix }: Problem): void {
    this.change(this.value.slice(0, start) + fix! + this.value.slice(end));
    void this.caretAt(start + fix!.length);
  }

  private async caretAt(place: number): Promise<void> {
    await this.updateComplete;
    this.input?.focus();
    this.input?.setSelectionRange(place, place);
    this.suggest();
  }
}

/** The same letters, unseen, with a line under those that are wrong; at the end of the text under a space that follows. */
function underlined(text: string, { start, end }: Problem): TemplateResult {
  const wrong = text.slice(start, Math.max(end, start + 1));
  return html`${text.slice(0, start)}<span class="wrong">${wrong === '' ? ' ' : wrong}</span>${text.slice(Math.max(end, start + 1))}`;
}

customElements.define('filter-field', FilterField);
