/** `<advantage-audit .group>`: whether the recorded advantages follow from the rewards, and what they would be otherwise. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { auditGroup, auditStep, type AuditedGroup } from '../../src/core/advantageAudit.js';
import { advantageVariants, variantIds, type VariantId } from '../../src/core/advantageVariants.js';
import { knownTerms, weightsOfTerms, whatIf, type WeighedGroup } from '../../src/core/advantageWhatIf.js';
import { count, signed, significant } from '../../src/core/format.js';
import { messageOf } from '../../src/core/messageOf.js';
import { addressPath, type RunAddress } from '../../src/protocol/address.js';
import { stepNumbersOf, type StepNumbers } from '../../src/contracts/group.js';
import type { GroupDetail } from '../../src/store/views.js';
import { nothingTrained } from '../shared/group/why.js';
import { ownWay } from '../shared/group/whyView.js';
import { host } from '../shared/host.js';
import '../shared/richText.js';
import { icon } from '../shared/states.js';
import { advantageChip } from '../shared/verdict.js';
import { auditChecks, auditHeadline, stepChecks, type Check } from './auditText.js';

/** Rows of a what-if. */
const mostRows = 64;

class AdvantageAudit extends LitElement {
  static override properties = {
    group: { attribute: false },
    step: { state: true },
    fault: { state: true },
    variant: { state: true },
    weights: { state: true },
  };
  declare group: GroupDetail;
  /** Undefined until somebody has opened this; null: the run is gone. */
  declare private step: StepNumbers | null | undefined;
  declare private fault: string | undefined;
  /** What if; null: as it is. */
  declare private variant: VariantId | null;
  declare private weights: Record<string, number> | null;

  constructor() {
    super();
    this.variant = this.weights = null;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('group');
    if (!before || addressPath(before.address) === addressPath(this.group.address)) return;
    this.variant = this.weights = null;
    const isOtherStep = before.run !== this.group.run || before.step !== this.group.step;
    if (isOtherStep && this.step !== undefined) void this.read();
  }

  private async read(): Promise<void> {
    const { run, step } = this.group;
    try {
      const numbers = await host.request(stepNumbersOf, { run, step });
      if (run !== this.group.run || step !== this.group.step) return;
      this.step = numbers;
      this.fault = undefined;
    } catch (error) {
      this.fault = messageOf(error);
    }
  }

  protected override render(): unknown {
    const { group: g, step } = this;
    if (nothingTrained(g) !== null) return nothing;
    const own = ownWay(g);
    const audit = auditGroup({ rewards: Array.from(g.rewardOf), advantages: Array.from(g.advantageOf) });
    const headline: Check = own === null ? auditHeadline(audit) : { ok: null, text: own };
    const groups = (step?.groups ?? []).filter(({ split }) => split === null);
    return html`
      <details class="audit" @toggle=${(e: Event) => (e.target as HTMLDetailsElement).open && this.step === undefined && void this.read()}>
        <summary><b>Audit of the advantages</b> ${checkIcon(headline.ok)} <span>${headline.text}</span></summary>
        ${
          own === null
            ? html`
                <ul class="checks">
                  ${[
                    ...auditChecks(audit),
                    ...(step ? stepChecks(auditStep(groups.map(numbersOf)), g.size, groups.length, step.all) : []),
                  ].map(checkView)}
                </ul>
                ${this.settings(audit.explained)} ${this.variants(audit)}
              `
            : nothing
        }
        ${this.fault === undefined ? nothing : html`<p class="quiet" role="alert">${this.fault}</p>`}
        ${step === undefined ? html`<p class="quiet" role="status">Reading the step…</p>` : step === null ? nothing : this.whatIf(step, audit.explained)}
      </details>
    `;
  }

  /** What the run's own settings say, where they do. */
  private settings(explained: VariantId | null): TemplateResult | typeof nothing {
    const { normalisation } = this.step ?? {};
    if (!normalisation) return nothing;
    const isSo = explained === null ? null : explained === normalisation;
    return html`<p>
      ${checkIcon(isSo)} The run’s settings say <b>${advantageVariants[normalisation].name}</b>
      <code>method.advantage: ${normalisation}</code>${isSo === false ? html`; it was recorded otherwise` : nothing}.
    </p>`;
  }

  private variants({ fits, size, explained }: ReturnType<typeof auditGroup>): TemplateResult | typeof nothing {
    if (fits.length === 0) return nothing;
    return html`
      <table class="variants">
        <thead>
          <tr>
            <th>formula</th>
            <th>who</th>
            <th class="number">differs in</th>
            <th class="number">by at most</th>
          </tr>
        </thead>
        <tbody>
          ${fits.map(
            ({ variant, differing, largest }) =>
              html`<tr aria-current=${variant === explained ? 'true' : 'false'}>
                <td>
                  <tex-formula .latex=${`\\hat A_i = ${advantageVariants[variant].formula}`}></tex-formula>
                  <span class="quiet">${advantageVariants[variant].name}</span>
                </td>
                <td class="quiet">${advantageVariants[variant].used}</td>
                <td class="number">${differing === 0 ? html`<b>none</b>` : `${differing} of ${size}`}</td>
                <td class="number">${significant(largest)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    `;
  }

  private whatIf(step: StepNumbers, explained: VariantId | null): TemplateResult | typeof nothing {
    const here = step.groups.find(({ group }) => group === this.group.group);
    if (!here) return html`<p class="quiet">What if: this group is not among the first ${step.groups.length} of the step.</p>`;
    const weighedHere = weighed(here);
    if (!weighedHere.rewards.every(Number.isFinite)) return nothing;
    const recorded = weightsOfTerms(weighedHere, step.weights);
    const usual = explained ?? step.normalisation ?? 'standardised';
    const variant = this.variant ?? usual;
    const weights = recorded && (this.weights ?? recorded);
    const isOther = variant !== usual || (weights && Object.keys(weights).some((name) => weights[name] !== recorded[name]));
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
          ${
            weights === null
              ? html`<span class="quiet">${noWeights(weighedHere)}</span>`
              : Object.entries(weights).map(
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
                )
          }
          ${isOther ? html`<button class="link" @click=${() => (this.variant = this.weights = null)}>As it was</button>` : nothing}
        </div>
        ${isOther ? this.outcome(step, weighedHere, weights, recorded, variant) : html`<p class="quiet">Change the formula or a weight to see whose sign flips, here and in the other groups of the step.</p>`}
      </section>
    `;
  }

  private outcome(
    step: StepNumbers,
    here: WeighedGroup,
    weights: Record<string, number> | null,
    recorded: Record<string, number> | null,
    variant: VariantId,
  ): TemplateResult {
    const { advantages, flips, signal } = whatIf(here, weights, variant);
    const flipped = new Set(flips);
    const trained = step.groups.filter(({ split }) => split === null).map((g) => ({ group: g.group, numbers: weighed(g) }));
    const all = trained.flatMap(({ group, numbers }) => {
      if (!numbers.rewards.every(Number.isFinite)) return [];
      // Elsewhere the rewards may be another function of the terms.
      if (recorded !== null && weightsOfTerms(numbers, recorded) === null) return [];
      return [{ group, outcome: whatIf(numbers, weights, variant) }];
    });
    const [gained, lost] = (['gained', 'lost'] as const).map((kind) => all.filter(({ outcome }) => outcome.signal === kind));
    const turned = all.filter(({ outcome }) => outcome.flips.length > 0);
    const left = trained.length - all.length;
    return html`
      <p role="status">
        Here
        ${flips.length === 0 ? 'no advantage changes its sign' : html`<b>${count(flips.length, 'advantage')}</b> of ${advantages.length} change${flips.length === 1 ? 's' : ''} sign`}${signal === null ? '' : `; the group ${signal === 'gained' ? 'gains a' : 'loses its'} signal`}.
        Of ${count(all.length, 'group')} of the step signs flip in ${this.doors(turned)}, ${this.doors(gained)}
        gain${gained.length === 1 ? 's' : ''} a signal, ${this.doors(lost)} lose${lost.length === 1 ? 's' : ''} it.
        ${left > 0 ? html`<span class="quiet">${count(left, 'group')} could not be computed anew: rewards are missing, or are no sum of their terms.</span>` : nothing}
        ${step.groups.length < step.all ? html`<span class="quiet">The step has ${step.all.toLocaleString('en-US')} groups; the first ${step.groups.length} were read.</span>` : nothing}
      </p>
      <table class="outcome">
        <thead>
          <tr>
            <th>solution</th>
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

  private weigh(weights: Record<string, number>, name: string, weight: number): void {
    if (Number.isFinite(weight)) this.weights = { ...weights, [name]: weight };
    else this.requestUpdate();
  }

  private go(address: RunAddress, aside: boolean): void {
    this.dispatchEvent(new CustomEvent('go', { detail: { address, aside }, bubbles: true }));
  }
}

const toNumbers = (values: readonly (number | null)[]): number[] => values.map((v) => v ?? NaN);
const numbersOf = ({ rewards, advantages }: StepNumbers['groups'][number]): AuditedGroup => ({
  rewards: toNumbers(rewards),
  advantages: toNumbers(advantages),
});
const weighed = (g: StepNumbers['groups'][number]): WeighedGroup => ({ ...numbersOf(g), terms: g.terms });

const noWeights = (group: WeighedGroup): string =>
  knownTerms(group).length === 0
    ? 'The terms of the rewards are not recorded: only the formula can be changed.'
    : 'The rewards are no weighted sum of their terms: only the formula can be changed.';

const checkView = ({ ok, text }: Check): TemplateResult => html`<li>${checkIcon(ok)} <span>${text}</span></li>`;

/** Told by shape: green and red are advantages. */
const checkIcon = (ok: boolean | null): TemplateResult =>
  html`<span role="img" aria-label=${ok === null ? 'not judged' : ok ? 'in order' : 'wrong'}
    >${icon(ok === null ? 'question' : ok ? 'check' : 'warning')}</span
  >`;

customElements.define('advantage-audit', AdvantageAudit);
