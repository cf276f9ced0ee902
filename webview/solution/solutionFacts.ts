import { html, nothing, type TemplateResult } from 'lit';
import type { Grade } from '../../src/protocol/events.js';
import { turnCountsText } from '../../src/protocol/conversation.js';
import { temperatureText } from '../../src/core/logpTemperature.js';
import type { SolutionDetail } from '../../src/store/views.js';
import { elapsed, significant } from '../../src/core/format.js';
import '../shared/richText.js';
import { spokenText } from '../shared/conversation.js';
import { questionTitle } from '../shared/questionText.js';
import { reveal } from '../../src/core/reveal.js';
import { icon } from '../shared/states.js';
import { advantageChip, answerText, verdictIcon } from '../shared/verdict.js';
import { endText, gradeLine, rewardSum } from '../../src/words/solutionText.js';

/** Why the episode failed. */
export const errorView = ({ error }: SolutionDetail): TemplateResult | typeof nothing =>
  error === null
    ? nothing
    : html`<p class="trouble episode-error" role="note">
        ${icon('warning')}<span><b>The episode failed:</b> ${error === '' ? 'no reason is recorded' : reveal(error)}</span>
      </p>`;

/** `Â +0.882   reward 1.10 = correct 1 × 1 + format 1 × 0.1   61 tokens, stopped` */
export function facts(s: SolutionDetail, toSolution: (index: number) => void): TemplateResult {
  const { seconds, policyVersion, parent } = s;
  const { parts, disagrees } = rewardSum(s);
  return html`
    <p class="facts">
      ${s.advantage === null && s.siblings.every((other) => other.advantage === null) ? nothing : advantageChip(s.advantage)}
      <span>
        reward <b>${significant(s.reward)}</b>
        ${parts.map(
          (p, i) => html`
            <span class="quiet">${i === 0 ? (p.weight === null ? 'from' : '=') : p.weight === null ? 'and' : '+'}</span>
            ${p.term}
            ${significant(p.value)}${p.weight === null ? nothing : html`<span class="quiet" title="weight"> × ${significant(p.weight)}</span>`}
          `,
        )}
      </span>
      ${disagrees ? html`<span class="tag" title="The recorded total is not the weighted sum of the recorded terms">not the sum of its terms</span>` : nothing}
      <span>${endText(s)}</span>
      ${
        s.kl === null
          ? nothing
          : html`<span>KL <b>${significant(s.kl)}</b> <span class="quiet">${temperatureText(s.logpTemperatures.trainer)}</span></span>`
      }
      ${s.turnCounts === null ? nothing : html`<span>${turnCountsText(s.turnCounts)}</span>`}
      ${seconds === null ? nothing : html`<span>generated in ${elapsed(seconds * 1000)}</span>`}
      ${policyVersion === null ? nothing : html`<span>sampled by the weights of step ${policyVersion}</span>`}
      ${
        parent === null
          ? nothing
          : html`<button class="link" title=${`Left it at character ${parent.offset}`} @click=${() => toSolution(parent.solution)}>
              branch of solution ${parent.solution + 1}
            </button>`
      }
    </p>
  `;
}

/** Why the answer counted as right or wrong; a click shows where it was found. */
export function gradeView(s: SolutionDetail, show: () => void): TemplateResult {
  const line = gradeLine(s.grade, s.gold, s.correct);
  if (!line) return html`<p class="grade quiet">Not graded.</p>`;
  const place = s.grade?.span ? html`<button class="link" @click=${show}>show in the text</button>` : nothing;
  return html`
    <p class="grade">
      ${verdictIcon(line.verdict === 'undecided' ? null : line.verdict === 'right')}
      <span>
        <b>${{ right: 'Right', wrong: 'Wrong', undecided: 'Undecided' }[line.verdict]}</b>: ${reveal(line.sentence)}
        ${s.grade ? html`<span class="quiet">· checker ${s.grade.checker}${s.grade.ms === undefined ? '' : `, ${elapsed(s.grade.ms)}`}</span>` : nothing}
        ${place} ${s.grade?.normal ? normalView(s.grade.normal) : nothing}
      </span>
    </p>
  `;
}

/** What the checker compared: both sides in its own normal form. */
const normalView = ({ answer, gold }: NonNullable<Grade['normal']>): TemplateResult => html`
  <span class="normal">
    <span class="quiet">read as</span> ${answer === null ? html`<span class="quiet">nothing</span>` : answerText(answer)}
    <span class="quiet">and gold as</span> ${gold === null ? html`<span class="quiet">nothing</span>` : answerText(gold)}
  </span>
`;

export const questionView = (s: SolutionDetail): TemplateResult => html`
  <details class="question">
    <summary>
      ${icon('chevron-right')}
      <span class="quiet">Question</span>
      <span class="question-line" title=${questionTitle(s.questionPreview)}>${reveal(s.questionPreview.text)}</span>
      <span class="quiet">gold</span> ${s.gold === null ? '–' : answerText(s.gold)}
    </summary>
    ${spokenText(s.run, s.question, s.questionTurns)}
  </details>
`;
