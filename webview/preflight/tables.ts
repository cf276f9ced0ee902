/** Signal by group size, what junk was paid, and gold answers that nothing can read. */
import { html, nothing, type TemplateResult } from 'lit';
import { percent, significant } from '../../src/core/format.js';
import { abridged } from '../../src/core/questionPreview.js';
import { reveal } from '../../src/core/reveal.js';
import type { PreflightFound } from '../../src/contracts/preflight.js';
import type { SignalRow } from '../../src/doctor/preflight/signal.js';
import { signalBy } from '../../src/words/preflightText.js';

export function signalTable({ signal, settings }: PreflightFound): TemplateResult | typeof nothing {
  if (signal.length === 0) return nothing;
  return html`
    <section aria-labelledby="signal-title">
      <h2 id="signal-title">By group size</h2>
      <p class="quiet">Share of the groups whose rewards would differ, with its 95 % interval; the others teach nothing.</p>
      <table class="signal">
        <thead>
          <tr>
            <th class="number">G</th>
            <th>With a difference</th>
            <th class="number">All wrong</th>
            <th class="number">All right</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          ${signal.map((row) => signalRow(row, row.size === settings.size))}
        </tbody>
      </table>
    </section>
  `;
}

function signalRow({ size, signal, allWrong, allRight, by }: SignalRow, own: boolean): TemplateResult {
  return html`
    <tr class=${own ? 'own' : ''}>
      <td class="number">${size}${own ? html`<span class="quiet own-mark">this run</span>` : nothing}</td>
      <td class="difference">
        <span class="quiet by-narrow">${signalBy[by]}:</span>
        ${
          signal === null
            ? html`<span class="quiet">not known: no distribution of difficulty can be fitted</span>`
            : html`<span class="share-bar" aria-hidden="true"
                  ><span class="share-range" style="left: ${100 * signal.low}%; width: ${100 * (signal.high - signal.low)}%"></span
                  ><span class="share-mean" style="left: ${100 * signal.mean}%"></span></span
                ><span class="share-text"
                  ><b>${percent(signal.mean)}</b> <span class="quiet">${percent(signal.low)} to ${percent(signal.high)}</span></span
                >`
        }
      </td>
      <td class="number" title=${allWrong ? `${percent(allWrong.low)} to ${percent(allWrong.high)} (95 %)` : nothing}>
        ${percent(allWrong?.mean)}
      </td>
      <td class="number">${percent(allRight)}</td>
      <td class="quiet">${signalBy[by]}</td>
    </tr>
  `;
}

export const junkTable = ({ junk }: PreflightFound): TemplateResult | typeof nothing =>
  junk.length === 0
    ? nothing
    : html`
        <section aria-labelledby="junk-title">
          <h2 id="junk-title">Junk through the reward</h2>
          <dl class="checks">
            ${junk.map(
              ({ name, replies, paid, example }) => html`
                <div>
                  <dt>${name}</dt>
                  <dd>
                    ${
                      paid === 0
                        ? html`<span class="quiet">none of ${replies} paid</span>`
                        : html`<b>${paid} of ${replies} paid</b>, ${significant(example!.reward)} for
                            <code class="reply">${reveal(JSON.stringify(abridged(example!.text, 80)))}</code>
                            <span class="quiet">${terms(example!.terms)}</span>`
                    }
                  </dd>
                </div>
              `,
            )}
          </dl>
        </section>
      `;

/** `correct 0 · regex 1` */
export const terms = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([term, value]) => `${term} ${significant(value)}`)
    .join(' · ');

export const goldTable = ({ golds: { unreadable } }: PreflightFound): TemplateResult | typeof nothing =>
  unreadable.length === 0
    ? nothing
    : html`
        <section aria-labelledby="gold-title">
          <h2 id="gold-title">Gold answers that nothing can read</h2>
          <dl class="checks">
            ${unreadable.slice(0, mostGolds).map(
              ({ question, gold, why }) => html`
                <div>
                  <dt><code class="reply">${reveal(abridged(gold, 200))}</code></dt>
                  <dd>${reveal(abridged(question, 300))} <span class="quiet">${reveal(why)}</span></dd>
                </div>
              `,
            )}
          </dl>
          ${unreadable.length > mostGolds ? html`<p class="quiet">${mostGolds} of ${unreadable.length} shown; grpo-lab preflight --json has all.</p>` : nothing}
        </section>
      `;

const mostGolds = 50;
