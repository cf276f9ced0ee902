import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from '../shared/states.js';
import type { PlaygroundView } from '../../src/contracts/playground.js';
import { numbers, sourceKey, sourceOf, withSource, type Form, type NumberField } from './playgroundForm.js';

export interface FormEvents {
  change(form: Form): void;
  /** Takes a question from the run of the form, or of the newest one. */
  take: (() => void) | undefined;
  sample: () => void;
  stop: () => void;
  newSeed: () => void;
}

/** What to ask, of whom, and how. @param problem why it cannot be sampled as it stands */
export function formView(form: Form, view: PlaygroundView, sampling: boolean, problem: string | null, events: FormEvents): TemplateResult {
  const text = (e: Event): string => (e.target as HTMLInputElement | HTMLTextAreaElement).value;
  return html`
    <form
      class="ask"
      @submit=${(e: Event) => {
        e.preventDefault();
        events.sample();
      }}
      @keydown=${(e: KeyboardEvent) => {
        if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) events.sample();
      }}
    >
      <div class="ask-question">
        <label for="question">Question</label>
        ${
          events.take
            ? html`<button
                type="button"
                class="link"
                title="Of its data, or of the groups it recorded; the gold answer comes with it"
                @click=${events.take}
              >
                Take a question from the run
              </button>`
            : nothing
        }
        <textarea
          id="question"
          class="field"
          rows="2"
          spellcheck="false"
          placeholder="What the model is asked"
          .value=${live(form.question)}
          @input=${(e: Event) => events.change({ ...form, question: text(e) })}
        ></textarea>
      </div>
      <div class="ask-fields">
        <label class="ask-gold">
          <span>Gold answer</span>
          <input
            class="field"
            type="text"
            placeholder="none: rewards by hand"
            spellcheck="false"
            autocomplete="off"
            .value=${live(form.gold)}
            @input=${(e: Event) => events.change({ ...form, gold: text(e) })}
          />
        </label>
        <label class="ask-source">
          <span>Sample from</span>
          <select
            .value=${live(form.source ? sourceKey(form.source) : '')}
            @change=${(e: Event) => events.change(withSource(form, sourceOf(text(e)), view))}
          >
            ${view.runs.map(
              (run) => html`
                <optgroup label=${run.name}>
                  ${run.steps.map((step) => option(sourceKey({ run: run.run, step }), `${run.name}, step ${step}`, form))}
                </optgroup>
              `,
            )}
            ${
              view.endpoints.length > 0
                ? html`<optgroup label="Endpoints">
                    ${view.endpoints.map((e) => option(sourceKey({ endpoint: e.name }), `${e.name} (${e.model})`, form))}
                  </optgroup>`
                : nothing
            }
          </select>
        </label>
        <div class="ask-numbers">
          ${(['size', 'temperature', 'maxTokens', 'seed'] as const).map((key) => numberField(key, form, events))}
        </div>
      </div>
      <div class="ask-buttons">
        ${
          sampling
            ? html`<vscode-button appearance="secondary" @click=${events.stop}>Stop${slotted('debug-stop')}</vscode-button>`
            : html`<vscode-button ?disabled=${problem !== null} @click=${events.sample}>Sample${slotted('beaker')}</vscode-button>`
        }
        <span class="quiet" role="status">${problem ?? nothing}</span>
      </div>
    </form>
  `;
}

const option = (key: string, label: string, form: Form): TemplateResult =>
  html`<option value=${key} ?selected=${form.source !== null && sourceKey(form.source) === key}>${label}</option>`;

const slotted = (name: string): TemplateResult => html`<span slot="start" class="codicon codicon-${name}"></span>`;

function numberField(key: NumberField, form: Form, events: FormEvents): TemplateResult {
  const { label, title, min, max, step } = numbers[key];
  return html`
    <label class="ask-number" title=${title}>
      <span>${label}</span>
      <span class="ask-number-field">
        <input
          class="field"
          type="number"
          name=${key}
          min=${min}
          max=${max}
          step=${step < 1 ? 'any' : step}
          .value=${live(Number.isNaN(form[key]) ? '' : String(form[key]))}
          @input=${(e: Event) => events.change({ ...form, [key]: (e.target as HTMLInputElement).valueAsNumber })}
        />
        ${
          key === 'seed'
            ? html`<button type="button" class="icon" title="Another seed" aria-label="Another seed" @click=${events.newSeed}>
                ${icon('refresh')}
              </button>`
            : nothing
        }
      </span>
    </label>
  `;
}
