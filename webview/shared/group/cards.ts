import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import type { SolutionSummary } from '../../../src/store/views.js';
import { lengthText, signed, significant } from '../../../src/core/format.js';
import { reveal } from '../../../src/core/reveal.js';
import { advantageChip, answerText, verdictIcon } from '../verdict.js';
import { turnCountsText } from '../../../src/protocol/conversation.js';
import { icon } from '../states.js';
import { abridged } from '../../../src/core/questionPreview.js';

export interface CardEvents {
  select(index: number): void;
  open(index: number, aside: boolean): void;
}

/** One solution: sign and advantage (where the group has them), answer, reward terms, length, first lines. A button, so that Enter and Space open it. */
export function card(s: SolutionSummary, selected: boolean, hasAdvantages: boolean, events: CardEvents): TemplateResult {
  return html`
    <li>
      <button
        class=${classMap({ card: true, selected })}
        data-solution=${s.index}
        aria-label=${spoken(s, hasAdvantages)}
        aria-current=${selected ? 'true' : 'false'}
        @focus=${() => events.select(s.index)}
        @click=${(e: MouseEvent) => events.open(s.index, e.ctrlKey || e.metaKey)}
      >
        <span class="card-head">
          ${hasAdvantages ? advantageChip(s.advantage) : nothing}
          <span class="card-answer">
            ${verdictIcon(s.correct)} ${s.answer === null ? html`<span class="quiet">no answer</span>` : answerText(s.answer)}
          </span>
          <span class="card-place quiet">solution ${s.index + 1}</span>
        </span>
        <span class="card-facts">
          <span>reward <b>${significant(s.reward)}</b></span>
          ${Object.entries(s.rewards).map(([name, value]) => html`<span class="quiet">${name} ${significant(value)}</span>`)}
          <span class="quiet">${lengthText(s.tokens)}</span>
          ${s.turnCounts === null ? nothing : html`<span class="quiet">${turnCountsText(s.turnCounts)}</span>`}
          ${s.finish === 'length' ? html`<span class="tag">truncated</span>` : nothing}
          ${s.error === null ? nothing : html`<span class="tag" title=${reveal(s.error)}>${icon('warning')} error</span>`}
        </span>
        <span class="card-text">${s.preview === '' ? html`<i>empty text</i>` : reveal(s.preview)}</span>
      </button>
    </li>
  `;
}

const brief = (answer: string): string => reveal(abridged(answer, 60));

function spoken(s: SolutionSummary, hasAdvantages: boolean): string {
  const verdict = s.correct === null ? 'not graded' : s.correct ? 'right' : 'wrong';
  const answer = s.answer === null ? 'no answer' : `answer ${brief(s.answer)}`;
  const turns = s.turnCounts === null ? '' : `, ${turnCountsText(s.turnCounts)}`;
  const failed = s.error === null ? '' : `, error: ${brief(s.error)}`;
  const cut = s.finish === 'length' ? ', truncated' : '';
  return `Solution ${s.index + 1}: ${hasAdvantages ? `advantage ${signed(s.advantage)}, ` : ''}${answer}, ${verdict}, reward ${significant(s.reward)}, ${lengthText(s.tokens)}${turns}${cut}${failed}`;
}
