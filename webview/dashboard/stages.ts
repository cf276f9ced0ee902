/** The way from the base model to this run and on: who was made from whom. */
import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../../src/core/format.js';
import { methodText } from '../../src/core/methods.js';
import { icon } from '../shared/states.js';
import type { ChainStage, StageChain } from '../../src/contracts/dashboard.js';

/** Nothing of a run that stands alone: there is nowhere to go. */
export function stagesView(
  { base, stages, tested }: StageChain,
  current: string,
  open: (run: string) => void,
): TemplateResult | typeof nothing {
  if (stages.length < 2 && tested === null) return nothing;
  return html`
    <nav class="stages" aria-label="Stages of training">
      <ol>
        ${
          base === null
            ? nothing
            : html`<li>
                <span class="stage"><span class="stage-method">base</span><span class="stage-run">${base}</span></span>
              </li>`
        }
        ${stages.map((s, i) => html`<li>${base === null && i === 0 ? nothing : icon('arrow-right')} ${stage(s, current, open)}</li>`)}
      </ol>
      ${tested === null ? nothing : html`<p class="tested">${icon('graph')} step ${tested} is evaluated here</p>`}
    </nav>
  `;
}

function stage({ run, name, method, step, others }: ChainStage, current: string, open: (run: string) => void): TemplateResult {
  const more = others === 0 ? '' : `, and ${count(others, 'other run')} from there`;
  if (method === null) {
    return html`<span class="stage" title="${run} is not here any more">
      <span class="stage-method">not here</span><span class="stage-run">${name}</span>
    </span>`;
  }
  const label = html`<span class="stage-method">${methodText(method)}${others === 0 ? '' : ` · ${others} more`}</span>`;
  if (run === current) {
    return html`<span class="stage current" aria-current="page" title="This run${more}"
      >${label}<span class="stage-run">${name}</span></span
    >`;
  }
  const from = step === null ? '' : `, handed on at step ${step}`;
  return html`<button class="plain stage" title="Open the dashboard of ${name}${from}${more}" @click=${() => open(run)}>
    ${label}<span class="stage-run">${name}</span>
  </button>`;
}
