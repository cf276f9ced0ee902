import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Trace } from '../../src/store/views.js';
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
export function readoutValues(trace: Trace, i: number, advantage: number | null): ReadoutValue[] {
  const plain = (label: string, x: number | null | undefined, exact = ''): ReadoutValue[] =>
    x === undefined || x === null ? [] : [{ label, value: digits(x), exact: `${x}${exact}` }];
  // Probabilities read better than their logarithms; the exact logarithm is one hover away.
  const probability = (label: string, logp: number | undefined): ReadoutValue[] =>
    logp === undefined ? [] : [{ label, value: digits(Math.exp(logp)), exact: `log ${label} = ${logp}` }];
  return [
    ...signedAdvantage(trace.advantage?.[i] ?? (isUnlearned(trace, i) ? null : advantage)),
    ...probability('π_sampler', trace.logpSampler?.[i]),
    ...probability('π_old', trace.logpOld?.[i]),
    ...samplerGap(trace.logpOld?.[i], trace.logpSampler?.[i]),
    ...probability('π_ref', trace.logpRef?.[i]),
    ...probability('π_θ', trace.logp?.[i]),
    ...plain('ratio', trace.ratio?.[i], ' = π_θ/π_old'),
    ...plain('KL', trace.kl?.[i], ' (k3)'),
    ...plain('entropy', trace.entropy?.[i], ' nats'),
    ...plain('rank', trace.rank?.[i]),
  ];
}

/** Whether the trace says that this token was not learned from. */
const isUnlearned = ({ mask }: Trace, i: number): boolean => mask?.[i] === 0;

/** How far trainer and sampling engine are apart about the same token. */
function samplerGap(old: number | undefined, sampler: number | undefined): ReadoutValue[] {
  if (old === undefined || sampler === undefined) return [];
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
export function readout(text: string, tokens: readonly Token[], trace: Trace, current: number, advantage: number | null): TemplateResult {
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
      ${readoutValues(trace, current, advantage).map(
        (v) => html`<span class="number" title=${v.exact}><span class="label">${v.label}</span> ${v.value}</span>`,
      )}
    </div>
  `;
}
