import { LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { findNote } from '../shared/findNote.js';
import { reveal } from '../../src/core/reveal.js';
import { tokenAt, type Token } from '../shared/tokens.js';

/** The token under the pointer or the cursor; -1 when there is none. */
export type TokenEvent = CustomEvent<{ index: number; how: 'hover' | 'choose' }>;

/**
 * `<token-text>`: a solution as tokens, coloured by a heat map. Thousands of tokens are thousands of spans and one set of listeners;
 * a change of heat or of the marked tokens touches classes only.
 * Fires `token` when a token is hovered or chosen (click, arrow keys).
 */
export class TokenText extends LitElement {
  static override properties = {
    text: {},
    tokens: {},
    answer: {},
    heat: {},
    mask: {},
    hue: {},
    hovered: { type: Number },
    chosen: { type: Number },
  };
  declare text: string;
  declare tokens: Token[];
  /** [start, end) of the graded answer in the text. */
  declare answer: readonly [number, number] | null;
  /** −levels … levels per token, or null for no colours. */
  declare heat: Int8Array | null;
  /** 1 for tokens that were learned from, 0 for the others; null where all were, or nobody said. */
  declare mask: ArrayLike<number> | null;
  /** Name of the colour scale, a class on this element. */
  declare hue: string;
  /** Index of the token that is pointed at (here or in the chart), and of the one that was clicked or walked to; −1: none. */
  declare hovered: number;
  declare chosen: number;

  private spans: HTMLElement[] = [];
  /** Tokens shown so far; a longer solution grows on demand. */
  private shown = 0;

  constructor() {
    super();
    Object.assign(this, { text: '', tokens: [], answer: null, heat: null, mask: null, hue: '', hovered: -1, chosen: -1 });
    this.addEventListener('pointerover', (e) => this.tell(indexUnder(e.target), 'hover'));
    this.addEventListener('pointerleave', () => this.tell(-1, 'hover'));
    this.addEventListener('click', (e) => this.tell(indexUnder(e.target), 'choose'));
    this.addEventListener('keydown', (e) => this.walk(e));
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute('role', 'group');
    this.dir = 'auto';
  }

  protected override updated(changed: PropertyValues<this>): void {
    const rebuilt = changed.has('text') || changed.has('tokens') || changed.has('answer');
    if (rebuilt) this.build();
    if (rebuilt || changed.has('heat') || changed.has('mask')) this.colour(0);
    if (changed.has('hue')) this.className = this.hue;
    if (rebuilt || changed.has('hovered')) this.markOne('hovered', changed.get('hovered'));
    if (rebuilt || changed.has('chosen')) this.markOne('chosen', changed.get('chosen'));
    this.setAttribute('aria-label', `Solution as ${this.tokens.length} tokens; left and right arrow keys move from token to token`);
  }

  /** Brings the token that holds an offset of the text into view. */
  reveal(offset: number): void {
    this.jumpTo(tokenAt(this.tokens, offset));
  }

  /** Chooses a token and brings it into view. */
  jumpTo(index: number): void {
    if (index < 0) return;
    this.growTo(index + 1);
    this.tell(index, 'choose');
    this.spans[index].scrollIntoView({ block: 'center' });
  }

  private build(): void {
    this.spans = [];
    this.shown = 0;
    this.replaceChildren();
    this.growTo(tokensAtOnce);
  }

  private growTo(count: number): void {
    const from = this.shown;
    this.shown = Math.min(this.tokens.length, Math.max(from, count));
    const nodes = document.createDocumentFragment();
    for (const token of this.tokens.slice(from, this.shown)) {
      const span = document.createElement('span');
      span.dataset.i = String(token.index);
      fill(span, this.text, token, this.answer);
      this.spans.push(span);
      nodes.append(span);
    }
    for (const old of this.querySelectorAll('.more')) old.remove();
    this.append(nodes);
    const left = this.tokens.length - this.shown;
    if (left > 0) this.append(this.moreButton(left), findNote());
    else this.appendRest();
    this.colour(from);
  }

  /** Text behind the last token, which a trace should not leave but may. */
  private appendRest(): void {
    const end = this.tokens.at(-1)?.end ?? 0;
    if (end >= this.text.length) return;
    const rest = document.createElement('span');
    rest.className = 'rest';
    rest.title = 'The trace has no tokens for this part';
    rest.textContent = reveal(this.text.slice(end, end + 20_000));
    this.append(rest);
  }

  private moreButton(left: number): HTMLButtonElement {
    const button = document.createElement('button');
    button.className = 'more link';
    button.textContent = `Show ${Math.min(left, tokensAtOnce).toLocaleString('en')} more of ${left.toLocaleString('en')} tokens`;
    button.addEventListener('click', (e) => {
      e.stopPropagation();
      this.growTo(this.shown + tokensAtOnce);
    });
    return button;
  }

  private colour(from: number): void {
    for (let i = from; i < this.spans.length; i++) {
      const level = this.heat?.[i] ?? 0;
      this.spans[i].className = level > 0 ? `t up h${level}` : level < 0 ? `t down h${-level}` : 't';
      this.spans[i].classList.toggle('unlearned', this.mask?.[i] === 0);
    }
    for (const which of ['hovered', 'chosen'] as const) this.markOne(which, undefined);
  }

  private markOne(which: 'hovered' | 'chosen', before: number | undefined): void {
    if (before !== undefined && before >= 0) this.spans.at(before)?.classList.remove(which);
    if (this[which] >= 0) this.spans.at(this[which])?.classList.add(which);
  }

  private walk(e: KeyboardEvent): void {
    const last = this.tokens.length - 1;
    const to = { ArrowRight: this.chosen + 1, ArrowLeft: this.chosen - 1, Home: 0, End: last }[e.key];
    if (to === undefined || e.altKey || e.ctrlKey || e.metaKey || last < 0) return;
    e.preventDefault();
    const index = Math.min(last, Math.max(0, to));
    this.growTo(index + 1);
    this.tell(index, 'choose');
    this.spans[index].scrollIntoView({ block: 'nearest' });
  }

  private tell(index: number, how: 'hover' | 'choose'): void {
    if (index < 0 && how === 'choose') return;
    this.dispatchEvent(new CustomEvent('token', { detail: { index, how } }));
  }
}

const tokensAtOnce = 8192;

function indexUnder(target: EventTarget | null): number {
  const span = target instanceof Element ? target.closest<HTMLElement>('[data-i]') : null;
  return span ? Number(span.dataset.i) : -1;
}

/** A token's text: line breaks with a sign before them, and the part that is the answer in a `<mark>`. */
function fill(span: HTMLElement, text: string, { start, end }: Token, answer: readonly [number, number] | null): void {
  if (start === end) {
    span.append(sign('empty'));
    return;
  }
  const from = answer ? Math.min(end, Math.max(start, answer[0])) : end;
  const to = answer ? Math.min(end, Math.max(from, answer[1])) : end;
  appendText(span, text.slice(start, from));
  if (answer && from < to) {
    const mark = document.createElement('mark');
    mark.classList.toggle('first', from === answer[0]);
    mark.classList.toggle('last', to === answer[1]);
    appendText(mark, text.slice(from, to));
    span.append(mark);
  }
  appendText(span, text.slice(to, end));
}

function appendText(parent: HTMLElement, text: string): void {
  if (text === '') return;
  text.split('\n').forEach((line, i) => {
    if (i > 0) parent.append(sign('newline'), '\n');
    if (line !== '') parent.append(reveal(line));
  });
}

/** Drawn by the style sheet, so that copied text stays the model's. */
function sign(kind: 'empty' | 'newline'): HTMLElement {
  const element = document.createElement('i');
  element.className = kind;
  element.ariaHidden = 'true';
  return element;
}

customElements.define('token-text', TokenText);
