/** Solutions of which rule and model think differently, the most so first. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { addressPath, type RunAddress } from '../../src/protocol/address.js';
import type { Opinion } from '../../src/store/views.js';
import '../shared/richText.js';
import { questionTitle } from '../shared/questionText.js';
import { reveal } from '../../src/core/reveal.js';
import { answerText, verdictIcon } from '../shared/verdict.js';
import { probabilityText } from './opinionFacts.js';

export interface ListEvents {
  open: (address: RunAddress, aside: boolean) => void;
  select: (index: number) => void;
}

/** @param first index of the first of them among all that keys go through; @param right what the rule says of all of them */
export const list = (
  opinions: readonly Opinion[],
  right: boolean,
  first: number,
  selected: number | undefined,
  events: ListEvents,
): TemplateResult => html`
  <ol class="entries opinions">
    ${repeat(
      opinions,
      (o) => addressPath(o.address),
      (o, i) => item(o, right, first + i, first + i === selected, events),
    )}
  </ol>
`;

function item(o: Opinion, right: boolean, index: number, selected: boolean, { open, select }: ListEvents): TemplateResult {
  const { step, group = 0, solution = 0 } = o.address;
  const where = `step ${step} · group ${group + 1}`;
  return html`
    <li class=${selected ? 'selected' : ''} aria-current=${selected ? 'true' : 'false'}>
      <button
        class="plain opinion"
        title=${`Open solution ${solution + 1} of group ${group + 1} at step ${step}`}
        data-index=${index}
        @focus=${() => select(index)}
        @click=${(e: MouseEvent) => open(o.address, e.ctrlKey || e.metaKey)}
        @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(o.address, true) : undefined)}
      >
        <span class="probability">${probabilityText(o.probability)}</span>
        <span class="question-line" title=${questionTitle(o.questionPreview)}>${reveal(o.questionPreview.text)}</span>
        <span class="answer">
          ${verdictIcon(right)} ${o.answer === null ? html`<span class="quiet">no answer</span>` : answerText(o.answer)}
          ${right || o.gold === null ? nothing : html`<span class="quiet">gold</span> ${answerText(o.gold)}`}
        </span>
        <span class="preview quiet">${reveal(o.preview)}</span>
        <span class="where quiet">${o.alike > 1 ? html`<b>${o.alike} alike</b> · ` : nothing}${where}</span>
      </button>
    </li>
  `;
}
