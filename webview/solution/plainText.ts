import { html, nothing, type TemplateResult } from 'lit';
import type { SolutionDetail } from '../../src/store/views.js';
import { renderLimit } from '../shared/richText.js';
import '../shared/conversation.js';
import '../shared/rawText.js';
import type { Token } from '../shared/tokens.js';

/**
 * The text rendered (as a conversation, where it is known who spoke), or raw with the answer marked and hidden characters visible.
 * @param tokens of the text, where it is known which part of it each stands for
 */
export function plainText(
  s: SolutionDetail,
  view: 'rendered' | 'raw',
  showRaw: () => void,
  tokens: readonly Token[] | null = null,
): TemplateResult {
  if (s.text === '') return html`<p class="quiet">The model ended at once: the text is empty.</p>`;
  return view === 'raw'
    ? html`<raw-text .text=${s.text} .answer=${s.grade?.span ?? null}></raw-text>`
    : s.turns && s.turns.length > 0
      ? html`<conversation-view class="rendered" .run=${s.run} .text=${s.text} .turns=${s.turns} .tokens=${tokens}></conversation-view>`
      : rendered(s, showRaw);
}

function rendered(s: SolutionDetail, showRaw: () => void): TemplateResult {
  const left = s.text.length - renderLimit;
  return html`
    <rich-text class="rendered" .text=${s.text}></rich-text>
    ${
      left > 0
        ? html`<p class="cut quiet">
            ${left.toLocaleString('en-US')} more characters are not typeset, and Ctrl+F does not find in them.
            <button class="link" @click=${showRaw}>Show raw</button>
          </p>`
        : nothing
    }
  `;
}
