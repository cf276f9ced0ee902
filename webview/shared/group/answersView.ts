import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../../../src/core/format.js';
import { answerText, verdictIcon } from '../verdict.js';

/** Solutions that answer alike. */
export interface AnswerCount<Key> {
  key: Key;
  answer: string | null;
  correct: boolean | null;
  count: number;
}

export interface AnswersView<Key> {
  answers: readonly AnswerCount<Key>[];
  /** How many answers there are, and how many of them are left out. */
  distinct: number;
  others: number;
  /** The answer whose solutions alone are shown; undefined: all. */
  chosen: Key | undefined;
  choose: (key: Key | undefined) => void;
}

/** The distinct answers of a group, to show only the solutions with one of them. */
export const answersView = <Key>({ answers, distinct, others, chosen, choose }: AnswersView<Key>): TemplateResult => html`
  <p class="answers">
    <span class="quiet">${count(distinct, 'distinct answer')}:</span>
    ${answers.map(
      ({ key, answer, correct, count: solutions }) => html`
        <button
          class="answer"
          aria-pressed=${chosen === key ? 'true' : 'false'}
          title="Show only the solutions with this answer"
          @click=${() => choose(chosen === key ? undefined : key)}
        >
          ${verdictIcon(correct)} ${answer === null ? 'no answer' : answerText(answer)} <span class="quiet">(${solutions})</span>
        </button>
      `,
    )}
    ${others > 0 ? html`<span class="quiet">and ${count(others, 'other')}</span>` : nothing}
  </p>
`;
