import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { z } from 'zod';
import { openTokens } from '../../src/contracts/tokens.js';
import { count } from '../../src/core/format.js';
import { tokenMeasures, type TokenMeasure } from '../../src/core/worstTokens.js';
import type { RunAddress } from '../../src/protocol/address.js';
import type { RunChange, WorstToken, WorstTokens } from '../../src/store/views.js';
import { leftOutTexts, measureWords, readText, worstTemperature } from '../../src/words/worstTokensText.js';
import { entryBeside, focusEntry } from '../shared/entries.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { trail, type Crumb } from '../shared/position.js';
import { segments } from '../shared/segmentedControl.js';
import { reading, skeletonRows, stateView } from '../shared/states.js';
import { tokenList } from './tokenList.js';

const keptSchema = z.object({ by: z.enum(tokenMeasures) });
/** Tokens that are listed at first, and on request; seconds for which traces are read likewise. */
const [first, most] = [100, 500];
const [soon, long] = [10, 600];

/** The worst tokens of a run, a step, a group or a solution. */
export class TokensPage extends Page<WorstTokens> {
  static override properties: PropertyDeclarations = { ...Page.properties, selected: { state: true }, outdated: { state: true } };
  protected override readonly kind = 'tokens';
  protected override readonly keepsContent = true;
  protected override readonly actions: Actions = {
    next: { label: 'Next token', run: () => this.move(1) },
    previous: { label: 'Previous token', run: () => this.move(-1) },
    open: { label: 'Open the token on the solution’s page', run: () => this.openSelected() },
    heat1: { label: 'Worst by KL', run: () => this.choose('kl') },
    heat2: { label: 'Worst by the ratio π_θ/π_old', run: () => this.choose('ratio') },
    heat3: { label: 'Worst by the difference of trainer and sampler', run: () => this.choose('sampler') },
  };

  private by: TokenMeasure = 'kl';
  private top = first;
  private seconds = soon;
  declare private selected: number | undefined;
  /** Something was written since. */
  declare private outdated: boolean;

  constructor() {
    super();
    this.outdated = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.by = this.recall(keptSchema)?.by ?? 'kl';
  }

  protected override load({ run, step, group, solution }: RunAddress, options: RequestOptions): Promise<WorstTokens | null> {
    const { by, top, seconds } = this;
    this.outdated = false;
    return host.request(openTokens, { run, step, group, solution, by, top, seconds }, options);
  }

  protected override arrived(): void {
    super.arrived();
    this.selected = undefined;
    [this.top, this.seconds] = [first, soon];
  }

  /** It stays as it is until it is asked for again: a list that is read would jump, and reading traces takes its time. */
  protected override onChanged({ run }: RunChange): void {
    if (run === this.address?.run) this.outdated = true;
  }

  protected override content(view: WorstTokens): TemplateResult {
    const { by, rows, end, plan } = view;
    const address = this.address!;
    return html`
      <header>
        ${trail(crumbs(address, plan.runName), this.hint('The page above', 'up'), (to, aside) => this.go(to, aside))}
        <h1>Worst tokens</h1>
      </header>
      <div class="measures">
        ${segments(
          'Worst by',
          tokenMeasures.map((measure, i) => ({
            value: measure,
            label: measureWords[measure].label,
            title: this.hint(measureWords[measure].meaning, keys[i]),
          })),
          this.by,
          (measure) => this.choose(measure),
        )}
        <span class="quiet">${measureWords[by].meaning}, ${worstTemperature(view)}</span>
      </div>
      <p class="quiet" role="status">
        ${[readText(view), ...leftOutTexts(view)].join(' · ')}
        ${end === 'time' ? html`<button class="link" @click=${() => this.readOn()}>Read on</button>` : nothing}
        ${this.outdated ? html`<button class="link" @click=${() => void this.refresh()}>More was written since: read again</button>` : nothing}
      </p>
      ${
        rows.length === 0
          ? this.nothingFound(view)
          : tokenList(rows, by, address, this.selected, {
              open: (row, aside) => this.openToken(row, aside),
              select: (index) => (this.selected = index),
            })
      }
      ${
        rows.length === first && view.tokens > first
          ? html`<p class="older"><button class="link" @click=${() => this.more()}>List ${most}</button></p>`
          : nothing
      }
    `;
  }

  private nothingFound(view: WorstTokens): TemplateResult | typeof nothing {
    const { plan, tokens, end, by } = view;
    if (end === 'temperatures') return nothing; // said above
    const { run, step, group } = this.address!;
    const buttons = [{ label: 'The page above', run: () => this.go({ run, step, group }), secondary: true }];
    if (plan.traces === 0)
      return stateView({
        icon: 'info',
        title: 'There are no traces here',
        detail: 'Numbers of tokens come with traces, which the trainer writes for every solution, for some, or not at all.',
        buttons,
      });
    if (tokens === 0)
      return stateView({
        icon: 'info',
        title: 'No token could be compared',
        detail: `No trace that was read has the numbers for ${measureWords[by].label}. Another measure may have them.`,
        buttons,
      });
    return stateView({ icon: 'pass', title: 'Nothing is off', detail: `None of ${count(tokens, 'token')} differs at all.`, buttons });
  }

  protected override skeleton(): TemplateResult {
    return html`${reading('Reading traces…')} ${skeletonRows(1, [20, 80])} ${skeletonRows(12, [10, 60, 30])}`;
  }

  protected override missing(address: RunAddress): TemplateResult {
    return this.absent(address);
  }

  private choose(by: TokenMeasure): void {
    if (by === this.by) return;
    this.by = by;
    this.selected = undefined;
    [this.top, this.seconds] = [first, soon];
    this.keep({ by });
    void this.refresh();
  }

  private readOn(): void {
    this.seconds = long;
    void this.refresh();
  }

  private more(): void {
    this.top = most;
    void this.refresh();
  }

  private move(by: 1 | -1): void {
    this.selected = entryBeside(this.selected, by, this.view?.rows.length ?? 0);
    if (this.selected !== undefined) focusEntry(this, this.selected);
  }

  private openSelected(): void {
    const row = this.view?.rows.at(this.selected ?? 0);
    if (row) this.openToken(row, false);
  }

  private openToken({ step, group, solution, token }: WorstToken, aside: boolean): void {
    if (this.address) this.go({ run: this.address.run, step, group, solution, token }, aside);
  }
}

const keys = ['heat1', 'heat2', 'heat3'] as const;

/** The thing whose tokens these are comes last. */
function crumbs({ run, step, group, solution }: RunAddress, runName: string): Crumb[] {
  return [
    { label: runName, address: { run } },
    ...(step === undefined ? [] : [{ label: `step ${step}`, address: { run, step } }]),
    ...(step === undefined || group === undefined ? [] : [{ label: `group ${group + 1}`, address: { run, step, group } }]),
    ...(solution === undefined ? [] : [{ label: `solution ${solution + 1}`, address: { run, step, group, solution } }]),
  ];
}
