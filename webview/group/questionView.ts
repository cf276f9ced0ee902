import { html, nothing, type TemplateResult } from 'lit';
import type { GroupDetail } from '../../src/store/views.js';
import { failures, failureWords } from '../../src/core/failures.js';
import { temperatureText } from '../../src/core/logpTemperature.js';
import { lengthNumber, significant } from '../../src/core/format.js';
import { renderLimit } from '../shared/richText.js';
import { spokenText } from '../shared/conversation.js';
import { answerText } from '../shared/verdict.js';

/** What was asked, and what is right. @param again samples another group for it; `aside` in a new tab */
export function questionView({ run, question, questionTurns, gold }: GroupDetail, again: (aside: boolean) => void): TemplateResult {
  const left = questionTurns ? 0 : question.length - renderLimit;
  return html`
    <section class="question" aria-label="Question">
      ${spokenText(run, question, questionTurns)}
      ${left > 0 ? html`<p class="quiet">… and ${left.toLocaleString('en-US')} more characters.</p>` : nothing}
      <p class="gold">
        <span class="quiet">gold</span>
        ${gold === null ? html`<span class="quiet">not recorded</span>` : answerText(gold)}
        <button
          class="link again"
          title="Sample a group for this question from any checkpoint or endpoint"
          @click=${(e: MouseEvent) => again(e.ctrlKey || e.metaKey)}
        >
          Sample this question again
        </button>
      </p>
    </section>
  `;
}

/** The group in numbers. */
export const headlineView = (g: GroupDetail): TemplateResult => html`
  <p class="headline">
    ${g.correct === null ? nothing : html`<span><b>${g.correct} of ${g.size}</b> right</span>`}
    <span>mean <b>${significant(g.rewardMean)}</b></span>
    <span>std <b>${significant(g.rewardStd)}</b></span>
    <span>length <b>${lengthNumber(g.lengthMean)}</b></span>
    ${failures.map((f) => ((g.failures[f] ?? 0) > 0 ? html`<span><b>${g.failures[f]}</b> ${failureWords[f]}</span>` : nothing))}
    ${
      g.klMean === null
        ? nothing
        : html`<span>KL <b>${significant(g.klMean)}</b> <span class="quiet">${temperatureText(g.logpTemperatures.trainer)}</span></span>`
    }
  </p>
`;
