import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { z } from 'zod';
import { memoryOf, type MemoryMethod } from '../../src/core/methods.js';
import { addressPath, type WorkspaceAddress } from '../../src/protocol/address.js';
import { percent } from '../../src/core/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { skeletonRows, stateView } from '../shared/states.js';
import { bars } from './memoryBars.js';
import { choicesOf, choicesSchema, plainChoices, type Choices } from './plannerChoices.js';
import { barOf, compared, less, scaleOf } from './comparison.js';
import { experimentToPlan, type PlannedExperiment } from '../../src/contracts/planner.js';
import { controls, type Rejected } from './plannerControls.js';
import { table } from './memoryTable.js';

/** Choices, and the address at which they were made: coming from another experiment begins with what that one says. */
const keptSchema = z.object({ at: z.string(), choices: choicesSchema });

interface Planned {
  experiment: PlannedExperiment | null;
}

/** What must be resident in memory to train a policy, by method. It asks the host for the experiment only: the sums are made here. */
export class PlannerPage extends Page<Planned, WorkspaceAddress> {
  static override properties: PropertyDeclarations = { ...Page.properties, choices: { state: true }, rejected: { state: true } };
  protected override readonly kind = 'planner';
  protected override readonly actions: Actions = {
    next: { label: 'Next method', run: () => this.step(1) },
    previous: { label: 'Previous method', run: () => this.step(-1) },
  };

  private choices: Choices = plainChoices;
  private rejected: Rejected = {};

  protected override async load(address: WorkspaceAddress, options: RequestOptions): Promise<Planned | null> {
    const { about } = address;
    const experiment = about ? await host.request(experimentToPlan, { about }, options) : null;
    if (about && !experiment) return null;
    const kept = this.recall(keptSchema);
    const before = kept?.choices ?? plainChoices;
    this.rejected = {};
    this.choices = experiment && kept?.at !== addressPath(address) ? choicesOf(experiment, before) : before;
    return { experiment };
  }

  protected override content({ experiment }: Planned): TemplateResult {
    const { choices } = this;
    const list = compared(choices);
    const chosen = barOf(choices, choices.method);
    return html`
      <header>
        <h1>Memory planner</h1>
        ${experiment ? html`<p class="quiet">begun with what <b>${experiment.name}</b> says</p>` : nothing}
      </header>
      ${controls({
        choices,
        rejected: this.rejected,
        choose: (change) => this.choose(change),
        reject: (field, text) => (this.rejected = { ...this.rejected, [field]: text }),
      })}
      <section aria-labelledby="bars-title">
        <h2 id="bars-title">On each device</h2>
        <p>${this.answer()}</p>
        ${bars(list, scaleOf(list, choices.device), choices.device, choices.method, (method) => this.choose({ method }))}
      </section>
      <section aria-labelledby="parts-title">
        <h2 id="parts-title">${memoryOf[choices.method].label}, part by part</h2>
        ${table(chosen)}
      </section>
      ${remarks}
    `;
  }

  /** The comparison in a sentence. */
  private answer(): TemplateResult {
    const [ppo, grpo] = compared(this.choices);
    return html`GRPO holds <b>${percent(less(grpo.parameters, ppo.parameters))} fewer parameters</b> than PPO, and takes
      <b>${percent(less(grpo.perDevice, ppo.perDevice))} less memory</b>: it has no critic to keep and to train.`;
  }

  private choose(change: Partial<Choices>): void {
    this.choices = { ...this.choices, ...change };
    const left = Object.entries(this.rejected).filter(([field]) => !(field in change));
    this.rejected = Object.fromEntries(left);
    if (this.address) this.keep({ at: addressPath(this.address), choices: this.choices });
  }

  /** j and k go through the methods that are compared. */
  private step(by: number): void {
    const methods: MemoryMethod[] = compared(this.choices).map((b) => b.method);
    const at = methods.indexOf(this.choices.method);
    this.choose({ method: methods[(at + by + methods.length) % methods.length] });
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(3, [25, 25, 25, 25])} ${skeletonRows(2, [100])} ${skeletonRows(6, [20, 50, 15, 15])}`;
  }

  protected override missing(): TemplateResult {
    return stateView({
      icon: 'server',
      title: 'The experiment cannot be read',
      detail: 'It is gone, or its file has errors. The planner works without one.',
      buttons: [{ label: 'Plan without it', run: () => this.go({ page: 'planner' }) }],
    });
  }
}

const remarks = html`
  <details class="remarks">
    <summary>What is counted, and what is not</summary>
    <ul>
      <li>GiB are 2³⁰ bytes. What is sold as 80 GB is drawn at 80 GiB, about what its driver reports.</li>
      <li>Reference, reward model and critic are as large as the policy; a reward by rule takes nothing.</li>
      <li>
        Parts that take turns share their room: a KV cache that is freed before the update, and the activations of policy and critic, which
        are updated one after the other.
      </li>
      <li>
        Activations are an estimate for feed-forward layers of four times the width. Frozen models keep none. Buffers of communication,
        fragmentation and the framework itself come on top: leave 5 to 10 % free.
      </li>
      <li>
        Sources: ZeRO (arXiv 1910.02054) for sharding, Korthikanti et al. (arXiv 2205.05198) for activations, 8-bit optimisers (arXiv
        2110.02861), vLLM (arXiv 2309.06180) for the KV cache, DeepSeekMath (arXiv 2402.03300), figure 4, for what PPO and GRPO hold.
      </li>
    </ul>
  </details>
`;
