/** Findings, the costliest first: what it cost, how it shows, what to change, where to see it, and what follows from it. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { count } from '../../src/core/format.js';
import { reveal } from '../../src/core/reveal.js';
import type { Finding } from '../../src/doctor/doctor.js';
import type { Examined } from '../../src/doctor/examined.js';
import { breakable } from '../shared/breakable.js';
import { icon } from '../shared/states.js';
import { doorsOf, whenText, type NamedDoor } from './findingDoors.js';

export interface FindingEvents {
  open: (door: NamedDoor, aside: boolean) => void;
  select: (id: string) => void;
}

const signs = {
  serious: { icon: 'warning', word: 'serious' },
  small: { icon: 'info', word: 'small' },
  passed: { icon: 'history', word: 'passed' },
} as const;

/** It goes on and costs much, goes on and costs little, or has passed. */
export const signOf = ({ serious, until }: Pick<Finding, 'serious' | 'until'>): keyof typeof signs =>
  serious ? 'serious' : until === null ? 'small' : 'passed';

export const findingList = (examined: Examined, selected: string | undefined, events: FindingEvents): TemplateResult => html`
  <ol class="entries findings" aria-label="Findings">
    ${repeat(
      examined.findings,
      ({ id }) => id,
      (finding, i) => entry(finding, i, finding.id === selected, examined, events),
    )}
  </ol>
`;

const aside = (e: MouseEvent): boolean => e.ctrlKey || e.metaKey;

function entry(finding: Finding, index: number, selected: boolean, examined: Examined, events: FindingEvents): TemplateResult {
  const sign = signOf(finding);
  const doors = doorsOf(finding, examined);
  const first = doors.at(0);
  const open = (e: MouseEvent, apart: boolean): void => {
    if (first) events.open(first, apart || aside(e));
  };
  return html`
    <li class="${sign} ${selected ? 'selected' : ''}" aria-current=${selected ? 'true' : 'false'}>
      <button
        class="plain finding-head"
        title=${first ? first.title : nothing}
        data-index=${index}
        @focus=${() => events.select(finding.id)}
        @click=${(e: MouseEvent) => open(e, false)}
        @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(e, true) : undefined)}
      >
        <span class="sign" title=${signs[sign].word}
          >${icon(signs[sign].icon)}<span class="visually-hidden">${signs[sign].word}:</span></span
        >
        <strong>${finding.name}</strong>
        <span class="quiet when">${whenText(finding)}</span>
        <span class="cost">${reveal(finding.cost.text)}</span>
      </button>
      ${details(finding)} ${doorList(doors, events)} ${consequences(finding, examined, events)}
    </li>
  `;
}

const details = ({ evidence, advice }: Finding): TemplateResult => html`
  <dl class="finding-facts">
    <dt>seen</dt>
    <dd>${reveal(evidence)}</dd>
    <dt>change</dt>
    <dd>${reveal(advice)}</dd>
  </dl>
`;

export const doorList = (doors: readonly NamedDoor[], { open }: Pick<FindingEvents, 'open'>): TemplateResult | typeof nothing =>
  doors.length === 0
    ? nothing
    : html`<ul class="doors" aria-label="Where to see it">
        ${doors.map(
          (door) =>
            html`<li>
              <button
                class="link"
                title=${door.title}
                @click=${(e: MouseEvent) => open(door, aside(e))}
                @auxclick=${(e: MouseEvent) => (e.button === 1 ? open(door, true) : undefined)}
              >
                ${icon(door.icon)}<span>${breakable(door.label)}</span>
              </button>
            </li>`,
        )}
      </ul>`;

/** Folded: it goes away with its cause. */
function consequences({ consequences: all }: Finding, examined: Examined, events: FindingEvents): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const names = all.map((c) => `${c.name} (${whenText(c)})`).join(', ');
  return html`<details class="consequences">
    <summary>
      ${count(all.length, 'finding')} more ${all.length === 1 ? 'follows' : 'follow'} from it: <span class="quiet">${names}</span>
    </summary>
    ${all.map(
      (c) =>
        html`<section aria-label=${c.name}>
          <p><strong>${c.name}</strong> <span class="quiet">${whenText(c)}</span> ${reveal(c.cost.text)}</p>
          ${details(c)} ${doorList(doorsOf(c, examined), events)}
        </section>`,
    )}
  </details>`;
}
