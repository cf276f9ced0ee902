import { html, nothing, type TemplateResult } from 'lit';
import { significant } from '../shared/format.js';
import { heatLabels, levels, type Heat } from './heat.js';

/** The colour scale with the values at its ends: `π_θ/π_old 0.92 ▓▒░ 1 ░▒▓ 1.08`. */
export function legend({ mode, low, neutral, high }: Heat): TemplateResult {
  const swatches = (side: 'up' | 'down', order: readonly number[]) =>
    html`<span class="scale">${order.map((n) => html`<i class="t ${side} h${n}"></i>`)}</span>`;
  const steps = Array.from({ length: levels }, (_, i) => i + 1);
  return html`
    <span class="heat-legend heat-${mode}" title=${heatLabels[mode].meaning}>
      ${heatLabels[mode].symbol} ${low < neutral ? html`${significant(low)} ${swatches('down', steps.toReversed())}` : nothing}
      ${significant(neutral)} ${high > neutral ? html`${swatches('up', steps)} ${significant(high)}` : nothing}
    </span>
  `;
}
