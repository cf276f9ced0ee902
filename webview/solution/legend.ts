import { html, nothing, type TemplateResult } from 'lit';
import { alike } from '../shared/format.js';
import { heatLabels, levels, type Heat } from './heat.js';

/** The colour scale with the values at its ends: `π_θ/π_old 0.92 ▓▒░ 1 ░▒▓ 1.08`. */
export function legend({ mode, low, neutral, high }: Heat): TemplateResult {
  const swatches = (side: 'up' | 'down', order: readonly number[]) =>
    html`<span class="scale">${order.map((n) => html`<i class="t ${side} h${n}"></i>`)}</span>`;
  const text = alike([low, neutral, high]);
  const steps = Array.from({ length: levels }, (_, i) => i + 1);
  return html`
    <span class="heat-legend heat-${mode}" title=${heatLabels[mode].meaning}>
      ${heatLabels[mode].symbol} ${low < neutral ? html`${text(low)} ${swatches('down', steps.toReversed())}` : nothing} ${text(neutral)}
      ${high > neutral ? html`${swatches('up', steps)} ${text(high)}` : nothing}
    </span>
  `;
}
