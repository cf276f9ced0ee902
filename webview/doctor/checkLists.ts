/** What could not be judged, with what to record so that it can, and what is healthy. */
import { html, nothing, type TemplateResult } from 'lit';
import { reveal } from '../../src/core/reveal.js';
import type { Examined } from '../../src/doctor/examined.js';
import { placeDoors } from './findingDoors.js';
import { doorList, type FindingEvents } from './findingList.js';

export function unjudgedList({ unjudged }: Examined): TemplateResult | typeof nothing {
  if (unjudged.length === 0) return nothing;
  return html`
    <section aria-labelledby="unjudged-title">
      <h2 id="unjudged-title">Cannot be judged</h2>
      <dl class="checks">
        ${unjudged.map(
          ({ name, because, record }) => html`
            <div>
              <dt>${name}</dt>
              <dd>${reveal(because)}${record === null ? nothing : html`<span class="record"><b>record</b> ${inCode(record)}</span>`}</dd>
            </div>
          `,
        )}
      </dl>
    </section>
  `;
}

/** Names between backticks as code. */
const inCode = (text: string): unknown[] => text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));

/** @param open where nothing else is to be read */
export function healthyList(
  { run, healthy }: Examined,
  open: boolean,
  events: Pick<FindingEvents, 'open'>,
): TemplateResult | typeof nothing {
  if (healthy.length === 0) return nothing;
  return html`
    <details class="healthy" ?open=${open}>
      <summary>
        <h2>Healthy</h2>
        <span class="quiet">${healthy.map(({ name }) => name).join(', ')}</span>
      </summary>
      <dl class="checks">
        ${healthy.map(
          ({ name, evidence, doors = [] }) => html`
            <div>
              <dt>${name}</dt>
              <dd>${reveal(evidence)} ${doorList(placeDoors(run, doors), events)}</dd>
            </div>
          `,
        )}
      </dl>
    </details>
  `;
}
