import { html, nothing, type TemplateResult } from 'lit';
import { temperatureText, type LogpTemperatures } from '../../src/core/logpTemperature.js';
import { alike, count } from '../../src/core/format.js';
import { levels, type Heat } from './heat.js';

/** The colour scale with the values at its ends, and the temperature they are at: `π_θ/π_old 0.92 ▓▒░ 1 ░▒▓ 1.08 untempered (T = 1)`. */
export function legend({ mode, label, low, neutral, high, beyond }: Heat, temperatures: LogpTemperatures): TemplateResult {
  const swatches = (side: 'up' | 'down', order: readonly number[]) =>
    html`<span class="scale">${order.map((n) => html`<i class="t ${side} h${n}"></i>`)}</span>`;
  const text = alike([low, neutral, high]);
  const steps = Array.from({ length: levels }, (_, i) => i + 1);
  const cut = beyond.low + beyond.high;
  const meaning = cut === 0 ? label.meaning : `${label.meaning} ${count(cut, 'token')} beyond this scale: strongest colour.`;
  return html`
    <span class="heat-legend heat-${mode}" title=${meaning}>
      ${label.symbol} ${low < neutral ? html`${beyond.low > 0 ? '≤ ' : ''}${text(low)} ${swatches('down', steps.toReversed())}` : nothing}
      ${text(neutral)} ${high > neutral ? html`${swatches('up', steps)} ${beyond.high > 0 ? '≥ ' : ''}${text(high)}` : nothing}
      ${cut > 0 ? html`<span>(${cut} beyond)</span>` : nothing}
      ${label.whose ? html`<span class="temperature">${temperatureText(temperatures[label.whose])}</span>` : nothing}
    </span>
  `;
}
