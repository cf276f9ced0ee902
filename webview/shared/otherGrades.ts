/** `<other-grades>`: what other checkers said of a solution, or which solutions of a group they judge otherwise. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { addressPath, type RunAddress } from '../../src/protocol/address.js';
import type { Verdict } from '../../src/protocol/events.js';
import type { OtherGrade, OtherVerdicts } from '../../src/store/views.js';
import { changed, gradesOf, verdictsOf } from '../../src/contracts/everyPage.js';
import { elapsed } from '../../src/core/format.js';
import { host } from './host.js';
import { reveal } from '../../src/core/reveal.js';
import { answerText, verdictIcon } from './verdict.js';

const words: Record<Verdict, string> = { equal: 'Right', different: 'Wrong', undecided: 'Undecided' };

export class OtherGrades extends LitElement {
  static override properties = { address: { attribute: false }, grades: { state: true }, verdicts: { state: true } };
  declare address: RunAddress;
  /** Of the solution, where the address is one's. */
  declare private grades: OtherGrade[];
  /** Of the group, where it is a group's. */
  declare private verdicts: OtherVerdicts[];
  private ticket = 0;

  constructor() {
    super();
    this.grades = [];
    this.verdicts = [];
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    host.on(changed, ({ run }) => {
      if (run === this.address.run) void this.learn(false);
    });
  }

  protected override willUpdate(properties: PropertyValues<this>): void {
    const before = properties.get('address');
    if (properties.has('address') && !(before && addressPath(before) === addressPath(this.address))) void this.learn(true);
  }

  /** What cannot be asked is left out: the page's own request says why. */
  private async learn(fresh: boolean): Promise<void> {
    const ticket = ++this.ticket;
    if (fresh) this.grades = this.verdicts = [];
    const { run, step = 0, group = 0, solution } = this.address;
    const of = { run, step, group };
    const grades = solution === undefined ? [] : await host.request(gradesOf, { ...of, solution }).catch(() => []);
    const verdicts = solution === undefined ? await host.request(verdictsOf, of).catch(() => []) : [];
    if (ticket === this.ticket && this.isConnected) [this.grades, this.verdicts] = [grades, verdicts];
  }

  protected override render(): unknown {
    return [...this.grades.map((g) => this.one(g)), ...this.verdicts.map((v) => this.ofGroup(v))];
  }

  private one({ name, grade }: OtherGrade): TemplateResult {
    const { verdict, answer, rule, reason, checker, ms } = grade;
    return html`
      <p class="grade other">
        ${verdictIcon(verdict === 'undecided' ? null : verdict === 'equal')}
        <span>
          <b>${words[verdict]}</b> for ${this.door(name, checker)}:
          ${answer === null ? 'no answer reported' : answerText(answer)}${rule === '' ? nothing : html`, by ${reveal(rule)}`}${
            reason === undefined ? nothing : html`: ${reveal(reason)}`
          }
          ${ms === undefined ? nothing : html`<span class="quiet">· ${elapsed(ms)}</span>`}
        </span>
      </p>
    `;
  }

  private ofGroup({ name, checker, solutions, otherwise, first }: OtherVerdicts): TemplateResult {
    return html`
      <p class="other-checker">
        ${this.door(name, checker)}
        ${
          otherwise === 0
            ? html`<span class="quiet">judges ${solutions === 1 ? 'the one it read' : `all ${solutions}`} alike</span>`
            : html`judges <b>${otherwise} of ${solutions}</b> otherwise:
                ${first.map(
                  (index, i) =>
                    html`${i > 0 ? ', ' : ''}<button class="link" @click=${() => this.open({ ...this.address, solution: index })}>
                        solution ${index + 1}
                      </button>`,
                )}${otherwise > first.length ? '…' : nothing}`
        }
      </p>
    `;
  }

  private door(name: string, checker: string): TemplateResult {
    const open = (): void => this.open({ run: this.address.run, grades: name });
    return html`<button class="link" title="Show where it disagrees in the whole run" @click=${open}>${checker}</button>`;
  }

  private open(address: RunAddress): void {
    this.dispatchEvent(new CustomEvent<RunAddress>('go', { detail: address }));
  }
}

customElements.define('other-grades', OtherGrades);
