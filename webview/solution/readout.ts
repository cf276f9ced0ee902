import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { areOfTwoTemperatures, temperatureText, twoTemperaturesText, type LogpTemperatures } from '../../src/core/logpTemperature.js';
import type { SolutionDetail, Trace } from '../../src/store/views.js';
import { exactly } from '../../src/core/reveal.js';
import { arePlaced, type Token } from '../shared/tokens.js';

export interface ReadoutValue {
  label: string;
  /** Shown with four significant digits. */
  value: string;
  /** All digits, and what belongs to it. */
  exact: string;
}

/**
 * The numbers of one token, in reading order; what the trainer did not write is left out.
 * @param advantage the solution's Â, which holds for every token that was learned from when the trace has none per token
 */
export function readoutValues(trace: Trace, i: number, advantage: number | null, temperatures: LogpTemperatures): ReadoutValue[] {
  const ours = temperatureText(temperatures.trainer);
  const plain = (label: string, x: number | null | undefined, exact = ''): ReadoutValue[] =>
    x === undefined || x === null ? [] : [{ label, value: digits(x), exact: `${x}${exact}` }];
  // Probabilities read better than their logarithms; the exact logarithm is one hover away.
  const probability = (label: string, logp: number | undefined, whose: keyof LogpTemperatures = 'trainer'): ReadoutValue[] =>
    logp === undefined
      ? []
      : [{ label, value: digits(Math.exp(logp)), exact: `log ${label} = ${logp}, ${temperatureText(temperatures[whose])}` }];
  return [
    ...signedAdvantage(trace.advantage?.[i] ?? (isUnlearned(trace, i) ? null : advantage)),
    ...probability('π_sampler', trace.logpSampler?.[i], 'sampler'),
    ...probability('π_old', trace.logpOld?.[i]),
    ...gapValue(trace.logpOld?.[i], trace.logpSampler?.[i], temperatures),
    ...probability('π_ref', trace.logpRef?.[i]),
    ...probability('π_θ', trace.logp?.[i]),
    ...plain('ratio', trace.ratio?.[i], ` = π_θ/π_old, ${ours}`),
    ...plain('KL', trace.kl?.[i], ` (k3), ${ours}`),
    ...plain('entropy', trace.entropy?.[i], ' nats'),
    ...plain('rank', trace.rank?.[i]),
  ];
}

/** Whether the trace says that this token was not learned from. */
const isUnlearned = ({ mask }: Trace, i: number): boolean => mask?.[i] === 0;

/** How far trainer and sampling engine are apart about the same token. */
function gapValue(old: number | undefined, sampler: number | undefined, temperatures: LogpTemperatures): ReadoutValue[] {
  if (old === undefined || sampler === undefined) return [];
  if (areOfTwoTemperatures(temperatures))
    return [{ label: 'log π_old/π_sampler', value: 'two temperatures', exact: twoTemperaturesText(temperatures) }];
  const gap = old - sampler;
  return [
    { label: 'log π_old/π_sampler', value: gap > 0 ? `+${digits(gap)}` : digits(gap), exact: `log π_old − log π_sampler = ${gap} nats` },
  ];
}

function signedAdvantage(x: number | null): ReadoutValue[] {
  return x === null ? [] : [{ label: 'Â', value: x > 0 ? `+${digits(x)}` : digits(x), exact: String(x) }];
}

function digits(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  if (Number.isInteger(x) && Math.abs(x) < 1e6) return String(x).replace('-', '−');
  const text = x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e6) ? x.toExponential(2) : String(Number(x.toPrecision(4)));
  return text.replace(/-/g, '−');
}

/** The line under the chart: a token's text with every space visible, its id and its numbers. */
export function readout(
  text: string,
  tokens: readonly Token[],
  trace: Trace,
  current: number,
  { advantage, logpTemperatures }: Pick<SolutionDetail, 'advantage' | 'logpTemperatures'>,
): TemplateResult {
  const token = tokens.at(current);
  if (current < 0 || !token)
    return html`<div class="readout hint">
      ${
        arePlaced(text, trace.ends)
          ? 'Point at a token, or focus the text and use ← and →, to read its numbers.'
          : 'Point at the curve to read a token’s numbers.'
      }
    </div>`;
  const id = trace.ids?.[current];
  return html`
    <div class="readout">
      <span class="which">
        ${arePlaced(text, trace.ends) ? html`<code>${exactly(text.slice(token.start, token.end))}</code>` : nothing}
        <span class="place">token ${current + 1} of ${tokens.length}${id === undefined ? nothing : html` · id ${id}`}</span>
        ${isUnlearned(trace, current) ? html`<span class="tag">not learned from</span>` : nothing}
      </span>
      ${readoutValues(trace, current, advantage, logpTemperatures).map(
        (v) => html`<span class="number" title=${v.exact}><span class="label">${v.label}</span> ${v.value}</span>`,
      )}
    </div>
  `;
}
