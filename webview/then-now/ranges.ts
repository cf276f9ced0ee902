/** Which ranges are compared, to be changed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { StepRange } from '../../src/core/thenNow/stepRange.js';
import type { ComparedRanges } from '../../src/protocol/address.js';
import type { ThenNowView } from '../../src/contracts/thenNow.js';

export interface RangeEvents {
  change: (ranges: ComparedRanges) => void;
  hint: string;
}

/** @param chosen what the address says: left out is what is usual */
export function rangeFields(
  { run, runName, other, found, runs }: ThenNowView,
  chosen: ComparedRanges,
  { change, hint }: RangeEvents,
): TemplateResult {
  const facts = found?.facts;
  const [then, now] = [chosen.then ?? facts?.[0].range, chosen.now ?? facts?.[1].range];
  const isUsual = chosen.then === undefined && chosen.now === undefined;
  const known = other === null || runs.some((r) => r.id === other.id) ? runs : [other, ...runs];
  return html`
    <form class="toolbar ranges" aria-label="Ranges of steps" @submit=${(e: Event) => e.preventDefault()}>
      <fieldset class="range">
        <legend class="visually-hidden">Then</legend>
        <span aria-hidden="true">Then</span>
        ${steps('Then', then, hint, (range) => change({ ...chosen, then: range }))}
        ${other === null ? nothing : html`<span class="quiet">of ${runName}</span>`}
      </fieldset>
      <fieldset class="range">
        <legend class="visually-hidden">Now</legend>
        <span aria-hidden="true">Now</span>
        ${steps('Now', now, '', (range) => change({ ...chosen, now: range }))}
        ${
          known.length === 0
            ? nothing
            : html`<span class="quiet">of</span>
                <select
                  aria-label="Now: of which run"
                  @change=${(e: Event) => {
                    const id = (e.target as HTMLSelectElement).value;
                    // Steps of one run say little of another one.
                    change(id === run ? {} : { other: id });
                  }}
                >
                  <option value=${run} ?selected=${other === null}>this run</option>
                  ${known.map((r) => html`<option value=${r.id} ?selected=${r.id === other?.id}>${r.name}</option>`)}
                </select>`
        }
      </fieldset>
      ${
        isUsual
          ? nothing
          : html`<button type="button" class="link" @click=${() => change(other === null ? {} : { other: other.id })}>
              ${other === null ? 'First and last steps' : 'Last steps of both'}
            </button>`
      }
    </form>
  `;
}

function steps(name: string, range: StepRange | undefined, hint: string, change: (range: StepRange) => void): TemplateResult {
  const field = (end: 'from' | 'to'): TemplateResult => html`
    <input
      type="number"
      min="0"
      max="999999999"
      step="1"
      aria-label="${name}: ${end === 'from' ? 'first' : 'last'} step"
      title=${end === 'from' ? hint : ''}
      .value=${range === undefined ? '' : String(range[end])}
      @change=${(e: Event) => {
        const value = (e.target as HTMLInputElement).valueAsNumber;
        if (range === undefined || !Number.isInteger(value) || value < 0) return;
        // Who moves one end over the other means the step.
        change(end === 'from' ? { from: value, to: Math.max(value, range.to) } : { from: Math.min(value, range.from), to: value });
      }}
    />
  `;
  return html`<span class="quiet">steps</span> ${field('from')} <span class="quiet">to</span> ${field('to')}`;
}
