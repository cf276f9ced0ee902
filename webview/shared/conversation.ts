/** A text as the conversation that its turns say it is. Pages that use it also import `conversation.css`. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { count, elapsed, significant } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import { conversationOf, turnTitle, type ConversationPart } from '../../src/protocol/conversation.js';
import type { Turn } from '../../src/protocol/turns.js';
import './rawText.js';
import './runPicture.js';
import { renderLimit } from './richText.js';
import { icon } from './states.js';
import type { Token } from './tokens.js';

/** Turns laid out at once. */
const atOnce = 200;

/** `12 tokens` where it is known which tokens make up the turn, else `48 characters`. */
export function turnLength({ start, end }: Turn, tokens: readonly Token[] | null): string {
  return tokens ? count(tokens.filter((t) => t.start >= start && t.start < end).length, 'token') : count(end - start, 'character');
}

/** `<conversation-view .run .text .turns .tokens>`: reasoning folded, a call with its result, a failed one marked. */
class ConversationView extends LitElement {
  static override properties = { run: {}, text: {}, turns: {}, tokens: {}, shown: { state: true } };
  declare run: string;
  declare text: string;
  declare turns: readonly Turn[];
  /** Null where it is not known which tokens make up which part of the text. */
  declare tokens: readonly Token[] | null;
  declare private shown: number;
  /** Characters that may still be typeset; what comes later is shown as it is. */
  private left = 0;

  constructor() {
    super();
    Object.assign(this, { run: '', text: '', turns: [], tokens: null, shown: atOnce });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    this.left = renderLimit;
    const parts = conversationOf(this.text, this.turns);
    const more = parts.length - this.shown;
    return html`
      <ol class="conversation">
        ${parts.slice(0, this.shown).map((part) => this.partView(part))}
      </ol>
      ${
        more > 0
          ? html`<button class="link" @click=${() => (this.shown += atOnce)}>
              Show ${Math.min(more, atOnce)} of ${more.toLocaleString('en-US')} more
            </button>`
          : nothing
      }
    `;
  }

  private partView(part: ConversationPart): TemplateResult {
    if (part.kind === 'outside')
      return html`<li class="outside quiet">
        <span>outside of the turns</span>
        <raw-text .text=${this.text.slice(part.start, part.end)}></raw-text>
      </li>`;
    const { turn, result } = part;
    return html`<li class=${`turn turn-${turn.role}`}>
      ${this.turnView(turn)}
      ${
        turn.kind !== 'tool_call'
          ? nothing
          : result
            ? html`<div class="turn-result">${this.turnView(result)}</div>`
            : html`<p class="quiet">no result of this call is recorded</p>`
      }
    </li>`;
  }

  private turnView(turn: Turn): TemplateResult {
    if (turn.kind === 'reasoning')
      return html`<details>
        <summary>${icon('chevron-right')} ${this.heading(turn)}</summary>
        ${this.body(turn)}
      </details>`;
    return html`${this.heading(turn)} ${this.body(turn)}`;
  }

  private heading(turn: Turn): TemplateResult {
    return html`<div class="turn-head">
      <h3>${reveal(turnTitle(turn))}</h3>
      ${turn.ok === false ? html`<span class="tag">${icon('error')} failed</span>` : nothing}
      <span class="quiet">${turnLength(turn, this.tokens)}</span>
      ${turn.seconds === undefined ? nothing : html`<span class="quiet">${elapsed(turn.seconds * 1000)}</span>`}
      ${turn.reward === undefined ? nothing : html`<span>reward <b>${significant(Number(turn.reward))}</b></span>`}
    </div>`;
  }

  private body(turn: Turn): TemplateResult {
    const text = this.text.slice(turn.start, turn.end);
    if (turn.kind === 'image' && turn.media !== undefined) return html`<run-picture .run=${this.run} .media=${turn.media}></run-picture>`;
    if (turn.kind === 'image')
      return html`<p class="quiet picture">${icon('file-media')} ${text === '' ? 'picture not recorded' : reveal(text)}</p>`;
    if (text === '') return html`<p class="quiet">empty</p>`;
    if (turn.kind === 'tool_call' || turn.kind === 'tool_result' || text.length > this.left)
      return html`<raw-text .text=${text}></raw-text>`;
    this.left -= text.length;
    return html`<rich-text .text=${text}></rich-text>`;
  }
}

/** A text as a conversation where it is known who spoke, else typeset as one. */
export const spokenText = (run: string, text: string, turns: readonly Turn[] | null): TemplateResult =>
  turns && turns.length > 0
    ? html`<conversation-view .run=${run} .text=${text} .turns=${turns}></conversation-view>`
    : html`<rich-text .text=${text}></rich-text>`;

customElements.define('conversation-view', ConversationView);
