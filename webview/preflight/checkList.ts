/** What was found, could not be judged, or is healthy: with its numbers, and doors to the questions that show it. */
import { html, nothing, type TemplateResult } from 'lit';
import { reveal } from '../../src/core/reveal.js';
import type { PreflightCheck } from '../../src/doctor/preflight/report.js';
import { icon } from '../shared/states.js';

const signs = {
  sick: { icon: 'warning', word: 'finding', style: 'serious' },
  unjudged: { icon: 'question', word: 'cannot be judged', style: 'small' },
  healthy: { icon: 'pass', word: 'healthy', style: 'small' },
} as const;

/** As many as are read; the others are in the list below. */
const mostDoors = 8;

export interface CheckEvents {
  select: (index: number) => void;
  /** Opens a question of the list below. */
  open: (question: number) => void;
}

export const checkList = (checks: readonly PreflightCheck[], selected: number | undefined, events: CheckEvents): TemplateResult => html`
  <ol class="entries findings" aria-label="Checks">
    ${checks.map((check, i) => {
      const { icon: sign, word, style } = signs[check.state];
      return html`
        <li class="${style} ${i === selected ? 'selected' : ''}" aria-current=${i === selected ? 'true' : 'false'}>
          <button
            class="plain finding-head"
            data-index=${i}
            @focus=${() => events.select(i)}
            @click=${() => check.state === 'sick' && check.questions.length > 0 && events.open(check.questions[0])}
          >
            <span class="sign" title=${word}>${icon(sign)}<span class="visually-hidden">${word}:</span></span>
            <strong>${check.name}</strong>
            <span class="quiet when">${word}</span>
          </button>
          <dl class="finding-facts">
            ${facts(check).map(
              ([label, text]) =>
                html`<dt>${label}</dt>
                  <dd>${reveal(text)}</dd>`,
            )}
          </dl>
          ${check.state === 'sick' ? doors(check.questions, events) : nothing}
        </li>
      `;
    })}
  </ol>
`;

function facts(check: PreflightCheck): [label: string, text: string][] {
  if (check.state === 'healthy') return [['seen', check.evidence]];
  if (check.state === 'sick') return [['seen', check.evidence], ['change', check.advice]]; // prettier-ignore
  return [['because', check.because], ['do', check.record]]; // prettier-ignore
}

const doors = (questions: readonly number[], { open }: CheckEvents): TemplateResult | typeof nothing =>
  questions.length === 0
    ? nothing
    : html`<ul class="doors" aria-label="Questions that show it">
        ${questions.slice(0, mostDoors).map(
          (at) =>
            html`<li>
              <button class="link" title="Open question ${at + 1} below" @click=${() => open(at)}>
                ${icon('comment')}<span>question ${at + 1}</span>
              </button>
            </li>`,
        )}
        ${questions.length > mostDoors ? html`<li class="quiet">and ${questions.length - mostDoors} more</li>` : nothing}
      </ul>`;
