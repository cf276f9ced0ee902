/** What to sample from, how many questions and how often, and how far it is. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { z } from 'zod';
import { percent } from '../../src/core/format.js';
import { preflightDefaults, preflightMost } from '../../src/doctor/preflight/report.js';
import type { PreflightSource, PreflightView } from '../../src/contracts/preflight.js';

export const formSchema = z.object({
  /** As the options of the menu: `checkpoint`, `nothing`, or `endpoint:NAME`; empty: the first that can be sampled from. */
  source: z.string(),
  questions: z.number(),
  samples: z.number(),
});
export type Form = z.output<typeof formSchema>;

export const firstForm: Form = { source: '', ...preflightDefaults };

const ofEndpoint = 'endpoint:';

/** What can be sampled from, in the order of the menu. */
function choices({ start, endpoints }: PreflightView): { value: string; label: string }[] {
  return [
    ...('label' in start ? [{ value: 'checkpoint', label: start.label }] : []),
    ...endpoints.map(({ name, model }) => ({ value: `${ofEndpoint}${name}`, label: `${name} (${model})` })),
    { value: 'nothing', label: 'nothing: gold answers and reward alone' },
  ];
}

const chosen = (form: Form, view: PreflightView): string => {
  const values = choices(view).map((c) => c.value);
  return values.includes(form.source) ? form.source : values[0];
};

export function sourceOf(form: Form, view: PreflightView): PreflightSource {
  const value = chosen(form, view);
  if (value === 'checkpoint' || value === 'nothing') return value;
  return { endpoint: value.slice(ofEndpoint.length) };
}

/** Why it cannot begin as it stands; null: it can. */
export function problemOf({ questions, samples }: Form): string | null {
  const fits = (n: number, most: number): boolean => Number.isInteger(n) && n >= 1 && n <= most;
  if (!fits(questions, preflightMost.questions)) return `1 to ${preflightMost.questions} questions.`;
  return fits(samples, preflightMost.samples) ? null : `1 to ${preflightMost.samples} samples of each.`;
}

export interface FormEvents {
  change: (form: Form) => void;
  start: () => void;
  stop: () => void;
  openEndpoints: () => void;
}

export function formView(form: Form, view: PreflightView, events: FormEvents): TemplateResult {
  const { running, start } = view;
  const problem = problemOf(form);
  const value = chosen(form, view);
  return html`
    <form
      class="try"
      @submit=${(e: Event) => {
        e.preventDefault();
        if (problem === null && !running) events.start();
      }}
    >
      <label class="try-source">
        <span>Sample from</span>
        <select .value=${live(value)} @change=${(e: Event) => events.change({ ...form, source: (e.target as HTMLSelectElement).value })}>
          ${choices(view).map((c) => html`<option value=${c.value} ?selected=${c.value === value}>${c.label}</option>`)}
        </select>
      </label>
      ${number('questions', 'Questions', form, events)} ${number('samples', 'Samples of each', form, events)}
      <div class="try-buttons">
        ${
          running
            ? html`<vscode-button appearance="secondary" @click=${events.stop}>Stop</vscode-button> ${progress(running)}`
            : html`<vscode-button ?disabled=${problem !== null} @click=${events.start}>Start</vscode-button>
                <span class="quiet" role="status">${problem ?? cost(form, value)}</span>`
        }
      </div>
    </form>
    ${
      'because' in start
        ? html`<p class="quiet">
            The experiment's own weights cannot be sampled from: ${start.because}. ${start.record.replace(/^./, (c) => c.toUpperCase())}.
            ${view.endpoints.length === 0 ? html`<button class="link" @click=${events.openEndpoints}>Name an endpoint</button>` : nothing}
          </p>`
        : nothing
    }
  `;
}

const cost = ({ questions, samples }: Form, source: string): string =>
  source === 'nothing' ? '' : `${(questions * samples).toLocaleString('en-US')} solutions`;

const progress = ({ done, total }: { done: number; total: number }): TemplateResult => html`
  <progress aria-label="Sampling" .value=${total === 0 ? 0 : done / total}></progress>
  <span class="quiet" role="status"
    >${total === 0 ? 'reading gold answers, trying junk' : `${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} solutions, ${percent(done / total)}`}</span
  >
`;

const number = (key: 'questions' | 'samples', label: string, form: Form, { change }: FormEvents): TemplateResult => html`
  <label class="try-number">
    <span>${label}</span>
    <input
      class="field"
      type="number"
      name=${key}
      min="1"
      max=${preflightMost[key]}
      .value=${live(Number.isNaN(form[key]) ? '' : String(form[key]))}
      @input=${(e: Event) => change({ ...form, [key]: (e.target as HTMLInputElement).valueAsNumber })}
    />
  </label>
`;
