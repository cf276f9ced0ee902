import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { open } from '../../src/contracts/everyPage.js';
import { openDoctor, type DoctorView } from '../../src/contracts/doctor.js';
import { count } from '../../src/core/format.js';
import type { RunAddress } from '../../src/protocol/address.js';
import type { RunChange } from '../../src/store/views.js';
import { entryBeside, focusEntry } from '../shared/entries.js';
import { factList } from '../shared/factList.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { icon, reading, skeletonRows, stateView } from '../shared/states.js';
import { healthyList, unjudgedList } from './checkLists.js';
import { doorsOf, type NamedDoor } from './findingDoors.js';
import { findingList } from './findingList.js';

/** A run that goes on is examined again after ten times as long as that takes, milliseconds at least and at most. */
const gaps = { least: 1000, most: 60_000, times: 10 };

/** What goes wrong in a run: findings with their evidence, what could not be judged, what is healthy. */
export class DoctorPage extends Page<DoctorView> {
  static override properties: PropertyDeclarations = { ...Page.properties, selected: { state: true } };
  protected override readonly kind = 'doctor';
  protected override readonly actions: Actions = {
    next: { label: 'Next finding', run: () => this.move(1) },
    previous: { label: 'Previous finding', run: () => this.move(-1) },
    open: { label: 'Open where the finding shows', run: () => this.openSelected() },
  };

  /** The finding's id: ranks change while the run goes on. */
  declare private selected: string | undefined;

  protected override load({ run }: RunAddress, options: RequestOptions): Promise<DoctorView | null> {
    return host.request(openDoctor, { run }, options);
  }

  protected override arrived(): void {
    super.arrived();
    this.selected = undefined;
  }

  protected override onChanged({ run }: RunChange): void {
    if (run !== this.address?.run) return;
    const seconds = this.view?.seconds ?? 0;
    this.refreshSoon(Math.min(gaps.most, Math.max(gaps.least, gaps.times * 1000 * seconds)));
  }

  protected override content(view: DoctorView): TemplateResult {
    const { run, runName, examined } = view;
    const { findings } = examined;
    const events = { open: (door: NamedDoor, aside: boolean) => this.enter(door, aside), select: (id: string) => (this.selected = id) };
    return html`
      <header class="step">
        <div class="title">
          <h1>Doctor</h1>
          <button class="link run-name" title=${this.hint('Open the dashboard of this run', 'up')} @click=${() => this.go({ run })}>
            ${runName}
          </button>
        </div>
        ${factList([
          {
            label: findings.length === 1 ? 'finding' : 'findings',
            value: String(findings.length),
            title: 'Without what follows from them',
          },
          { label: 'cannot be judged', value: String(examined.unjudged.length) },
          { label: 'healthy', value: String(examined.healthy.length) },
          { label: 'steps examined', value: examined.steps.toLocaleString('en-US') },
        ])}
      </header>
      ${notes(view).map((note) => html`<p class="quiet note">${icon('info')}<span>${note}</span></p>`)}
      ${findings.length === 0 ? this.nothingFound(view) : findingList(examined, this.selected, events)}
      ${examined.steps === 0 ? nothing : [unjudgedList(examined), healthyList(examined, findings.length === 0, events)]}
    `;
  }

  private nothingFound({ run, isLive, examined: { steps, healthy, unjudged } }: DoctorView): TemplateResult {
    const buttons = [{ label: 'Open the dashboard', run: () => this.go({ run }), secondary: true }];
    if (steps === 0)
      return stateView({
        icon: 'watch',
        title: isLive ? 'Nothing to examine yet' : 'There is nothing to examine',
        detail: isLive ? 'It is examined as soon as it has finished a step.' : 'This run ended before it had finished a step.',
        buttons,
      });
    if (healthy.length === 0)
      return stateView({
        icon: 'question',
        title: 'Nothing could be judged',
        detail: `${count(unjudged.length, 'check')} would need what this run does not record, or do not apply to it: below is why.`,
        buttons,
      });
    return html`<p class="no-finding" role="status">
      ${icon('pass')}<span
        ><strong>Nothing was found.</strong> ${count(healthy.length, 'check')} found nothing, ${unjudged.length} could not be judged.</span
      >
    </p>`;
  }

  protected override skeleton(): TemplateResult {
    return html`
      ${reading('Examining the run: each of its steps and groups is read, once.')} ${skeletonRows(1, [20, 80])} ${skeletonRows(4, [30, 70])}
      ${skeletonRows(6, [20, 80])}
    `;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }

  private move(by: number): void {
    const findings = this.view?.examined.findings ?? [];
    const here = findings.findIndex(({ id }) => id === this.selected);
    const index = entryBeside(here < 0 ? undefined : here, by, findings.length);
    if (index === undefined) return;
    this.selected = findings[index].id;
    focusEntry(this, index);
  }

  private openSelected(): void {
    const examined = this.view?.examined;
    const finding = examined?.findings.find(({ id }) => id === this.selected) ?? examined?.findings.at(0);
    const first = finding && doorsOf(finding, examined!).at(0);
    if (first) this.enter(first, false);
  }

  private enter({ address, curve }: NamedDoor, aside: boolean): void {
    if (curve === undefined) this.go(address, aside);
    else void this.ask(open, { address, curve, ...(aside && { aside }) });
  }
}

/** What of the run was left out, and whether it has gone on since. */
function notes({ step, examined }: DoctorView): string[] {
  const { upTo, evaluationGroups, textSteps, groupSteps } = examined;
  const all: string[] = [];
  if (upTo !== null && upTo < step) all.push(`Examined up to step ${upTo}; the run is at step ${step}.`);
  if (evaluationGroups > 0) all.push(`${count(evaluationGroups, 'group')} of evaluations passed over: they were not trained on.`);
  if (textSteps < groupSteps)
    all.push(`Texts were read of ${textSteps} of ${count(groupSteps, 'step')} with groups, in pairs of successive ones; numbers of all.`);
  return all;
}
