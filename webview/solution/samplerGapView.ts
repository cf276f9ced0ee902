/** Sampling engine against trainer, where the trace has the log-probabilities of both: in numbers, and the tokens that are worst. */
import { html, nothing, type TemplateResult } from 'lit';
import { areOfTwoTemperatures, temperatureText, twoTemperaturesText } from '../../src/core/logpTemperature.js';
import { count, percent, significant } from '../../src/core/format.js';
import { exactly } from '../../src/core/reveal.js';
import { samplerGap, type SamplerGap } from '../../src/core/samplerGap.js';
import type { SolutionDetail, Trace } from '../../src/store/views.js';
import { icon } from '../shared/states.js';
import { arePlaced, type Token } from '../shared/tokens.js';

/** Tokens that are listed. */
const most = 12;

/** @param jumpTo shows a token in the text */
export function samplerGapView(
  { text, logpTemperatures }: Pick<SolutionDetail, 'text' | 'logpTemperatures'>,
  tokens: readonly Token[],
  { ends, logpSampler, logpOld, mask }: Trace,
  jumpTo: (token: number) => void,
): TemplateResult | typeof nothing {
  if (!logpSampler || !logpOld) return nothing;
  if (areOfTwoTemperatures(logpTemperatures))
    return html`<p class="quiet sampler-gap" role="note">${icon('info')} ${twoTemperaturesText(logpTemperatures)}</p>`;
  const gap = samplerGap(logpSampler, logpOld, mask, most);
  const placed = arePlaced(text, ends);
  return html`
    <details class="sampler-gap">
      <summary>
        ${icon('chevron-right')}
        <span>
          <b>Sampler against trainer</b> <span class="gap-numbers">${gapNumbers(gap)}</span>
          <span class="quiet">· ${temperatureText(logpTemperatures.trainer)}</span>
        </span>
      </summary>
      ${
        gap.worst.length === 0
          ? html`<p class="quiet">${gap.tokens === 0 ? 'No token is compared.' : 'Both give every token the same probability.'}</p>`
          : html`<ol class="worst-tokens" aria-label="Tokens with the largest difference">
              ${gap.worst.map(
                ({ token, gap, ratio }) => html`
                  <li>
                    <button class="plain" title="Show it in the text" @click=${() => jumpTo(token)}>
                      ${placed ? html`<code>${exactly(text.slice(tokens[token].start, tokens[token].end))}</code>` : nothing}
                      <span class="quiet">token ${token + 1}</span>
                      <span title=${`log π_old − log π_sampler = ${gap} nats`}>Δ ${gap > 0 ? '+' : ''}${significant(gap)}</span>
                      <span title=${`π_old/π_sampler = ${ratio}`}>ratio ${significant(ratio)}</span>
                      <span class="quiet"
                        >π_sampler ${significant(Math.exp(logpSampler[token]))}, π_old ${significant(Math.exp(logpOld[token]))}</span
                      >
                    </button>
                  </li>
                `,
              )}
            </ol>`
      }
    </details>
  `;
}

/** `mean |Δ log π| 0.012 · largest 1.38 · 2 % of 311 tokens with a ratio outside [0.5, 2] · 40 tokens not learned from left out` */
const gapNumbers = ({ tokens, masked, unknown, mean, max, outside }: SamplerGap): string =>
  [
    ...(tokens === 0
      ? ['no token compared']
      : [
          `mean |Δ log π| ${significant(mean)}`,
          `largest ${significant(max)}`,
          `${percent(outside)} of ${count(tokens, 'token')} with a ratio outside [0.5, 2]`,
        ]),
    ...(masked > 0 ? [`${count(masked, 'token')} not learned from left out`] : []),
    ...(unknown > 0 ? [`${count(unknown, 'token')} without a number left out`] : []),
  ].join(' · ');
