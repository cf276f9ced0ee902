import { html, nothing, type TemplateResult } from 'lit';
import type { SolutionDetail } from '../../src/store/views.js';
import { renderLimit } from '../shared/richText.js';
import './rawText.js';

/** The text rendered, or raw with the answer marked and hidden characters visible. */
export function plainText(s: SolutionDetail, view: 'rendered' | 'raw', showRaw: () => void): TemplateResult {
  if (s.text === '') return html`<p class="quiet">The model ended at once: the text is empty.</p>`;
  return view === 'raw' ? html`<raw-text .text=${s.text} .answer=${s.grade?.span ?? null}></raw-text>` : rendered(s, showRaw);
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
