import { pagesOf } from '../../src/core/listPages.js';
import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import { z } from 'zod';
import { isEvaluation, type Stage } from '../../src/core/methods.js';
import type { WorkspaceAddress } from '../../src/protocol/address.js';
import type { BenchmarkCursor, BenchmarkPage, BenchmarkResult } from '../../src/store/views.js';
import '../shared/charts/lineChart.js';
import type { CursorEvent, PointEvent } from '../shared/charts/lineChart.js';
import { breakable } from '../shared/breakable.js';
import { count } from '../../src/core/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { segments } from '../shared/segmentedControl.js';
import { reading, skeletonRows, stateView } from '../shared/states.js';
import { families, firstOf, keyCheckpoints, methodLabel, ways, type Family, type Way } from './chains.js';
import { changes } from './change.js';
import { changeTable } from './changeTable.js';
import { canEvaluate, evaluate, resultsOf } from '../../src/contracts/benchmarks.js';
import { linesAgainstK, mostRuns, publishedLines, runCurves, suitesWithK } from './scoreCurves.js';
import {
  bestOf,
  comparedColumns,
  gather,
  keyColumns,
  leadColumns,
  type TestedCheckpoint,
  type Column,
  type Results,
} from '../../src/contracts/benchmarkResults.js';
import { stageBars } from './stageBars.js';
import { table } from './scoreTable.js';
import { checkpointName, columnTitle, placeText, points, range } from '../shared/scoreText.js';

/** Results asked for at a time. */
const portion = 2000;
/** A run that trains writes all the time, and results seldom. */
const refreshEvery = 3000;

const uiSchema = z.object({
  steps: z.enum(['key', 'all']),
  modes: z.enum(['key', 'all']),
  published: z.boolean(),
  way: z.string().nullable(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
type Ui = z.output<typeof uiSchema>;

/** Rows of the table at first, and by how many more it grows. */
const rows = 200;

/** Results, and what is made of all of them, once. */
interface GatheredResults {
  results: Results;
  families: Family[];
  ways: Way[];
}

/** Which stage and checkpoint is best at what. */
export class BenchmarksPage extends Page<GatheredResults, WorkspaceAddress> {
  static override properties: PropertyDeclarations = {
    ...Page.properties,
    ui: { state: true },
    limit: { state: true },
    cursor: { state: true },
    cursorK: { state: true },
  };
  protected override readonly kind = 'benchmarks';
  protected override readonly actions: Actions = {};

  declare private ui: Ui;
  declare private limit: number;
  declare private cursor: number | undefined;
  declare private cursorK: number | undefined;
  private canEvaluate = false;

  constructor() {
    super();
    this.ui = { steps: 'key', modes: 'key', published: false, way: null, before: null, after: null };
    this.limit = rows;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ui = this.recall(uiSchema) ?? this.ui;
  }

  protected override async load(_: WorkspaceAddress, options: RequestOptions): Promise<GatheredResults | null> {
    const pages: BenchmarkPage[] = [];
    this.canEvaluate = await host.request(canEvaluate, {});
    const ask = (after: BenchmarkCursor | undefined) => host.request(resultsOf, { limit: portion, after }, options);
    for await (const page of pagesOf(ask)) pages.push(page);
    const results = gather(pages);
    return results.columns.length === 0 ? null : { results, families: families(results), ways: ways(results) };
  }

  protected override onChanged(): void {
    this.refreshSoon(refreshEvery);
  }

  protected override content(shown: GatheredResults): TemplateResult {
    const { results: view, ways } = shown;
    const lead = leadColumns(view.columns);
    const compared = comparedColumns(view.checkpoints.values(), lead);
    const columns = this.ui.modes === 'all' ? view.columns : keyColumns(view.columns);
    const { about } = this.address ?? {};
    const runInAddress = about && 'run' in about ? about.run : undefined;
    const way = ways.find((w) => w.run === this.ui.way) ?? ways.find((w) => w.run === runInAddress) ?? ways.at(0);
    const { steps, modes, published } = this.ui;
    return html`
      <header>
        <div class="title">
          <h1>Benchmarks</h1>
          <span class="quiet">${count(view.checkpoints.size, 'checkpoint')}, ${count(lead.length, 'suite')}</span>
          ${
            this.canEvaluate
              ? html`<vscode-button appearance="secondary" @click=${() => void this.ask(evaluate, {})}
                  >Evaluate a Checkpoint…</vscode-button
                >`
              : nothing
          }
        </div>
        <p class="quiet">
          ${
            compared.length > 0
              ? 'Which checkpoint is best at what, in per cent of questions, with the 95 % interval.'
              : 'In per cent of questions, with the 95 % interval. No suite was measured at two checkpoints yet: there is nothing to compare.'
          }
        </p>
      </header>
      ${this.winners(view, compared)}
      <div class="toolbar">
        ${segments(
          'Checkpoints',
          [
            {
              value: 'key',
              label: 'last of each run',
              title: 'The base, the last checkpoint of each run, and those that were evaluated or continued',
            },
            { value: 'all', label: 'all steps' },
          ],
          this.ui.steps,
          (steps) => this.choose({ steps }),
        )}
        ${
          columns.length === view.columns.length && this.ui.modes === 'key'
            ? nothing
            : segments(
                'Modes',
                [
                  { value: 'key', label: 'largest K', title: 'Of Maj@K and Pass@K only the largest K; the others are in the curves below' },
                  { value: 'all', label: 'every K' },
                ],
                this.ui.modes,
                (modes) => this.choose({ modes }),
              )
        }
        <div class="segments">
          <button
            aria-pressed=${this.ui.published}
            title="Figures of the DeepSeekMath paper beside these: of a 7B model on other questions, not measured here"
            @click=${() => this.choose({ published: !this.ui.published })}
          >
            published figures
          </button>
        </div>
      </div>
      ${
        // A crosshair that moves draws the charts anew, not thousands of cells.
        guard([shown, steps, modes, published, this.limit], () => this.table(shown, columns))
      }
      ${way ? this.stages(view, ways, way, lead) : nothing} ${this.curves(view, lead)} ${way ? this.comparison(shown, way) : nothing}
    `;
  }

  /** The checkpoints that are asked for. */
  private listed({ results, families: all }: GatheredResults): Family[] {
    return this.ui.steps === 'all' ? all : all.map((f) => ({ ...f, checkpoints: keyCheckpoints(f, results) }));
  }

  private table(shown: GatheredResults, columns: readonly Column[]): TemplateResult {
    const all = this.listed(shown);
    const total = all.reduce((sum, f) => sum + f.checkpoints.length, 0);
    return html`
      ${table(columns, firstOf(all, this.limit), this.ui.published, {
        openResult: (result, aside) => this.openResult(result, aside),
        openRun: (run, aside) => this.go({ run }, aside),
      })}
      ${
        total > this.limit
          ? html`<p class="note">
              <button class="link" @click=${() => (this.limit += rows)}>Show ${Math.min(rows, total - this.limit)} more</button>
              <span class="quiet">${this.limit} of ${count(total, 'checkpoint')}, newest first</span>
            </p>`
          : nothing
      }
    `;
  }

  /** The answer in numbers: per suite the best checkpoint, where there are several. */
  private winners({ checkpoints }: Results, lead: readonly Column[]): TemplateResult | typeof nothing {
    if (lead.length === 0) return nothing;
    const all = [...checkpoints.values()];
    return html`<div class="winners">
      ${lead.map((column) => {
        const best = bestOf(all, column.id);
        const winner = all.findLast((c) => c.scores.get(column.id)?.mean === best);
        const score = winner?.scores.get(column.id);
        if (!winner || !score) return nothing;
        return html`<button
          class="plain tile"
          title="Best at ${columnTitle(column)}: open where it was measured"
          @click=${(e: MouseEvent) => this.openResult(score.result, e.ctrlKey || e.metaKey)}
        >
          <span class="quiet">${breakable(columnTitle(column))}</span>
          <span class="tile-value">${points(score.mean)} <span class="quiet">${range(score)}</span></span>
          <span><span class="stage ${winner.stage ?? 'unknown'}">${methodLabel(winner)}</span> ${placeText(winner)}</span>
          <span class="quiet">${winner.run?.name ?? winner.at.run}</span>
        </button>`;
      })}
    </div>`;
  }

  private stages({ runs }: Results, ways: readonly Way[], way: Way, lead: readonly Column[]): TemplateResult {
    return html`
      <section>
        <div class="head">
          <h2>Stages</h2>
          <label>
            <span class="quiet">up to</span>
            <select
              .value=${live(way.run)}
              @change=${(e: Event) => this.choose({ way: (e.target as HTMLSelectElement).value, before: null, after: null })}
            >
              ${ways.map((w) => html`<option value=${w.run} ?selected=${w.run === way.run}>${runs.get(w.run)?.name ?? w.run}</option>`)}
            </select>
          </label>
          <span class="quiet">${way.stops.map((s) => methodLabel(s)).join(' → ')}</span>
        </div>
        ${stageBars(way, lead, this.ui.published)}
      </section>
    `;
  }

  private curves(view: Results, lead: readonly Column[]): TemplateResult {
    const charts = lead
      .flatMap((column) => chartedStages.map((stage) => ({ column, stage, curves: runCurves(view, column, stage) })))
      .filter(({ curves }) => curves.some((c) => c.line.points.length > 1));
    if (charts.length === 0) return html``;
    return html`
      <section>
        <div class="head">
          <h2>Over the steps</h2>
          <span class="quiet">by run, in %, the newest ${mostRuns} runs of each stage</span>
        </div>
        <div class="charts" @chart-cursor=${(e: CursorEvent) => (this.cursor = e.detail.x)}>
          ${charts.map(({ column, stage, curves }) => {
            const own = curves.map((c) => c.line);
            return html`<line-chart
              .heading=${stage === null ? columnTitle(column) : `${columnTitle(column)}, ${stageName[stage]}`}
              .lines=${this.ui.published ? [...own, ...publishedLines(column, own)] : own}
              .cursor=${this.cursor}
              @chart-point=${({ detail: { step, line } }: PointEvent) => {
                const curve = curves.at(line);
                const at = curve?.at[curve.line.points.findIndex((p) => p.step === step)];
                if (at) this.go({ run: at.run, step: at.step });
              }}
            ></line-chart>`;
          })}
        </div>
      </section>
    `;
  }

  /** Two checkpoints against each other; the last stage of the way unless others are picked. */
  private comparison(shown: GatheredResults, way: Way): TemplateResult {
    const view = shown.results;
    const measured = firstOf(this.listed(shown), this.limit).flatMap((f) => f.checkpoints);
    const find = (id: string | null): TestedCheckpoint | undefined => (id === null ? undefined : view.checkpoints.get(id));
    const after = find(this.ui.after) ?? way.stops.at(-1)!;
    const before = find(this.ui.before) ?? way.stops.findLast((s) => s.id !== after.id && s.scores.size > 0);
    if (!before) return html``;
    const suites = suitesWithK(view.columns).filter((suite) => linesAgainstK(suite, before, after).length > 0);
    return html`
      <section>
        <div class="head">
          <h2>Before and after</h2>
          ${this.pick('before', measured, before)} ${this.pick('after', measured, after)}
        </div>
        ${changeTable(changes(keyColumns(view.columns), before, after), after.run?.trainedOn ?? [])}
        <p class="quiet note">
          The interval of a change takes the two measurements as independent. Where both answered the same questions the true one is
          narrower.
        </p>
        ${
          suites.length > 0
            ? html`<h2 class="sub">Maj@K and Pass@K against K</h2>
                <div class="charts" @chart-cursor=${(e: CursorEvent) => (this.cursorK = e.detail.x)}>
                  ${suites.map(
                    (suite) =>
                      html`<line-chart
                        .heading=${suite}
                        .lines=${linesAgainstK(suite, before, after)}
                        .xUnit=${'samples'}
                        .cursor=${this.cursorK}
                      ></line-chart>`,
                  )}
                </div>`
            : html`<p class="quiet note">
                Neither was sampled at several K: evaluate them with Maj@K and Pass@K to see whether training made right answers more
                frequent, or new ones possible.
              </p>`
        }
      </section>
    `;
  }

  private pick(which: 'before' | 'after', measured: readonly TestedCheckpoint[], chosen: TestedCheckpoint): TemplateResult {
    const listed = measured.some((c) => c.id === chosen.id) ? measured : [chosen, ...measured];
    return html`<label>
      <span class="quiet">${which}</span>
      <select .value=${live(chosen.id)} @change=${(e: Event) => this.choose({ [which]: (e.target as HTMLSelectElement).value })}>
        ${listed.map((c) => html`<option value=${c.id} ?selected=${c.id === chosen.id}>${methodLabel(c)} · ${checkpointName(c)}</option>`)}
      </select>
    </label>`;
  }

  protected override skeleton(): TemplateResult {
    return html`${reading('Reading the results of all runs.')} ${skeletonRows(1, [30, 70])} ${skeletonRows(1, [25, 25, 25, 25])}
    ${skeletonRows(8, [30, 14, 14, 14, 14, 14])}`;
  }

  protected override missing(): TemplateResult {
    return stateView({
      icon: 'graph-scatter',
      title: 'Nothing has been measured yet',
      detail: `Results of every run come together here. List suites under “benchmarks” in an experiment file to measure while training${
        this.canEvaluate ? ', or evaluate a checkpoint of a run that has ended' : ''
      }.`,
      buttons: this.canEvaluate ? [{ label: 'Evaluate a Checkpoint…', run: () => void this.ask(evaluate, {}) }] : [],
    });
  }

  /** What an evaluation measured can be read, solution by solution; a run that trains shows it among its curves. */
  private openResult({ run, step }: BenchmarkResult, aside: boolean): void {
    this.go(isEvaluation(this.view?.results.runs.get(run)?.method ?? '') ? { run, step } : { run }, aside);
  }

  private choose(change: Partial<Ui>): void {
    this.ui = { ...this.ui, ...change };
    this.keep(this.ui);
  }
}

/** Stages have runs of very different lengths: each has charts of its own. */
const chartedStages: readonly (Stage | null)[] = ['pretraining', 'sft', 'rl', null];
const stageName: Record<Stage, string> = { base: 'base', pretraining: 'pre-training', sft: 'SFT', rl: 'RL' };
