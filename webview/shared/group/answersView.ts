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
  /** Finds solutions with an answer, wherever they are; undefined: they cannot be found. */
  find?: (key: Key, aside: boolean) => void;
}

/** The distinct answers of a group, to show only the solutions with one of them. */
export const answersView = <Key>({ answers, distinct, others, chosen, choose, find }: AnswersView<Key>): TemplateResult => html`
  <p class="answers">
    <span class="quiet">${count(distinct, 'distinct answer')}:</span>
    ${answers.map(
      ({ key, answer, correct, count: solutions }) => html`
        <button
          class="answer"
          aria-pressed=${chosen === key ? 'true' : 'false'}
          title="Show only the solutions with this answer${find ? '. With Alt: find them at every step' : ''}"
          @click=${(e: MouseEvent) => (find && e.altKey ? find(key, e.ctrlKey || e.metaKey) : choose(chosen === key ? undefined : key))}
        >
          ${verdictIcon(correct)} ${answer === null ? 'no answer' : answerText(answer)} <span class="quiet">(${solutions})</span>
        </button>
      `,
    )}
    ${others > 0 ? html`<span class="quiet">and ${count(others, 'other')}</span>` : nothing}
    ${
      find && chosen !== undefined
        ? html`<button class="link" @click=${(e: MouseEvent) => find(chosen, e.ctrlKey || e.metaKey)}>
            Find this answer at every step
          </button>`
        : nothing
    }
  </p>
`;
