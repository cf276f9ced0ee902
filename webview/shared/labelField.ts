/** `<label-field>`: labels and notes of what a page shows, and a field for more. Fires `trouble` with a sentence when the host could not. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { exactTime, relativeTime } from '../../src/core/format.js';
import { messageOf } from '../../src/core/messageOf.js';
import { reveal } from '../../src/core/reveal.js';
import { addressPath, type RunAddress } from '../../src/protocol/address.js';
import { labelOf, longestLabel, longestNote } from '../../src/protocol/labelName.js';
import type { LabelCount, Mark } from '../../src/store/views.js';
import { changed, labelsOf, markAddresses, marksOf, type MarkAnswer } from '../../src/contracts/everyPage.js';
import { withKey } from './help.js';
import { host } from './host.js';
import { icon } from './states.js';
import './labelField.css';

const isAnother = (a: RunAddress, b: RunAddress | undefined): boolean => b === undefined || addressPath(a) !== addressPath(b);
const by = ({ author, time }: Mark): string => `${author}, ${exactTime(time)}`;

export class LabelField extends LitElement {
  static override properties = {
    address: { hasChanged: isAnother },
    labelKey: {},
    answer: { state: true },
    known: { state: true },
    draft: { state: true },
  };
  declare address: RunAddress;
  /** Key that leads into the field, for the tooltip. */
  declare labelKey: string | undefined;
  declare private answer: MarkAnswer;
  /** Labels of the run, that are offered. */
  declare private known: LabelCount[];
  /** The note that is being written; undefined: none is. */
  declare private draft: string | undefined;
  private ticket = 0;

  constructor() {
    super();
    this.answer = { marks: [], author: null };
    this.known = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    host.on(changed, ({ run }) => {
      if (run === this.address.run) void this.learn();
    });
  }

  protected override willUpdate(properties: PropertyValues<this>): void {
    if (!properties.has('address')) return;
    this.draft = undefined;
    this.answer = { marks: [], author: this.answer.author };
    void this.learn();
  }

  /** Puts the keyboard into the field. */
  enter(): void {
    this.querySelector<HTMLInputElement>('input')?.focus();
  }

  /** What cannot be asked is left out: the page's own request says why. */
  private async learn(): Promise<void> {
    const ticket = ++this.ticket;
    const { address } = this;
    const answer = await host.request(marksOf, { address }).catch(() => undefined);
    if (answer && ticket === this.ticket && this.isConnected) this.answer = answer;
  }

  private async offer(): Promise<void> {
    this.known = await host.request(labelsOf, { run: this.address.run }).catch(() => []);
  }

  private async write(change: { add?: string[]; remove?: string[]; note?: string | null }): Promise<boolean> {
    try {
      await host.request(markAddresses, { addresses: [this.address], add: [], remove: [], ...change });
      await this.learn();
      return true;
    } catch (error) {
      this.tell(messageOf(error));
      return false;
    }
  }

  private tell(trouble: string): void {
    this.dispatchEvent(new CustomEvent('trouble', { detail: trouble }));
  }

  private async add(field: HTMLInputElement): Promise<void> {
    if (field.value.trim() === '') return;
    const name = labelOf(field.value);
    if (name === undefined) this.tell(`A label has 1 to ${longestLabel} characters that can be seen.`);
    else if (await this.write({ add: [name] })) field.value = '';
  }

  private async saveNote(): Promise<void> {
    const note = (this.draft ?? '').trim();
    if (await this.write({ note: note === '' ? null : note })) this.draft = undefined;
  }

  protected override render(): unknown {
    const { marks, author } = this.answer;
    const labels = marks.filter((m) => m.label !== null);
    const notes = marks.filter((m) => m.note !== null);
    if (author === null && marks.length === 0) return nothing;
    return html`
      <div class="labels" role="group" aria-label="Labels">
        ${icon('tag')} ${labels.map((mark) => this.chip(mark))} ${author === null ? nothing : this.fields(author, notes)}
      </div>
      ${notes.map((mark) => this.note(mark))} ${this.draft === undefined ? nothing : this.editor(this.draft)}
    `;
  }

  private chip(mark: Mark): TemplateResult {
    const label = mark.label!;
    return html`
      <span class="badge" title=${by(mark)}>
        ${reveal(label)}${
          this.answer.author === null
            ? nothing
            : html`<button class="plain" aria-label="Take the label ${label} away" @click=${() => void this.write({ remove: [label] })}>
                ${icon('close')}
              </button>`
        }
      </span>
    `;
  }

  private fields(author: NonNullable<MarkAnswer['author']>, notes: readonly Mark[]): TemplateResult {
    const own = notes.find((m) => m.author === author.name)?.note;
    const as = `as ${author.name} (${author.from})`;
    const type = (e: KeyboardEvent): void => {
      if (e.key === 'Enter') void this.add(e.target as HTMLInputElement);
    };
    return html`
      <input
        type="text"
        maxlength=${longestLabel}
        list="known-labels"
        placeholder="Label"
        aria-label="New label"
        title=${withKey(`Enter gives the label, ${as}`, this.labelKey)}
        @focus=${() => void this.offer()}
        @keydown=${type}
      />
      <datalist id="known-labels">${this.known.map(({ label }) => html`<option value=${label}></option>`)}</datalist>
      <button class="link" title=${`Your note, ${as}`} @click=${() => void this.begin(own ?? '')}>
        ${own === undefined ? 'Add a note' : 'Edit your note'}
      </button>
    `;
  }

  private async begin(note: string): Promise<void> {
    this.draft = note;
    await this.updateComplete;
    this.querySelector('textarea')?.focus();
  }

  private note(mark: Mark): TemplateResult {
    return html`
      <p class="note">
        ${icon('note')}
        <span
          >${reveal(mark.note!)} <span class="quiet" title=${by(mark)}>${mark.author}, ${relativeTime(mark.time, Date.now())}</span></span
        >
      </p>
    `;
  }

  private editor(draft: string): TemplateResult {
    const type = (e: KeyboardEvent): void => {
      if (e.key === 'Escape') this.draft = undefined;
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void this.saveNote();
    };
    return html`
      <div class="note-editor">
        <textarea
          rows="3"
          maxlength=${longestNote}
          aria-label="Your note"
          .value=${draft}
          @input=${(e: Event) => (this.draft = (e.target as HTMLTextAreaElement).value)}
          @keydown=${type}
        ></textarea>
        <span>
          <button class="link" title="Save (Ctrl+Enter)" @click=${() => void this.saveNote()}>Save</button>
          <button class="link" title="Leave it as it was (Escape)" @click=${() => (this.draft = undefined)}>Cancel</button>
          <span class="quiet">An empty note takes it away.</span>
        </span>
      </div>
    `;
  }
}

customElements.define('label-field', LabelField);
