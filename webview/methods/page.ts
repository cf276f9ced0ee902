import { html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { decodeTexts } from '../../src/core/utf8.js';
import type { ClipRange } from '../../src/core/objective.js';
import type { RunAddress, WorkspaceAddress } from '../../src/protocol/address.js';
import type { GroupDetail, SolutionSummary, Trace } from '../../src/store/views.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { trail } from '../shared/position.js';
import '../shared/richText.js';
import { skeletonRows, stateView } from '../shared/states.js';
import { openSolution, traceOf } from '../../src/contracts/solution.js';
import { coefficientsOf, type Settings } from './methodCoefficients.js';
import { coefficientTable } from './coefficientTable.js';
import { groupToCompare, usageOfMethods, type ComparedGroup, type MethodUsage } from '../../src/contracts/methods.js';
import { gradient } from './paradigm.js';
import { paradigmTable } from './paradigmTable.js';
import { settingsOf } from './coefficientSettings.js';

interface MethodsView {
  usage: MethodUsage[];
  compared: (Omit<ComparedGroup, 'group'> & { group: GroupDetail; traces: (Trace | null)[] }) | null;
}

/** Solutions whose tokens are asked for: those of larger groups stand with their group's numbers alone. */
const mostTraces = 64;
/** Runs that train write all the time; what this page shows of them changes seldom. */
const refreshEvery = 5000;

/** The paradigm that all methods are cases of, and what each would do with one group. */
export class MethodsPage extends Page<MethodsView, WorkspaceAddress> {
  static override properties: PropertyDeclarations = { ...Page.properties, texts: { state: true } };
  protected override readonly kind = 'methods';
  protected override readonly actions: Actions = {};

  /** Of the solutions whose tokens are shown. */
  declare private texts: ReadonlyMap<number, string | undefined>;

  constructor() {
    super();
    this.texts = new Map();
  }

  protected override async load({ about }: WorkspaceAddress, options: RequestOptions): Promise<MethodsView> {
    const subject = about && 'run' in about ? about : undefined;
    // A group that is shown stays: a newer one would move what is being read.
    const shown = this.comparedSubject === subject ? this.view?.compared : undefined;
    const [usage, compared] = await Promise.all([host.request(usageOfMethods, {}, options), shown ?? this.compare(subject, options)]);
    this.comparedSubject = subject;
    return { usage, compared };
  }
  private comparedSubject: RunAddress | undefined;

  private async compare(about: RunAddress | undefined, options: RequestOptions): Promise<MethodsView['compared']> {
    const compared = await host.request(groupToCompare, about ? { about } : {}, options);
    if (!compared) return null;
    const { run, step, group, solutions } = compared.group;
    const trace = async ({ hasTrace, index }: SolutionSummary): Promise<Trace | null> =>
      hasTrace && index < mostTraces ? host.request(traceOf, { run, step, group, solution: index }, options) : null;
    const traces = await Promise.all(solutions.map(trace));
    return { ...compared, group: decodeTexts(compared.group), traces };
  }

  protected override arrived(): void {
    super.arrived();
    this.texts = new Map();
  }

  protected override onChanged(): void {
    this.refreshSoon(refreshEvery);
  }

  protected override content({ usage, compared }: MethodsView): TemplateResult {
    return html`
      <header>
        <h1>Methods</h1>
        <p class="quiet">Every method is a data source, a reward and a coefficient in one gradient (DeepSeekMath, section 5.2.1):</p>
        <p class="gradient"><tex-formula .latex=${gradient}></tex-formula></p>
      </header>
      ${paradigmTable(usage, (run, aside) => this.go({ run }, aside))} ${compared ? this.comparison(compared) : this.nothingToCompare()}
    `;
  }

  private comparison({ group, method, settings, traces }: NonNullable<MethodsView['compared']>): TemplateResult {
    const used = settingsOf(method, settings);
    const coefficients = coefficientsOf({ method, solutions: group.solutions, traces }, used);
    const { run, step } = group;
    return html`
      <section>
        <h2>One group, every method</h2>
        ${trail(
          [
            { label: group.runName, address: { run } },
            { label: `step ${step}`, address: { run, step } },
            { label: `group ${group.group + 1}`, address: group.address },
          ],
          this.hint('The page above', 'up'),
          (address, aside) => this.go(address, aside),
        )}
        <p class="question"><rich-text .text=${group.question}></rich-text></p>
        <p class="quiet">
          What would multiply the gradient of each token’s log-probability: positive makes the token likelier, negative rarer. All stand
          under the paradigm’s 1/|o| unless another weight is named. ${settingsText(used)}
        </p>
        ${coefficientTable(
          { solutions: group.solutions, traces, coefficients, open: this.texts },
          {
            toggle: (i) => void this.toggle(i),
            openSolution: (solution, aside) => this.go({ ...group.address, solution }, aside),
          },
        )}
      </section>
    `;
  }

  private nothingToCompare(): TemplateResult {
    return html`
      <section>
        ${stateView({
          icon: 'table',
          title: 'No group to compare the methods on',
          detail:
            'Once a run has a group with right and wrong solutions, this page shows what each method would do with every token of it. On the page of any group there is a link here.',
        })}
      </section>
    `;
  }

  private async toggle(i: number): Promise<void> {
    const compared = this.view?.compared;
    if (!compared) return;
    const next = new Map(this.texts);
    if (next.delete(i)) {
      this.texts = next;
      return;
    }
    this.texts = next.set(i, undefined);
    const { run, step, group, solutions } = compared.group;
    const solution = await this.ask(openSolution, { run, step, group, solution: solutions[i].index });
    if (this.texts.has(i)) this.texts = new Map(this.texts).set(i, solution ? decodeTexts(solution).text : '');
  }

  protected override skeleton(): TemplateResult {
    return html`${skeletonRows(1, [30, 70])} ${skeletonRows(6, [10, 20, 20, 30, 10, 10])} ${skeletonRows(8, [20, 10, 10, 10, 10, 10, 10])}`;
  }

  protected override missing(): TemplateResult {
    return this.nothingToCompare();
  }
}

const settingsText = ({ clip, beta, kl, dpoBeta, dapoClip, gspoClip }: Settings): string => {
  const range = ({ low, high }: ClipRange): string => (low === high ? String(low) : `${low} and ${high}`);
  return `ε ${range(clip)}, β ${beta} (${kl}); DPO’s β ${dpoBeta}; DAPO’s ε ${range(dapoClip)}, GSPO’s ${range(gspoClip)}.`;
};
