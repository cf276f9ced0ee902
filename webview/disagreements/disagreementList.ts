/** The groups in which two checkers disagree, each with the solutions they disagree on. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RunAddress } from '../../src/protocol/address.js';
import type { Verdict } from '../../src/protocol/events.js';
import type { DisagreementGroup } from '../../src/store/views.js';
import '../shared/richText.js';
import { questionTitle } from '../shared/questionText.js';
import { significant } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import { answerText, verdictIcon } from '../shared/verdict.js';

export interface ListEvents {
  open: (address: RunAddress, aside: boolean) => void;
  select: (index: number) => void;
}

/** Solutions of a group that its row names; the group's page has the rest. */
const named = 3;

const words: Record<Verdict, string> = { equal: 'right', different: 'wrong', undecided: 'undecided' };

export const list = (groups: readonly DisagreementGroup[], selected: number | undefined, events: ListEvents): TemplateResult => html`
  <ol class="entries disagreements" aria-label="Groups with disagreements">
    ${repeat(
      groups,
      (g) => `${g.address.step}/${g.address.group}`,
      (g, i) => item(g, i, i === selected, events),
    )}
  </ol>
`;

const aside = (e: MouseEvent): boolean => e.ctrlKey || e.metaKey;

function item(g: DisagreementGroup, index: number, selected: boolean, { open, select }: ListEvents): TemplateResult {
  const more = g.differing - Math.min(named, g.solutions.length);
  return html`
    <li class=${selected ? 'selected' : ''} aria-current=${selected ? 'true' : 'false'}>
      <button
        class="plain question-head"
        title=${questionTitle(g.questionPreview)}
        data-index=${index}
        @focus=${() => select(index)}
        @click=${(e: MouseEvent) => open(g.address, aside(e))}
        @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(g.address, true) : undefined)}
      >
        <span class="where quiet">step ${g.address.step} · group ${(g.address.group ?? 0) + 1}</span>
        <span class="question-line">${reveal(g.questionPreview.text)}</span>
        <span class="gold"><span class="quiet">gold</span> ${g.gold === null ? '–' : answerText(g.gold)}</span>
      </button>
      <ul>
        ${g.solutions.slice(0, named).map((s) => change(g, s, open))}
        ${
          more > 0
            ? html`<li class="more">
                <button class="link" @click=${(e: MouseEvent) => open(g.address, aside(e))}>
                  ${more} more of the ${g.size} solutions of this group
                </button>
              </li>`
            : nothing
        }
      </ul>
    </li>
  `;
}

function change(g: DisagreementGroup, s: DisagreementGroup['solutions'][number], open: ListEvents['open']): TemplateResult {
  const answers =
    s.answer === s.answerNow || s.answerNow === null || s.answer === null ? [s.answerNow ?? s.answer] : [s.answer, s.answerNow];
  return html`
    <li>
      <button
        class="link solution"
        title="Open solution ${s.solution + 1}"
        @click=${(e: MouseEvent) => open({ ...g.address, solution: s.solution }, aside(e))}
      >
        solution ${s.solution + 1}
      </button>
      <span class="verdicts"
        >${s.was === null ? paid(s.reward) : verdict(s.was)}
        <span class="quiet" aria-label=${s.was === null ? 'but' : 'became'}>→</span> ${verdict(s.verdict)}</span
      >
      <span class="answer">
        ${answers.map(
          (a, i) =>
            html`${i > 0 ? html` <span class="quiet">→</span> ` : nothing}${a === null ? html`<span class="quiet">no answer</span>` : answerText(a)}`,
        )}
      </span>
      <span class="why quiet">${reveal(s.reason ?? s.rule)}</span>
    </li>
  `;
}

/** Where the trainer recorded no verdict, what it paid. */
const paid = (reward: number | null): TemplateResult =>
  html`<span class="one quiet">${reward === null ? 'not judged' : `paid ${significant(reward)}`}</span>`;

const verdict = (v: Verdict): TemplateResult =>
  html`<span class="one">${verdictIcon(v === 'undecided' ? null : v === 'equal')}${words[v]}</span>`;
