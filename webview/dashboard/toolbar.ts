/** How the curves are drawn: smoothing, axes, runs laid over. */
import { html, nothing, type TemplateResult } from 'lit';
import type { RunSummary } from '../../src/store/views.js';
import { relativeTime, significant } from '../../src/core/format.js';
import { icon } from '../shared/states.js';
import { maxOverlays, type Choices } from './dashboardChoices.js';
import { menu } from './menu.js';
import { stateIcon } from './runState.js';

export function toolbar(
  choices: Choices,
  others: readonly RunSummary[],
  has: { tokens: boolean; onsets: boolean },
  choose: (change: Partial<Choices>) => void,
): TemplateResult {
  const { smoothing, xUnit, log, onsets } = choices;
  const units: Choices['xUnit'][] = has.tokens ? ['step', 'tokens', 'time'] : ['step', 'time'];
  return html`
    <label
      class="smoothing"
      title="Exponential moving average: each value counts ${smoothing.toFixed(2)} times as much as the one after it. The values themselves stay behind it, faintly; 0 draws them alone."
    >
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
      ${
        has.onsets
          ? html`<button aria-pressed=${onsets} title="Where what the doctor found began" @click=${() => choose({ onsets: !onsets })}>
              onsets
            </button>`
          : nothing
      }
    </div>
    ${others.length === 0 ? nothing : overlayMenu(choices, others, choose)}
  `;
}

function overlayMenu({ overlay }: Choices, others: readonly RunSummary[], choose: (change: Partial<Choices>) => void): TemplateResult {
  const toggle = (run: string): void =>
    choose({ overlay: overlay.includes(run) ? overlay.filter((id) => id !== run) : [...overlay, run].slice(-maxOverlays) });
  const now = Date.now();
  return menu({
    kind: 'overlays',
    label: 'Runs to draw over this one',
    summary: html`${icon('layers')} Overlay runs${overlay.length > 0 ? ` (${overlay.length})` : ''} ${icon('chevron-down')}`,
    items: others.map(
      (r) =>
        html`<label>
          <input type="checkbox" .checked=${overlay.includes(r.id)} @change=${() => toggle(r.id)} />
          ${icon(stateIcon[r.state])}
          <span class="name">${r.name}</span>
          <span class="quiet number">${'reward/mean' in r.latest ? significant(r.latest['reward/mean']) : ''}</span>
          <span class="quiet number">${relativeTime(r.created, now)}</span>
        </label>`,
    ),
  });
}
