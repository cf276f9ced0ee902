/** `<advantage-audit .group>`: whether the recorded advantages follow from the rewards, and what they would be otherwise. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { auditGroup, auditStep, type AuditedGroup } from '../../src/core/advantageAudit.js';
import { advantageVariants, type VariantId } from '../../src/core/advantageVariants.js';
import { significant } from '../../src/core/format.js';
import { messageOf } from '../../src/core/messageOf.js';
import { addressPath } from '../../src/protocol/address.js';
import { stepNumbersOf } from '../../src/contracts/group.js';
import type { GroupDetail, StepGroup, StepNumbers } from '../../src/store/views.js';
import { nothingTrained } from '../shared/group/why.js';
import { ownWay } from '../shared/group/whyView.js';
import { host } from '../shared/host.js';
import '../shared/richText.js';
import { icon } from '../shared/states.js';
import { auditChecks, auditHeadline, stepChecks, type Check } from './auditText.js';
import './whatIf.js';

class AdvantageAudit extends LitElement {
  static override properties = { group: { attribute: false }, step: { state: true }, fault: { state: true } };
  declare group: GroupDetail;
  /** Undefined until somebody has opened this; null: the run is gone. */
  declare private step: StepNumbers | null | undefined;
  declare private fault: string | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('group');
    if (!before || addressPath(before.address) === addressPath(this.group.address)) return;
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
        ${step === undefined ? html`<p class="quiet" role="status">Reading the step…</p>` : step === null ? nothing : html`<advantage-what-if .group=${g} .step=${step} .usual=${audit.explained ?? step.normalisation ?? 'standardised'} @graded=${() => void this.read()}></advantage-what-if>`}
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
}

const toNumbers = (values: readonly (number | null)[]): number[] => values.map((v) => v ?? NaN);
const numbersOf = ({ rewards, advantages }: StepGroup): AuditedGroup => ({
  rewards: toNumbers(rewards),
  advantages: toNumbers(advantages),
});

const checkView = ({ ok, text }: Check): TemplateResult => html`<li>${checkIcon(ok)} <span>${text}</span></li>`;

/** Told by shape: green and red are advantages. */
const checkIcon = (ok: boolean | null): TemplateResult =>
  html`<span role="img" aria-label=${ok === null ? 'not judged' : ok ? 'in order' : 'wrong'}
    >${icon(ok === null ? 'question' : ok ? 'check' : 'warning')}</span
  >`;

customElements.define('advantage-audit', AdvantageAudit);
