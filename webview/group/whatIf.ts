/** `<advantage-what-if .group .step .usual>`: what the advantages would be with another formula, other weights, or another checker. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { advantageVariants, variantIds, type VariantId } from '../../src/core/advantageVariants.js';
import {
  knownTerms,
  numberedGroup,
  verdictPays,
  weightsOfTerms,
  type NumberedGroup,
  type VerdictPay,
} from '../../src/core/advantageWhatIf.js';
import { count, signed, significant } from '../../src/core/format.js';
import { messageOf } from '../../src/core/messageOf.js';
import { groupWhatIf, stepWhatIf, type Supposed } from '../../src/core/stepWhatIf.js';
import { addressPath, type RunAddress } from '../../src/protocol/address.js';
import { runCommand } from '../../src/contracts/everyPage.js';
import { stepVerdictsOf } from '../../src/contracts/group.js';
import type { GroupDetail, GroupVerdicts, StepNumbers } from '../../src/store/views.js';
import { leftTexts, payText, undecidedText } from '../../src/words/whatIfText.js';
import { host } from '../shared/host.js';
import { icon } from '../shared/states.js';
import { advantageChip } from '../shared/verdict.js';

/** Rows of a what-if. */
const mostRows = 64;

/** Another checker; its verdicts by group are undefined until they are there. */
interface Chosen {
  name: string;
  verdicts: Map<number, GroupVerdicts> | undefined;
}

class AdvantageWhatIf extends LitElement {
  static override properties = {
    group: { attribute: false },
    step: { attribute: false },
    usual: { attribute: false },
    variant: { state: true },
    weights: { state: true },
    chosen: { state: true },
    term: { state: true },
    fault: { state: true },
  };
  declare group: GroupDetail;
  declare step: StepNumbers;
  /** As the advantages were made, as far as is known. */
  declare usual: VariantId;
  /** What is supposed; null: as it is. */
  declare private variant: VariantId | null;
  declare private weights: Record<string, number> | null;
  declare private chosen: Chosen | null;
  /** Which term the checker is taken to judge; undefined: the likeliest. */
  declare private term: string | undefined;
  declare private fault: string | undefined;

  constructor() {
    super();
    this.variant = this.weights = this.chosen = null;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('group');
    if (before && addressPath(before.address) !== addressPath(this.group.address)) this.asItWas();
  }

  private asItWas(): void {
    this.variant = this.weights = this.chosen = null;
    this.term = this.fault = undefined;
  }

  private async choose(name: string): Promise<void> {
    this.fault = undefined;
    if (name === '') {
      this.chosen = null;
      return;
    }
    const chosen = (this.chosen = { name, verdicts: undefined } as Chosen);
    try {
      const { run, step } = this.group;
      const found = await host.request(stepVerdictsOf, { run, step, grades: name });
      if (this.chosen !== chosen) return;
      if (found === null) throw new Error('Its grades are not there any more.');
      this.chosen = { name, verdicts: new Map(found.map((of) => [of.group, of])) };
    } catch (error) {
      if (this.chosen !== chosen) return;
      this.chosen = null;
      this.fault = messageOf(error);
    }
  }

  protected override render(): unknown {
    const { step, group, usual } = this;
    const here = step.groups.find((of) => of.group === group.group);
    if (!here) return html`<p class="quiet">What if: this group is not among the first ${step.groups.length} of the step.</p>`;
    const numbers = numberedGroup(here);
    if (!numbers.rewards.every(Number.isFinite)) return nothing;
    const trained = step.groups.filter(({ split }) => split === null).map(numberedGroup);
    const recorded = weightsOfTerms(numbers, step.weights);
    const weights = recorded && (this.weights ?? recorded);
    const variant = this.variant ?? usual;
    const isWeighed = weights !== null && Object.keys(weights).some((name) => weights[name] !== recorded![name]);
    const isOther = variant !== usual || isWeighed || this.chosen !== null;
    const pays = verdictPays(trained);
    const pay = pays.find(({ term }) => term === this.term) ?? pays.at(0);
    return html`
      <section class="what-if" aria-labelledby="what-if-title">
        <h3 id="what-if-title">What if</h3>
        <div class="controls">
          <label>
            <span class="quiet">advantages</span>
            <select @change=${(e: Event) => (this.variant = (e.target as HTMLSelectElement).value as VariantId)}>
              ${variantIds.map((id) => html`<option value=${id} ?selected=${id === variant}>${advantageVariants[id].name}</option>`)}
            </select>
          </label>
          ${weights === null ? html`<span class="quiet">${noWeights(numbers)}</span>` : this.weightFields(weights)}
          ${this.checkerField(pays, pay)}
          ${isOther ? html`<button class="link" @click=${() => this.asItWas()}>As it was</button>` : nothing}
        </div>
        ${this.fault === undefined ? nothing : html`<p role="alert">${this.fault}</p>`}
        ${
          !isOther
            ? html`<p class="quiet">
                Change the formula, a weight or the checker to see whose sign flips, here and in the other groups of the step.
              </p>`
            : this.chosen === null
              ? this.outcome(numbers, trained, { variant, recorded: step.weights, weights: isWeighed ? weights : null, checker: null })
              : this.judgedOutcome(numbers, trained, { variant, recorded: step.weights, weights: isWeighed ? weights : null }, pay)
        }
      </section>
    `;
  }

  private weightFields(weights: Record<string, number>): TemplateResult[] {
    return Object.entries(weights).map(
      ([name, weight]) => html`
        <label>
          <span class="quiet">${name} ×</span>
          <input
            type="number"
            step="any"
            aria-label="Weight of ${name}"
            .value=${String(weight)}
            @change=${(e: Event) => this.weigh(weights, name, (e.target as HTMLInputElement).valueAsNumber)}
          />
        </label>
      `,
    );
  }

  private checkerField(pays: readonly VerdictPay[], pay: VerdictPay | undefined): TemplateResult {
    const { checkers } = this.step;
    if (checkers.length === 0)
      return html`<button
        class="link"
        title="Grades the run again; its grades are written beside those of the trainer, and can be chosen here then"
        @click=${() => void this.regrade()}
      >
        Grade with another checker…
      </button>`;
    return html`
      <label>
        <span class="quiet">checker</span>
        <select @change=${(e: Event) => void this.choose((e.target as HTMLSelectElement).value)}>
          <option value="" ?selected=${this.chosen === null}>the run’s own</option>
          ${checkers.map(({ name, checker }) => html`<option value=${name} ?selected=${this.chosen?.name === name}>${checker}</option>`)}
        </select>
      </label>
      ${
        pays.length > 1 && this.chosen !== null
          ? html`<label>
              <span class="quiet">judges</span>
              <select
                aria-label="Reward term that the checker judges"
                @change=${(e: Event) => (this.term = (e.target as HTMLSelectElement).value)}
              >
                ${pays.map(({ term }) => html`<option value=${term ?? ''} ?selected=${term === pay?.term}>${term ?? 'the reward'}</option>`)}
              </select>
            </label>`
          : nothing
      }
    `;
  }

  /** With another checker's verdicts, once they are there. */
  private judgedOutcome(
    here: NumberedGroup,
    trained: readonly NumberedGroup[],
    supposed: Omit<Supposed, 'checker'>,
    pay: VerdictPay | undefined,
  ): TemplateResult {
    const verdicts = this.chosen?.verdicts;
    if (pay === undefined)
      return html`<p>
        No part of the rewards follows from the verdicts in this step (one value where a solution is right, another where it is wrong, both
        seen): what another checker’s would be paid is not known.
      </p>`;
    if (verdicts === undefined) return html`<p class="quiet" role="status">Reading the grades…</p>`;
    const undecided = undecidedText([...verdicts.values()].reduce((sum, of) => sum + of.undecided, 0));
    return html`
      <p class="quiet">${payText(pay, significant)}${undecided}</p>
      ${this.outcome(here, trained, { ...supposed, checker: { pay, rightOf: (group) => verdicts.get(group)?.right } })}
    `;
  }

  private outcome(here: NumberedGroup, trained: readonly NumberedGroup[], supposed: Supposed): TemplateResult {
    const { step } = this;
    const all = stepWhatIf(trained, supposed);
    const [gained, lost] = (['gained', 'lost'] as const).map((kind) => all.groups.filter(({ outcome }) => outcome.signal === kind));
    const turned = all.groups.filter(({ outcome }) => outcome.flips.length > 0);
    const own = groupWhatIf(here, supposed);
    const notes = leftTexts(all);
    if (step.groups.length < step.all)
      notes.push(`The step has ${step.all.toLocaleString('en-US')} groups; the first ${step.groups.length} were read.`);
    return html`
      <p role="status">
        ${own === null ? 'Of this group it does not follow.' : this.ownText(own)} Of ${count(all.groups.length, 'group')} of the step signs
        flip in ${this.doors(turned)}, ${this.doors(gained)} gain${gained.length === 1 ? 's' : ''} a signal, ${this.doors(lost)}
        lose${lost.length === 1 ? 's' : ''} it. ${notes.map((note) => html`<span class="quiet">${note} </span>`)}
      </p>
      ${own === null ? nothing : this.table(here, own)}
    `;
  }

  private ownText({ flips, advantages, signal }: NonNullable<ReturnType<typeof groupWhatIf>>): TemplateResult {
    return html`Here
    ${
      flips.length === 0
        ? 'no advantage changes its sign'
        : html`<b>${count(flips.length, 'advantage')}</b> of ${advantages.length} change${flips.length === 1 ? 's' : ''} sign`
    }${signal === null ? '' : `; the group ${signal === 'gained' ? 'gains a' : 'loses its'} signal`}.`;
  }

  private table(here: NumberedGroup, { advantages, rewards, flips }: NonNullable<ReturnType<typeof groupWhatIf>>): TemplateResult {
    const flipped = new Set(flips);
    return html`
      <table class="outcome">
        <thead>
          <tr>
            <th>solution</th>
            <th>reward</th>
            <th>recorded</th>
            <th>would be</th>
            <th>sign</th>
          </tr>
        </thead>
        <tbody>
          ${advantages.slice(0, mostRows).map((a, i) => {
            const was = here.advantages[i];
            return html`<tr>
              <td>
                <button class="link" @click=${(e: MouseEvent) => this.go({ ...this.group.address, solution: i }, e.ctrlKey || e.metaKey)}>
                  ${i + 1}
                </button>
              </td>
              <td>
                ${significant(here.rewards[i])}${rewards[i] === here.rewards[i] ? nothing : html` → <b>${significant(rewards[i])}</b>`}
              </td>
              <td>${Number.isFinite(was) ? advantageChip(was) : '–'}</td>
              <td>${Number.isFinite(a) ? signed(a) : '–'}</td>
              <td>${flipped.has(i) ? html`${icon('arrow-swap')} flips` : nothing}</td>
            </tr>`;
          })}
        </tbody>
      </table>
      ${advantages.length > mostRows ? html`<p class="quiet">the first ${mostRows} of ${advantages.length}</p>` : nothing}
    `;
  }

  /** `3 (group 2, 5, 7)`: each a way there. */
  private doors(groups: readonly { group: number }[]): TemplateResult {
    const shown = groups.slice(0, 5);
    return html`<b>${groups.length}</b>${
        shown.length === 0
          ? nothing
          : html` (group
            ${shown.map(
              ({ group }, i) =>
                html`${i > 0 ? ', ' : ''}<button
                    class="link"
                    @click=${(e: MouseEvent) => this.go({ run: this.group.run, step: this.group.step, group }, e.ctrlKey || e.metaKey)}
                  >
                    ${group + 1}
                  </button>`,
            )}${groups.length > shown.length ? ', …' : ''})`
      }`;
  }

  private async regrade(): Promise<void> {
    this.fault = undefined;
    try {
      await host.request(runCommand, { run: this.group.run, command: 'regrade' });
      this.dispatchEvent(new CustomEvent('graded', { bubbles: true }));
    } catch (error) {
      this.fault = messageOf(error);
    }
  }

  private weigh(weights: Record<string, number>, name: string, weight: number): void {
    if (Number.isFinite(weight)) this.weights = { ...weights, [name]: weight };
    else this.requestUpdate();
  }

  private go(address: RunAddress, aside: boolean): void {
    this.dispatchEvent(new CustomEvent('go', { detail: { address, aside }, bubbles: true }));
  }
}

const noWeights = (group: NumberedGroup): string =>
  knownTerms(group).length === 0
    ? 'The terms of the rewards are not recorded: they cannot be weighed.'
    : 'The rewards are no weighted sum of their terms: they cannot be weighed.';

customElements.define('advantage-what-if', AdvantageWhatIf);
