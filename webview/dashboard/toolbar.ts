/** How the curves are drawn: smoothing, axes, runs laid over. */
import { html, nothing, type TemplateResult } from 'lit';
import { z } from 'zod';
import type { RunSummary } from '../../src/store/views.js';
import { relativeTime, significant } from '../shared/format.js';
import { icon } from '../shared/states.js';
import { stateIcon } from './runState.js';

/** What the page keeps of the toolbar. */
export const drawingSchema = z.object({
  smoothing: z.number().min(0).max(0.99),
  xUnit: z.enum(['step', 'tokens', 'time']),
  log: z.boolean(),
  overlay: z.array(z.string()).max(15),
});
export type DrawingChoices = z.output<typeof drawingSchema>;

export const plainDrawing: DrawingChoices = { smoothing: 0, xUnit: 'step', log: false, overlay: [] };

/** Requests carry at most 16 runs, this one among them. */
export const maxOverlays = 15;

export function toolbar(
  choices: DrawingChoices,
  others: readonly RunSummary[],
  hasTokens: boolean,
  choose: (change: Partial<DrawingChoices>) => void,
): TemplateResult {
  const { smoothing, xUnit, log } = choices;
  const units: DrawingChoices['xUnit'][] = hasTokens ? ['step', 'tokens', 'time'] : ['step', 'time'];
  return html`
    <label class="smoothing" title="Exponential moving average; the values themselves stay behind it">
      <span>Smoothing</span>
      <input
        type="range"
        min="0"
        max="0.99"
        step="0.01"
        .value=${String(smoothing)}
        @input=${(e: Event) => choose({ smoothing: Number((e.target as HTMLInputElement).value) })}
      />
      <output>${smoothing.toFixed(2)}</output>
    </label>
    <div class="segments" role="group" aria-label="Horizontal axis">
      ${units.map((u) => html`<button aria-pressed=${xUnit === u} @click=${() => choose({ xUnit: u })}>${u}</button>`)}
    </div>
    <div class="segments">
      <button aria-pressed=${log} title="Logarithmic vertical axes, where no value is negative" @click=${() => choose({ log: !log })}>
        log
      </button>
    </div>
    ${others.length === 0 ? nothing : overlayMenu(choices, others, choose)}
  `;
}

function overlayMenu(
  { overlay }: DrawingChoices,
  others: readonly RunSummary[],
  choose: (change: Partial<DrawingChoices>) => void,
): TemplateResult {
  const toggle = (run: string): void =>
    choose({ overlay: overlay.includes(run) ? overlay.filter((id) => id !== run) : [...overlay, run].slice(-maxOverlays) });
  const now = Date.now();
  return html`
    <details class="overlays" @keydown=${closeOnEscape} @focusout=${closeOnLeave}>
      <summary>${icon('layers')} Overlay runs${overlay.length > 0 ? ` (${overlay.length})` : ''} ${icon('chevron-down')}</summary>
      <div class="menu" role="group" aria-label="Runs to draw over this one" tabindex="-1">
        ${others.map(
          (r) =>
            html`<label>
              <input type="checkbox" .checked=${overlay.includes(r.id)} @change=${() => toggle(r.id)} />
              ${icon(stateIcon[r.state])}
              <span class="name">${r.name}</span>
              <span class="quiet number">${'reward/mean' in r.latest ? significant(r.latest['reward/mean']) : ''}</span>
              <span class="quiet number">${relativeTime(r.created, now)}</span>
            </label>`,
        )}
      </div>
    </details>
  `;
}

function closeOnEscape(e: KeyboardEvent): void {
  const menu = e.currentTarget as HTMLDetailsElement;
  if (e.key !== 'Escape' || !menu.open) return;
  menu.open = false;
  menu.querySelector('summary')?.focus();
}

function closeOnLeave(e: FocusEvent): void {
  const menu = e.currentTarget as HTMLDetailsElement;
  if (e.relatedTarget instanceof Node && !menu.contains(e.relatedTarget)) menu.open = false;
}
