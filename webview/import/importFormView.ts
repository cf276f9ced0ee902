/** The form: what it is, which run of it, and how it is to be kept. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FormatView, ImportView, SourceView } from '../../src/contracts/import.js';
import { runWords } from '../../src/core/runFacts.js';
import { chosenRuns, formatOf, groupSizeProblem, replaceable, type Form } from './importForm.js';

export type Change = (change: Partial<Form>) => void;

/** Formats that see something of their own; of the others one is chosen from a list. */
export function formatsView(form: Form, { formats, chosen }: SourceView, change: Change): TemplateResult {
  const seen = formats.filter(({ why }) => why !== null);
  const others = formats.filter(({ why }) => why === null);
  const other = others.some(({ id }) => id === form.format);
  const lead =
    chosen !== null
      ? nothing
      : html`<p class="question">
          ${seen.length === 0 ? 'No format is recognised in it; say which it is.' : seen.length === 1 ? 'It is not certain what it is.' : 'It may be any of these; which is it?'}
        </p>`;
  return html`
    <fieldset class="formats">
      <legend>Format</legend>
      ${lead}
      ${seen.map((format) => formatView(format, format.id === form.format, () => change({ format: format.id, runs: [], asOne: false })))}
      ${
        others.length > 0
          ? html`<label class="other"
              ><span class="quiet">${seen.length > 0 ? 'Another format' : 'Format'}</span>
              <select
                @change=${(e: Event) => change({ format: (e.target as HTMLSelectElement).value || (chosen ?? null), runs: [], asOne: false })}
              >
                <option value="" ?selected=${!other}>–</option>
                ${others.map(({ id, title }) => html`<option value=${id} ?selected=${id === form.format}>${title}</option>`)}
              </select></label
            >`
          : nothing
      }
    </fieldset>
  `;
}

const formatView = ({ id, title, why }: FormatView, checked: boolean, choose: () => void): TemplateResult => html`
  <label class="choice">
    <input type="radio" name="format" value=${id} .checked=${checked} @change=${choose} />
    <span><b>${title}</b><span class="quiet why">for it has ${why}</span></span>
  </label>
`;

/** Which of several runs, with what is known of each; nothing where there is one. */
export function runsView(form: Form, source: SourceView, change: Change): unknown {
  const format = formatOf(form, source);
  if (!format || format.runs.length < 2) return nothing;
  const { runs } = format;
  const chosen = chosenRuns(form, format);
  const choose = (ids: readonly string[]): void => change({ runs: [...ids], asOne: false });
  return html`<fieldset class="runs">
    <legend>${runs.length} runs are in it; which?</legend>
    ${format.unlisted === null ? nothing : html`<p class="quiet">${format.unlisted}</p>`}
    <label class="choice all">
      <input
        type="checkbox"
        .checked=${chosen.length === runs.length}
        .indeterminate=${chosen.length > 0 && chosen.length < runs.length}
        @change=${(e: Event) => choose((e.target as HTMLInputElement).checked ? runs.map(({ id }) => id) : [])}
      />
      <span>All<span class="quiet why">each becomes a run of its own</span></span>
    </label>
    <div class="list">
      ${runs.map(
        (run) =>
          html`<label class="choice">
            <input
              type="checkbox"
              .checked=${chosen.includes(run.id)}
              @change=${(e: Event) =>
                choose((e.target as HTMLInputElement).checked ? [...chosen, run.id] : chosen.filter((id) => id !== run.id))}
            />
            <span
              ><span class="path">${run.name === '.' ? 'the folder itself' : run.name}</span
              >${runs.some((other) => other !== run && other.name === run.name) ? html` <span class="quiet">${run.id}</span>` : nothing}<span
                class="quiet why"
                >${runWords(run, runs).join(' · ')}</span
              ></span
            >
          </label>`,
      )}
    </div>
    <label class="choice">
      <input
        type="checkbox"
        .checked=${form.asOne}
        @change=${(e: Event) => change({ runs: [], asOne: (e.target as HTMLInputElement).checked })}
      />
      <span>Read all of it as one run<span class="quiet why">what becomes of each stands in the run’s notes</span></span>
    </label>
  </fieldset>`;
}

export function howView(form: Form, { source, folders }: ImportView, change: Change): TemplateResult {
  const format = source && formatOf(form, source);
  const wrong = groupSizeProblem(form.groupSize);
  const replaced = source ? replaceable(form, source) : [];
  const typed = (e: Event): string => (e.target as HTMLInputElement).value;
  return html`
    <fieldset class="how">
      <legend>How</legend>
      <div class="fields">
        <label class="typed"
          ><span>Name</span
          ><input
            type="text"
            maxlength="200"
            placeholder="from the files"
            .value=${form.name}
            @input=${(e: Event) => change({ name: typed(e) })}
        /></label>
        ${
          format?.takesGroupSize
            ? html`<label class="typed"
                ><span>Group size</span
                ><input
                  type="text"
                  inputmode="numeric"
                  placeholder="as the files tell"
                  title="Solutions of a question. Left out, it is what the files tell, or inferred from equal prompts in a row."
                  aria-invalid=${wrong === null ? 'false' : 'true'}
                  .value=${form.groupSize}
                  @input=${(e: Event) => change({ groupSize: typed(e) })}
                />${wrong === null ? nothing : html`<span class="finding stops" role="alert">${wrong}</span>`}</label
              >`
            : nothing
        }
        ${
          folders.length > 1
            ? html`<label class="typed"
                ><span>Keep it in</span
                ><select @change=${(e: Event) => change({ folder: typed(e) })}>
                  ${folders.map((folder) => html`<option value=${folder} ?selected=${(form.folder ?? folders[0]) === folder}>${folder}</option>`)}
                </select></label
              >`
            : nothing
        }
      </div>
      <label class="choice"
        ><input type="radio" name="follow" .checked=${!form.follow} @change=${() => change({ follow: false })} /><span
          >Import as it is now</span
        ></label
      >
      <label class="choice"
        ><input type="radio" name="follow" .checked=${form.follow} @change=${() => change({ follow: true })} /><span
          >Import and follow<span class="quiet why">keep up with it while it grows</span></span
        ></label
      >
      ${
        replaced.length > 0
          ? html`<label class="choice"
              ><input
                type="checkbox"
                .checked=${form.replace}
                @change=${(e: Event) => change({ replace: (e.target as HTMLInputElement).checked })}
              /><span
                >Replace ${replaced.map(({ name }) => name).join(', ')}<span class="quiet why"
                  >imported from here before; deleted when the new one is there</span
                ></span
              ></label
            >`
          : nothing
      }
    </fieldset>
  `;
}
