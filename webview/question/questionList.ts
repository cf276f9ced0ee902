/** The questions of a run as rows: each says how it went, and opens what happened. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { percent } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import type { QuestionRow } from '../../src/store/views.js';
import { sparkline } from '../shared/sparkline.js';
import { answerText } from '../shared/verdict.js';
import { timesText, courseMeaning, courseText } from './courseText.js';

export interface ListEvents {
  open: (row: QuestionRow, aside: boolean) => void;
  select: (index: number) => void;
}

export const questionList = (rows: readonly QuestionRow[], selected: number | undefined, events: ListEvents): TemplateResult => html`
  <ol class="entries questions" aria-label="Questions">
    ${repeat(
      rows,
      (row) => row.questionId,
      (row, i) => item(row, i, i === selected, events),
    )}
  </ol>
`;

function item(row: QuestionRow, index: number, selected: boolean, { open, select }: ListEvents): TemplateResult {
  const { question, gold, askings, shares, first, last, from, to } = row;
  return html`
    <li class=${selected ? 'selected' : ''} aria-current=${selected ? 'true' : 'false'}>
      <button
        class="plain"
        data-index=${index}
        @focus=${() => select(index)}
        @click=${(e: MouseEvent) => open(row, e.ctrlKey || e.metaKey)}
        @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(row, true) : undefined)}
      >
        <span class="question-line">${question === '' ? html`<i>empty question</i>` : reveal(question)}</span>
        <span class="course" title=${courseMeaning[row.kind]}>${courseText(row)}</span>
        <span class="shares">
          ${
            first === null || last === null
              ? nothing
              : html`${sparkline(shares, `right, from ${percent(first)} to ${percent(last)}`, { low: 0, high: 1 })}
                  <span>${percent(first)} → ${percent(last)}</span>`
          }
        </span>
        <span class="quiet">${timesText(askings)}, ${from === to ? `step ${from}` : `steps ${from} to ${to}`}</span>
        <span class="gold"><span class="quiet">gold</span> ${gold === null ? '–' : answerText(gold)}</span>
      </button>
    </li>
  `;
}
