/** Where a page is among its like: the way up, the neighbours, the same question at other steps. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Address } from '../../src/protocol/address.js';
import { icon } from './states.js';

export interface Crumb {
  label: string;
  address: Address;
}

/** @param hint what the last of them, the page above, says of its key */
export const trail = (crumbs: readonly Crumb[], hint: string, go: (address: Address, aside: boolean) => void): TemplateResult => html`
  <nav class="trail" aria-label="Up">
    ${crumbs.map(
      ({ label, address }, i) => html`
        ${i > 0 ? html`<span aria-hidden="true">›</span>` : nothing}
        <button
          class="link"
          title=${i === crumbs.length - 1 ? hint : nothing}
          @click=${(e: MouseEvent) => go(address, e.ctrlKey || e.metaKey)}
        >
          ${label}
        </button>
      `,
    )}
  </nav>
`;

export interface Neighbour {
  title: string;
  go: (() => void) | undefined;
}

/** `‹ solution 3 of 16 ›` */
export const stepper = (previous: Neighbour, heading: TemplateResult | string, next: Neighbour): TemplateResult => html`
  <div class="stepper">
    ${arrow(previous, 'chevron-left')}
    <h1>${heading}</h1>
    ${arrow(next, 'chevron-right')}
  </div>
`;

const arrow = ({ title, go }: Neighbour, name: string): TemplateResult => html`
  <button class="icon" title=${title} aria-label=${title} ?disabled=${!go} @click=${() => go?.()}>${icon(name)}</button>
`;

export interface QuestionPlace {
  step: number;
  group: number;
  /** Rows of an evaluation, not trained on. */
  split?: string | null;
}

/** How many steps are listed on each side of this one. */
const around = 4;

/**
 * `same question at step 3, 11, 27, 42`: doors to the others; nothing when it was asked once.
 * @param places in order, this one included @param whole opens the question over training, with the tooltip of the link
 */
export function sameQuestion(
  places: readonly QuestionPlace[],
  here: QuestionPlace,
  go: (to: QuestionPlace) => void,
  whole: { hint: string; go: (aside: boolean) => void },
): TemplateResult | typeof nothing {
  if (places.length < 2) return nothing;
  const at = indexAt(places, here);
  const from = Math.max(0, Math.min(at - around, places.length - 2 * around - 1));
  const shown = places.slice(from, from + 2 * around + 1);
  return html`
    <nav class="same" aria-label="Same question at other steps">
      <span class="quiet">same question at step</span>
      ${from > 0 ? html`<span class="quiet">…</span>` : nothing}
      ${shown.map((a) =>
        a.step === here.step && a.group === here.group
          ? html`<b aria-current="page">${a.step}</b>`
          : html`<button
              class="link"
              title="Group ${a.group + 1} of step ${a.step}${a.split ? `, ${a.split} rows` : ''}"
              @click=${() => go({ step: a.step, group: a.group })}
            >
              ${a.step}${a.split && a.split !== shown[at - from]?.split ? ` (${a.split})` : nothing}
            </button>`,
      )}
      ${from + shown.length < places.length ? html`<span class="quiet">… (${places.length} times)</span>` : nothing}
      <button class="link" title=${whole.hint} @click=${(e: MouseEvent) => whole.go(e.ctrlKey || e.metaKey)}>over training</button>
    </nav>
  `;
}

/** The asking before or after this one, if any. */
export function neighbourPlace(
  places: readonly QuestionPlace[],
  here: QuestionPlace,
  by: 1 | -1,
): Pick<QuestionPlace, 'step' | 'group'> | undefined {
  const at = indexAt(places, here) + by;
  if (at < 0 || at >= places.length) return undefined;
  // Nothing else of it: it becomes part of an address.
  const { step, group } = places[at];
  return { step, group };
}

const indexAt = (places: readonly QuestionPlace[], here: QuestionPlace): number =>
  places.findIndex((a) => a.step === here.step && a.group === here.group);
