/** The questions that were asked; each opens with what was written to it. */
import { html, nothing, type TemplateResult } from 'lit';
import { count, lengthText, significant } from '../../src/core/format.js';
import { abridged } from '../../src/core/questionPreview.js';
import { reveal } from '../../src/core/reveal.js';
import type { PreflightRow } from '../../src/contracts/preflight.js';
import type { JudgedJunk, PreflightQuestion, PreflightSolution } from '../../src/doctor/preflight/report.js';
import { icon } from '../shared/states.js';
import '../shared/rawText.js';
import { terms } from './tables.js';

export interface OpenedQuestion {
  question: PreflightQuestion;
  junk: JudgedJunk[];
}

/** @param opened texts of those that are open, by their place; `loading` until they have come */
export function questionList(
  rows: readonly PreflightRow[],
  opened: ReadonlyMap<number, OpenedQuestion | 'loading'>,
  toggle: (question: number, open: boolean) => void,
): TemplateResult | typeof nothing {
  if (rows.length === 0) return nothing;
  return html`
    <section aria-labelledby="questions-title">
      <h2 id="questions-title">Questions</h2>
      ${rows.map((row, i) => {
        const texts = opened.get(i);
        return html`
          <details
            class="question"
            data-question=${i}
            ?open=${texts !== undefined}
            @toggle=${(e: Event) => toggle(i, (e.target as HTMLDetailsElement).open)}
          >
            <summary>
              ${icon('chevron-right')}<span class="quiet place">${i + 1}</span><span class="wanted">${reveal(row.question)}</span
              ><span class="quiet sums">${sums(row)}</span>
            </summary>
            ${texts === undefined ? nothing : texts === 'loading' ? html`<p class="quiet">Reading…</p>` : body(texts)}
          </details>
        `;
      })}
    </section>
  `;
}

/** `3 of 16 right · rewards 0 to 1 · 2 cut` */
function sums({ solutions, right, truncated, least, most, paid }: PreflightRow): string {
  const junk = paid > 0 ? [`${count(paid, 'junk reply', 'junk replies')} paid`] : [];
  if (solutions === 0 || least === null || most === null) return ['not sampled', ...junk].join(' · ');
  const rewards = least === most ? `all paid ${significant(least)}` : `paid ${significant(least)} to ${significant(most)}`;
  return [`${right} of ${solutions} right`, rewards, ...(truncated > 0 ? [`${truncated} cut`] : []), ...junk].join(' · ');
}

const body = ({ question: { question, gold, solutions }, junk }: OpenedQuestion): TemplateResult => html`
  <raw-text class="whole-question" .text=${question}></raw-text>
  <p><span class="quiet">gold answer</span> <code class="reply">${reveal(gold)}</code></p>
  ${paidJunk(junk)}
  <ol class="written">
    ${solutions.map(
      (s) =>
        html`<li>
          <p class="written-head">${verdict(s)} <span class="quiet">${outcome(s)}</span></p>
          <raw-text .text=${s.text}></raw-text>
        </li>`,
    )}
  </ol>
`;

function paidJunk(junk: readonly JudgedJunk[]): TemplateResult | typeof nothing {
  const paid = junk.filter((j) => (j.reward ?? 0) > 0);
  if (paid.length === 0) return nothing;
  return html`<p>
    ${icon('warning')} paid for nothing:
    ${paid.map(
      (j) =>
        html`<code class="reply">${reveal(JSON.stringify(abridged(j.text, 80)))}</code> ${significant(j.reward)}
          <span class="quiet">(${terms(j.terms)})</span> `,
    )}
  </p>`;
}

function verdict({ verdict: how }: PreflightSolution): TemplateResult {
  if (how === 'equal') return html`<span class="verdict">${icon('check')}</span> right`;
  return how === 'different' ? html`<span class="verdict">${icon('close')}</span> wrong` : html`<span class="tag">undecided</span>`;
}

const outcome = ({ reward, terms: values, tokens, finish, answer }: PreflightSolution): string =>
  [
    `reward ${significant(reward)}`,
    ...(Object.keys(values).length > 1 ? [terms(values)] : []),
    lengthText(tokens ?? 0),
    ...(finish === 'length' ? ['cut'] : []),
    answer === null ? 'no answer' : `answer ${abridged(answer, 60)}`,
  ].join(' · ');
