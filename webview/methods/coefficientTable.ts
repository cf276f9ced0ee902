/** Solutions by methods, and the tokens of those that are open: what multiplies the gradient of each token's log-probability. */
import { html, nothing, type TemplateResult } from 'lit';
import type { SolutionSummary, Trace } from '../../src/store/views.js';
import { signed, significant } from '../../src/core/format.js';
import { exactly } from '../../src/core/reveal.js';
import { icon } from '../shared/states.js';
import { answerText, verdictIcon } from '../shared/verdict.js';
import { tokensOf } from '../shared/tokens.js';
import { columns, overTokens, type Coefficient, type ColumnId } from './methodCoefficients.js';

export interface Head {
  label: string;
  /** What a number of this column is. */
  meaning: string;
  /** What it stands under in the loss, where that is not the paradigm's 1/|o|. */
  weight?: string;
}

export const heads: Record<ColumnId, Head> = {
  sft: { label: 'SFT', meaning: 'Coefficient 1 on every token of a demonstration; none on samples.' },
  rft: { label: 'RFT', meaning: 'RFT and Online RFT: 1 on right solutions, 0 on wrong ones.' },
  dpo: { label: 'DPO', meaning: 'σ(−margin) of the best right and the worst wrong solution: + on the right one, − on the wrong one.' },
  ppo: { label: 'PPO', meaning: 'ρ·A_t with the advantages of this run’s critic, 0 where the clip is active.' },
  grpo: { label: 'GRPO', meaning: 'ρÂ + β(π_ref/π_θ − 1), the first term 0 where the clip is active.' },
  drGrpo: { label: 'Dr. GRPO', meaning: 'ρ(r − mean), no division by the standard deviation and no KL penalty.', weight: '1/longest' },
  rloo: { label: 'RLOO', meaning: 'The reward against the mean of the others, on samples of the current policy.' },
  dapo: { label: 'DAPO', meaning: 'ρÂ with a wider upper clip (clip-higher) and no KL penalty.', weight: '1/Σ|o|' },
  gspo: { label: 'GSPO', meaning: 'sÂ with one ratio for the whole solution, 0 where its narrow clip is active.' },
};

export interface Compared {
  solutions: readonly SolutionSummary[];
  traces: readonly (Trace | null)[];
  coefficients: Partial<Record<ColumnId, Coefficient[]>>;
  /** Texts of the solutions that are open, by index; undefined while on its way. */
  open: ReadonlyMap<number, string | undefined>;
}

export interface CompareEvents {
  toggle: (solution: number) => void;
  openSolution: (solution: number, aside: boolean) => void;
}

/** Rows of tokens drawn at once: the solution's own page has the rest. */
const mostTokens = 400;

export function coefficientTable(view: Compared, events: CompareEvents): TemplateResult {
  const shown = columns.filter((c) => view.coefficients[c]);
  return html`
    <div class="scroll" tabindex="0" role="group" aria-label="Coefficients by method">
      <table class="coefficients">
        <thead>
          <tr>
            <th scope="col">solution</th>
            ${shown.map(
              (c) =>
                html`<th class="number" scope="col" title=${heads[c].meaning}>
                  ${heads[c].label}${heads[c].weight ? html`<span class="quiet weight">× ${heads[c].weight}</span>` : nothing}
                </th>`,
            )}
          </tr>
        </thead>
        ${view.solutions.map((s, i) => solution(s, i, shown, view, events))}
      </table>
    </div>
  `;
}

function solution(s: SolutionSummary, i: number, shown: readonly ColumnId[], view: Compared, events: CompareEvents): TemplateResult {
  const open = view.open.has(i);
  const trace = view.traces[i];
  return html`
    <tbody>
      <tr>
        <th scope="row">
          <button
            class="icon"
            aria-expanded=${open}
            ?disabled=${!trace}
            title=${trace ? 'Show its tokens' : 'The trainer wrote no tokens of this solution'}
            aria-label="Tokens of solution ${s.index + 1}"
            @click=${() => events.toggle(i)}
          >
            ${icon(open ? 'chevron-down' : 'chevron-right')}
          </button>
          <button class="link" @click=${(e: MouseEvent) => events.openSolution(s.index, e.ctrlKey || e.metaKey)}>${s.index + 1}</button>
          ${verdictIcon(s.correct)} ${s.answer === null ? html`<span class="quiet">no answer</span>` : answerText(s.answer)}
          <span class="quiet">r ${significant(s.reward)}</span>
        </th>
        ${shown.map((c) => cell(view.coefficients[c]![i]))}
      </tr>
      ${open && trace ? tokenRows(i, trace, shown, view) : nothing}
    </tbody>
  `;
}

function cell(c: Coefficient): TemplateResult {
  if (c.kind === 'none') return html`<td class="number"><span class="quiet" title=${c.why}>n/a</span></td>`;
  const { mean, low, high } = overTokens(c.tokens);
  const varies = significant(low) !== significant(high);
  return html`<td
    class="number"
    title=${varies ? `Mean over the tokens; from ${signed(low)} to ${signed(high)}` : 'The same for every token'}
  >
    ${number(mean)}${varies ? html`<span class="quiet range">${signed(low)} … ${signed(high)}</span>` : nothing}
  </td>`;
}

const number = (x: number): TemplateResult =>
  html`<span class=${x > 0 ? 'advantage-up' : x < 0 ? 'advantage-down' : 'advantage-zero'}>${signed(x)}</span>`;

function tokenRows(i: number, trace: Trace, shown: readonly ColumnId[], { open, coefficients }: Compared): TemplateResult {
  const text = open.get(i);
  if (text === undefined)
    return html`<tr class="token">
      <th colspan=${shown.length + 1} class="quiet">reading the text …</th>
    </tr>`;
  const tokens = tokensOf(text, trace.ends).slice(0, mostTokens);
  const left = trace.ends.length - tokens.length;
  return html`
    ${tokens.map(
      (token) =>
        html`<tr class="token">
          <th scope="row"><span class="quiet">${token.index + 1}</span> <code>${exactly(text.slice(token.start, token.end))}</code></th>
          ${shown.map((c) => tokenCell(coefficients[c]![i], token.index))}
        </tr>`,
    )}
    ${
      left > 0
        ? html`<tr class="token">
            <th colspan=${shown.length + 1} class="quiet">… and ${left.toLocaleString('en-US')} more tokens</th>
          </tr>`
        : nothing
    }
  `;
}

const tokenCell = (c: Coefficient, t: number): TemplateResult =>
  html`<td class="number">${c.kind === 'none' ? nothing : number(typeof c.tokens === 'number' ? c.tokens : c.tokens[t])}</td>`;
