/** The place of a chart: the chart itself while it is near the window, else a shape of the same size. */
import { html, nothing, type TemplateResult } from 'lit';
import { breakable } from '../shared/breakable.js';
import { icon } from '../shared/states.js';
import type { ChartSpec } from './chartList.js';

export interface SlotEvents {
  pin: (chart: string) => void;
  copy: (chart: ChartSpec) => void;
}

/** How a slot stands apart from its chart. */
export interface SlotState {
  pinned: boolean;
  /** Its values have just been put on the clipboard. */
  copied: boolean;
}

export const slotId = (chart: string): string => `chart-${chart}`;

/** @param chart what is drawn; undefined when it is far, or not known yet */
export function chartSlot(
  spec: ChartSpec,
  heading: string,
  chart: TemplateResult | undefined,
  { pinned, copied }: SlotState,
  { pin, copy }: SlotEvents,
): TemplateResult {
  const what = pinned ? 'Unpin' : 'Pin to the top';
  const copying = html`<button
    class="icon"
    title=${copied ? 'Copied' : 'Copy as CSV'}
    aria-label="Copy ${heading} as CSV"
    @click=${() => copy(spec)}
  >
    ${icon(copied ? 'check' : 'copy')}
  </button>`;
  return html`<div class="chart-slot" id=${slotId(spec.id)}>
    ${
      chart ??
      html`<h3>${breakable(heading)}</h3>
        <div class="skeleton-block" aria-hidden="true"></div>`
    }
    <div class="chart-actions">
      <span class="visually-hidden" role="status">${copied ? 'Copied' : ''}</span>
      ${chart === undefined ? nothing : copying}
      <button
        class="icon ${pinned ? 'pinned' : ''}"
        title=${what}
        aria-label="${what}: ${heading}"
        aria-pressed=${pinned}
        @click=${() => pin(spec.id)}
      >
        ${icon(pinned ? 'pinned' : 'pin')}
      </button>
    </div>
  </div>`;
}
