/** What became of a group: what was asked, how it went, its numbers. */
import { html, nothing, type TemplateResult } from 'lit';
import { mean, populationStd } from '../../src/core/stats.js';
import type { SolutionSummary } from '../../src/store/views.js';
import { noSignal } from '../shared/group/whyView.js';
import { count, significant } from '../../src/core/format.js';
import '../shared/richText.js';
import { troubleView } from '../shared/states.js';
import { answerText } from '../shared/verdict.js';
import type { SampleRequest, PlayedGroup } from '../../src/contracts/playground.js';

/** @param inForm the form above still asks this: it need not be said twice */
export const requestView = (
  { question, gold, size, temperature, seed }: SampleRequest,
  source: string,
  inForm: boolean,
): TemplateResult => html`
  <section class=${inForm ? 'request' : 'question request'} aria-label="What was asked">
    ${inForm ? nothing : html`<rich-text .text=${question}></rich-text>`}
    <p>
      <span class="quiet">gold</span> ${gold === null ? html`<span class="quiet">none</span>` : answerText(gold)}
      <span class="quiet">· ${source} · G ${size} · temperature ${significant(temperature)} · seed ${seed}</span>
    </p>
  </section>
`;

export interface OutcomeEvents {
  dismiss: () => void;
  setKey: (endpoint: string) => void;
  openEndpoints: () => void;
}

/** Why it failed and what can be done, or what there is to know of how it was sampled. */
export function outcomeView(g: PlayedGroup, events: OutcomeEvents): TemplateResult | typeof nothing {
  if (g.state !== 'failed') return g.notes.length > 0 ? html`<p class="outcome quiet">${g.notes.join(' ')}</p>` : nothing;
  const { source } = g.request;
  const help =
    'run' in source
      ? nothing
      : g.wantsKey
        ? html`<button class="link" @click=${() => events.setKey(source.endpoint)}>Set its API key…</button>`
        : html`<button class="link" @click=${events.openEndpoints}>Open the endpoints’ settings</button>`;
  return html`<div class="outcome">${troubleView(g.problem ?? '', events.dismiss)} ${help}</div>`;
}

export function headlineView(g: PlayedGroup, shown: readonly SolutionSummary[]): TemplateResult {
  const judged = shown.filter((s) => s.correct !== null);
  const rewards = shown.flatMap((s) => s.reward ?? []);
  const lengths = g.solutions.flatMap((s) => s.tokens ?? []);
  const ended = g.solutions.filter((s) => s.state === 'finished').length;
  const part = `${ended} of ${g.request.size} finished`;
  return html`
    <p class="headline" role="status">
      ${judged.length === 0 ? nothing : html`<span><b>${judged.filter((s) => s.correct).length} of ${judged.length}</b> right</span>`}
      ${
        rewards.length === 0
          ? nothing
          : html`<span>mean <b>${significant(mean(rewards))}</b></span
              ><span>std <b>${significant(populationStd(rewards))}</b></span>`
      }
      ${lengths.length === 0 ? nothing : html`<span>length <b>${significant(mean(lengths))}</b></span>`}
      ${g.state === 'sampling' ? html`<span class="quiet">${part}</span>` : nothing}
      ${g.state === 'stopped' && ended < g.request.size ? html`<span class="quiet">stopped: ${part}</span>` : nothing}
    </p>
  `;
}

/** What the formula was taken over. @param rewards those that count now @param changed how many of them a person has set */
export function noteOn(g: PlayedGroup, rewards: readonly number[], changed: number, estimator: string): string {
  const part = rewards.length < g.request.size ? `Against the ${rewards.length} of ${g.request.size} solutions that have a reward. ` : '';
  const equal = rewards.length < g.request.size ? '' : noSignal(rewards);
  if (changed === 0)
    return `${part}${equal || `${estimator}’s advantage of every token of the solution. Change a reward to see all of them move.`}`;
  const graded = g.solutions.flatMap((s) => s.reward ?? []);
  const was =
    graded.length === g.request.size ? ` The mean is ${significant(mean(rewards))}; as graded it was ${significant(mean(graded))}.` : '';
  return `${part}${equal}${count(changed, 'reward')} by hand.${was}`;
}
