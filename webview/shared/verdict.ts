/** How a solution did, in signs that need no colour. */
import { html, type TemplateResult } from 'lit';
import { signed } from '../../src/core/format.js';
import './richText.js';
import { reveal } from '../../src/core/reveal.js';
import { icon } from './states.js';
import { abridged } from '../../src/core/questionPreview.js';

/** The one colour story: sign, number and colour say the same. */
export const advantageChip = (advantage: number | null): TemplateResult => {
  const tone = advantage === null || advantage === 0 ? 'zero' : advantage > 0 ? 'up' : 'down';
  return html`<span class="chip chip-${tone}" title="Advantage">${advantage === null ? 'Â –' : `Â ${signed(advantage)}`}</span>`;
};

/** Right and wrong are told by shape: green and red mean advantage on this page. */
export const verdictIcon = (correct: boolean | null): TemplateResult =>
  correct === null
    ? html`<span class="verdict" title="Not graded">${icon('question')}</span>`
    : html`<span class="verdict" title=${correct ? 'Right' : 'Wrong'}>${icon(correct ? 'check' : 'close')}</span>`;

/** An answer as it was written, cut to a line; LaTeX is typeset. */
export function answerText(answer: string): TemplateResult {
  const line = abridged(answer, longestAnswer);
  return line === answer && answer.includes('\\')
    ? html`<tex-formula class="answer-formula" .latex=${answer} title=${answer}></tex-formula>`
    : html`<code>${reveal(line)}</code>`;
}

const longestAnswer = 60;
