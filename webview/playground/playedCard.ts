import { html, nothing, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { live } from 'lit/directives/live.js';
import type { SolutionSummary } from '../../src/store/views.js';
import { count, significant } from '../../src/core/format.js';
import '../shared/richText.js';
import { reveal } from '../../src/core/reveal.js';
import { icon } from '../shared/states.js';
import { advantageChip, answerText, verdictIcon } from '../shared/verdict.js';
import type { GroupState, PlayedSolution } from '../../src/contracts/playground.js';
import { toggled } from './playgroundModel.js';

export interface PlayedCardEvents {
  select(index: number): void;
  /** A reward by hand; null: the graded one again. */
  reward(index: number, reward: number | null): void;
}

export interface PlayedCard {
  /** With the reward and advantage that count now. */
  summary: SolutionSummary;
  played: PlayedSolution;
  group: GroupState;
  selected: boolean;
  byHand: boolean;
  /** Typeset, rather than as it stands. */
  rendered: boolean;
}

/** One solution: while it is written, when it is graded, and with the reward that a person gives it. */
export function playedCard(
  { summary: s, played, group, selected, byHand, rendered }: PlayedCard,
  events: PlayedCardEvents,
): TemplateResult {
  return html`
    <li>
      <article
        class=${classMap({ card: true, selected })}
        tabindex="0"
        data-solution=${s.index}
        aria-label="Solution ${s.index + 1}"
        aria-current=${selected ? 'true' : 'false'}
        @focusin=${() => events.select(s.index)}
        @click=${() => events.select(s.index)}
      >
        <div class="card-head">
          ${
            played.state === 'finished' || s.reward !== null
              ? html`${advantageChip(s.advantage)} ${verdict(played, s)}`
              : html`<span class="quiet progress">${progress(played, group)}</span>`
          }
          <span class="card-place quiet">solution ${s.index + 1}</span>
        </div>
        ${
          played.finish === null
            ? nothing
            : html`<div class="card-facts">${rewardField(s, played, byHand, events)} ${terms(played)}</div>
                <div class="card-facts">${facts(played)}</div>`
        }
        ${solutionText(played, rendered)}
      </article>
    </li>
  `;
}

function solutionText({ text, finish }: PlayedSolution, rendered: boolean): TemplateResult {
  if (finish !== null && text === '') return html`<i class="quiet">empty text</i>`;
  return rendered && finish !== null
    ? html`<rich-text class="played-text" .text=${text}></rich-text>`
    : html`<div class="played-text plain" .textContent=${reveal(text)}></div>`;
}

const verdict = (played: PlayedSolution, s: SolutionSummary): TemplateResult => html`
  <span class="card-answer" title=${played.rule}>
    ${verdictIcon(s.correct)} ${s.answer === null ? html`<span class="quiet">no answer</span>` : answerText(s.answer)}
  </span>
  ${played.verdict === 'undecided' ? html`<span class="tag" title=${played.rule}>undecided</span>` : nothing}
`;

function progress({ state, text }: PlayedSolution, group: GroupState): TemplateResult | string {
  if (state === 'grading') return html`${icon('loading codicon-modifier-spin')} grading`;
  if (group !== 'sampling') return text === '' ? 'not sampled' : 'broken off';
  return html`${icon('loading codicon-modifier-spin')} ${text === '' ? 'waiting' : 'writing'}`;
}

function rewardField(s: SolutionSummary, played: PlayedSolution, byHand: boolean, events: PlayedCardEvents): TemplateResult {
  const to = toggled(s.reward);
  return html`
    <span class="reward">
      <label>
        <span class="quiet">reward</span>
        <input
          class="field"
          type="number"
          step="any"
          aria-label="Reward of solution ${s.index + 1}"
          .value=${live(s.reward === null ? '' : String(Number(s.reward.toPrecision(6))))}
          @change=${(e: Event) => {
            const { valueAsNumber } = e.target as HTMLInputElement;
            events.reward(s.index, Number.isFinite(valueAsNumber) ? valueAsNumber : null);
          }}
        />
      </label>
      <button
        class="icon"
        title="Set the reward to ${to}"
        aria-label="Set the reward of solution ${s.index + 1} to ${to}"
        @click=${() => events.reward(s.index, to)}
      >
        ${icon('arrow-swap')}
      </button>
      ${
        byHand
          ? html`<button
              class="icon"
              title=${played.reward === null ? 'No reward again' : `The graded reward again: ${significant(played.reward)}`}
              aria-label="Undo the reward by hand of solution ${s.index + 1}"
              @click=${() => events.reward(s.index, null)}
            >
              ${icon('discard')}
            </button>`
          : nothing
      }
    </span>
  `;
}

/** Where the reward is more than one term. */
const terms = ({ terms: values }: PlayedSolution): TemplateResult[] =>
  Object.keys(values).length < 2
    ? []
    : Object.entries(values).map(([name, value]) => html`<span class="quiet">${name} ${significant(value)}</span>`);

const facts = ({ tokens, logp, entropy, finish }: PlayedSolution): TemplateResult => html`
  ${tokens === null ? nothing : html`<span class="quiet">${count(tokens, 'token')}</span>`}
  ${logp === null ? nothing : html`<span class="quiet" title="Mean log-probability of its tokens">log π ${significant(logp)}</span>`}
  ${entropy === null ? nothing : html`<span class="quiet" title="Mean entropy, in nats">entropy ${significant(entropy)}</span>`}
  ${finish === 'stop' ? nothing : html`<span class="tag">${finish === 'length' ? 'truncated' : 'aborted'}</span>`}
`;
