import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isEvaluation } from '../../src/core/stages.js';
import type { RunAddress } from '../../src/protocol/address.js';
import { isLive, type BenchmarkView, type RunSeries, type Trend } from '../../src/store/views.js';
import '../shared/charts/doughnutChart.js';
import '../shared/charts/lineChart.js';
import type { Range } from '../shared/charts/config.js';
import { runCommand } from '../shared/contract.js';
import { leadOf, nearest, type Line } from '../shared/charts/line.js';
import type { CursorEvent, PointEvent, RangeEvent } from '../shared/charts/lineChart.js';
import { count } from '../shared/format.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import { inTurn } from '../shared/inTurn.js';
import { Page } from '../shared/page.js';
import { icon, skeletonRows, stateView } from '../shared/states.js';
import { chartList, mixturePrefix, type ChartSpec } from './chartList.js';
import { benchmarksOf, openDashboard, seriesOf, trendsOf, type DashboardView } from './contract.js';
import { benchmarkSeries, checkersOf, extent, linesOf, metricsOf, notesOf, roomFor, stepsAround } from './curves.js';
import { evaluationResults } from './evaluation.js';
import { header } from './header.js';
import { importNotes } from './importNotes.js';
import { mixtureOf } from './mixture.js';
import { drawingSchema, maxOverlays, plainDrawing, toolbar, type DrawingChoices } from './toolbar.js';
import { sparkRoom, tile, tileMetrics } from './tiles.js';

interface Shown {
  dashboard: DashboardView;
  series: RunSeries[];
  trends: Trend[];
  benchmarks: BenchmarkView[];
}

/** Charts that are asked for at the same time: the store answers one after another, and others ask it too. */
const asking = 4;
const lossCharts: readonly string[] = ['loss', 'held-out-loss', 'validation-loss'];

/** The dashboard of one run: how it goes, and every curve of it on one crosshair. */
export class DashboardPage extends Page<Shown> {
  static override properties: PropertyDeclarations = {
    choices: { state: true },
    range: { state: true },
    cursor: { state: true },
    now: { state: true },
  };
  protected override readonly kind = 'dashboard';
  protected override readonly actions: Actions = {
    open: { label: 'Open the groups of the step under the crosshair', run: () => this.openStep() },
    nextStep: { label: 'Crosshair to the next step', run: () => this.moveCursor(1) },
    previousStep: { label: 'Crosshair to the previous step', run: () => this.moveCursor(-1) },
  };

  private choices: DrawingChoices = plainDrawing;
  /** Range of x that is shown; all when undefined. */
  private range: Range | undefined;
  private cursor: number | undefined;
  /** The step under the crosshair, as its label says. */
  private pointedAt: number | undefined;
  /** What was shown when the pointer came over a curve, or a range was chosen: what is pointed at does not move. */
  private held: Shown | undefined;
  private drawn: { spec: ChartSpec; lines: Line[]; notes: string[] }[] = [];
  /** All x there are. */
  private whole: Range | undefined;
  private now = Date.now();
  private clock: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.choices = this.recall(drawingSchema) ?? plainDrawing;
    this.clock = window.setInterval(() => {
      if (this.view && isLive(this.view.dashboard.run.state)) this.now = Date.now();
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clock);
  }

  protected override async load({ run }: RunAddress): Promise<Shown | null> {
    const dashboard = await host.request(openDashboard, { run });
    if (!dashboard) return null;
    this.wanted = dashboard.curve ?? this.wanted;
    // Runs that the person asked to compare count as chosen, once.
    const asked = dashboard.overlay?.filter((id) => !this.askedFor.has(id)) ?? [];
    for (const id of asked) this.askedFor.add(id);
    if (asked.length > 0) this.choose({ overlay: [...new Set([...this.choices.overlay, ...asked])].slice(-maxOverlays) }, false);
    const known = new Set(dashboard.others.map((r) => r.id));
    const overlays = this.choices.overlay.filter((id) => known.has(id));
    const names = dashboard.metricNames;
    const [charts, mixture, trends, benchmarks] = await Promise.all([
      inTurn(asking, chartList(names), (spec) => this.chart(run, overlays, spec)),
      this.series(
        [run],
        names.filter((n) => n.startsWith(mixturePrefix) || n === 'tokens/total'),
      ),
      host.request(trendsOf, { run, metrics: tileMetrics(names), room: sparkRoom }),
      host.request(benchmarksOf, { run }),
    ]);
    const series = [...charts.flat(), ...mixture];
    const own = series.filter((s) => s.run === run);
    const clock = own.reduce<RunSeries | undefined>((most, s) => (s.step.length > (most?.step.length ?? 0) ? s : most), undefined);
    return { dashboard, series: [...series, ...benchmarkSeries(run, benchmarks, clock, names)], trends, benchmarks };
  }
  private readonly askedFor = new Set<string>();

  /** What a chart draws of the run, and of the runs laid over it: their first curve. */
  private async chart(run: string, overlays: string[], spec: ChartSpec): Promise<RunSeries[]> {
    const [own, others] = await Promise.all([
      this.series([run], metricsOf(spec)),
      spec.stacked ? [] : this.series(overlays, [spec.curves[0].metric]),
    ]);
    return [...own, ...others];
  }

  private async series(runs: string[], metrics: string[]): Promise<RunSeries[]> {
    if (runs.length === 0 || metrics.length === 0) return [];
    return host.request(seriesOf, { runs, metrics, room: roomFor(metrics.length), smoothing: this.choices.smoothing, ...this.finer });
  }

  /** The metric whose curve the page was opened for, until it has been shown. */
  private wanted: string | undefined;

  protected override arrived(): void {
    super.arrived();
    this.showAll();
    if (this.wanted !== undefined) this.reveal(this.wanted);
    this.wanted = undefined;
  }

  protected override onChanged(change: { run: string }): void {
    if (change.run === this.address?.run || this.choices.overlay.includes(change.run)) this.refreshSoon();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const shown = this.held ?? this.view;
    if (!shown || !(changed.has('view') || changed.has('choices') || changed.has('cursor') || changed.has('range'))) return;
    if (shown === this.source && !changed.has('choices')) return;
    this.source = shown;
    const { dashboard, series } = shown;
    const names = [...new Set(series.filter((s) => s.run === dashboard.run.id).flatMap((s) => s.metrics.map((m) => m.metric)))];
    const overlays = this.choices.overlay.flatMap((run) => {
      const other = dashboard.others.find((r) => r.id === run);
      return other ? [{ run, name: other.name }] : [];
    });
    const drawing = { run: dashboard.run.id, overlays, xUnit: this.xUnit(series) };
    // All charts span the same x, whatever each of them has. A part of the steps says nothing of the whole.
    if (!this.finer) this.whole = extent(series, dashboard.run.id, drawing.xUnit);
    this.drawn = chartList(names).map((spec) => ({
      spec,
      lines: linesOf(spec, series, drawing),
      notes: notesOf(spec, series, drawing),
    }));
  }
  private source: Shown | undefined;

  /** Tokens only where the trainer counted them. */
  private xUnit(series: readonly RunSeries[]): DrawingChoices['xUnit'] {
    return this.choices.xUnit === 'tokens' && !hasTokens(series) ? 'step' : this.choices.xUnit;
  }

  protected override content(view: Shown): TemplateResult {
    const { dashboard, series, trends, benchmarks } = view;
    const { run, groupStep } = dashboard;
    const checkers = checkersOf(benchmarks);
    const tiles = tileMetrics(dashboard.metricNames);
    // What the data are is looked for beside the loss; without one, at the end.
    const besideLoss = (this.drawn.findLast(({ spec }) => lossCharts.includes(spec.id)) ?? this.drawn.at(-1))?.spec.id;
    const mixture = mixtureOf((this.held ?? view).series, run.id, this.xUnit(series), this.cursor);
    return html`
      ${header(dashboard, this.now, {
        open: (id) => this.go({ run: id }),
        command: (command) => void this.ask(runCommand, { run: run.id, command }),
        groups: groupStep === null ? undefined : () => this.go({ run: run.id, step: groupStep }),
        benchmarks: benchmarks.length === 0 ? undefined : () => this.go({ page: 'benchmarks', about: { run: run.id } }),
        rewardModel: dashboard.metricNames.some((name) => rewardModelMetric.test(name))
          ? () => this.go({ page: 'reward-model', about: { run: run.id } })
          : undefined,
      })}
      ${importNotes(run, dashboard.canControl ? () => void this.ask(runCommand, { run: run.id, command: 'setGroupSize' }) : undefined)}
      ${
        isEvaluation(run.method) && run.import === null && benchmarks.length > 0
          ? evaluationResults(run.id, benchmarks, (step, aside) => this.go({ run: run.id, step }, aside))
          : this.drawn.length === 0
            ? this.noCurves(view)
            : html`
                <nav class="tiles" aria-label="Newest values">
                  ${tiles.map((m) =>
                    tile(
                      m,
                      trends.find((t) => t.metric === m),
                      run.latest[m],
                      () => this.reveal(m),
                      checkers,
                    ),
                  )}
                </nav>
                <div class="toolbar">
                  ${toolbar(this.choices, dashboard.others, hasTokens(series), (change) => this.choose(change))}
                  <span class="spacer"></span>
                  ${this.news(view)}
                </div>
                <main class="charts" @chart-cursor=${this.onCursor} @chart-range=${this.onRange} @chart-point=${this.onPoint}>
                  ${repeat(
                    this.drawn,
                    ({ spec }) => spec.id,
                    ({ spec, lines, notes }) =>
                      html`<line-chart
                          id="chart-${spec.id}"
                          .heading=${spec.id === 'accuracy' && checkers !== '' ? `${spec.heading}, by ${checkers}` : spec.heading}
                          .lines=${lines}
                          .notes=${notes}
                          .xUnit=${this.xUnit(series)}
                          .log=${this.choices.log}
                          .stacked=${spec.stacked ?? false}
                          .range=${this.range ?? this.whole}
                          .cursor=${this.cursor}
                        ></line-chart>
                        ${mixture && spec.id === besideLoss ? html`<doughnut-chart heading="Data mixture" .ring=${mixture}></doughnut-chart>` : nothing}`,
                  )}
                </main>
              `
      }
    `;
  }

  /** What came since the curves were held still, and the way back to all of them. */
  private news({ dashboard }: Shown): TemplateResult {
    const fresh = this.held ? dashboard.run.step - this.held.dashboard.run.step : 0;
    return html`<span role="status">
      ${fresh > 0 ? html`<button class="news" @click=${() => this.showAll()}>${count(fresh, 'new step')}</button>` : nothing}
      ${
        this.range
          ? html`<button class="icon" title="Show all steps (Escape on a curve)" aria-label="Show all steps" @click=${() => this.showAll()}>
              ${icon('screen-full')}
            </button>`
          : nothing
      }
    </span>`;
  }

  private noCurves({ dashboard: { run } }: Shown): TemplateResult {
    if (isLive(run.state)) {
      return stateView({
        icon: 'pulse',
        title: 'Waiting for the first step',
        detail: run.message ?? 'The trainer is starting. Curves appear here as soon as it has finished a step.',
      });
    }
    return stateView({
      icon: 'graph-line',
      title: 'This run has no steps',
      detail: 'It ended before its first step was finished. The log says what it did.',
      buttons: [{ label: 'Open the log', run: () => void this.ask(runCommand, { run: run.id, command: 'openLog' }) }],
    });
  }

  protected override skeleton(): TemplateResult {
    return html`
      ${skeletonRows(1, [30, 10, 60])} ${skeletonRows(1, [1, 1, 1, 1, 1, 1])}
      <div class="charts skeleton" aria-hidden="true">${Array.from({ length: 8 }, () => html`<div class="skeleton-block"></div>`)}</div>
    `;
  }

  protected override missing({ run }: RunAddress): TemplateResult {
    return stateView({
      icon: 'search-stop',
      title: 'There is no such run here',
      detail: `No run with the id ${run} is known in this workspace. It may have been deleted, or its folder moved.`,
      buttons: [{ label: 'Look again', run: () => void this.refresh(), secondary: true }],
    });
  }

  private choose(change: Partial<DrawingChoices>, refresh = true): void {
    this.choices = { ...this.choices, ...change };
    this.keep(this.choices);
    if (change.xUnit) this.showAll();
    if (refresh && (change.overlay ?? change.smoothing !== undefined)) this.refreshSoon();
  }

  private reveal(metric: string): void {
    const id = this.drawn.find(({ spec }) => spec.curves.some((c) => c.metric === metric))?.spec.id;
    const chart = id === undefined ? null : this.querySelector(`#chart-${CSS.escape(id)}`);
    chart?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    chart?.querySelector('canvas')?.focus({ preventScroll: true });
  }

  private readonly onCursor = ({ detail: { x, step } }: CursorEvent): void => this.setCursor(x, step);
  private readonly onPoint = ({ detail: { step } }: PointEvent): void => this.openStep(step);

  private setCursor(x: number | undefined, step: number | undefined): void {
    this.cursor = x;
    this.pointedAt = step;
    this.hold();
  }

  private readonly onRange = ({ detail: { range } }: RangeEvent): void => {
    const all = this.whole;
    if (!range || !all) {
      this.showAll();
      return;
    }
    const min = Math.max(all.min, range.min);
    const max = Math.min(all.max, range.max);
    if (min >= max || (min === all.min && max === all.max)) {
      this.showAll();
      return;
    }
    this.range = { min, max };
    this.hold();
    this.askFiner(this.range);
  };

  /** The part in sight gets as many points as the whole had. */
  private askFiner(range: Range): void {
    const { view } = this;
    if (!view || (!this.finer && view.series.every((s) => s.stride === 1))) return;
    const { run } = view.dashboard;
    this.finer = stepsAround(view.series, run.id, this.xUnit(view.series), range) ?? this.finer;
    // Finer points of the same curves do not move them.
    this.held = undefined;
    this.refreshSoon();
  }
  /** The steps that are asked for; all when undefined. */
  private finer: { from: number; to: number } | undefined;

  /** Curves under the pointer stay as they are until it leaves. */
  private hold(): void {
    this.held = this.cursor === undefined ? undefined : (this.held ?? this.view);
  }

  private showAll(): void {
    this.range = undefined;
    this.setCursor(undefined, undefined);
    if (this.finer) this.refreshSoon();
    this.finer = undefined;
  }

  private moveCursor(by: number): void {
    const points = leadOf(this.drawn.at(0)?.lines ?? []);
    const here = this.cursor === undefined ? points.length - 1 : nearest(points, this.cursor) + by;
    if (points[here]) this.setCursor(points[here].x, points[here].step);
  }

  private openStep(step?: number): void {
    if (!this.view || !this.address) return;
    this.go({ run: this.address.run, step: step ?? this.pointedAt ?? this.view.dashboard.run.step });
  }
}

/** What a run writes whose solutions a reward model has judged. */
const rewardModelMetric = /^(reward\/term\/reward_model$|reward_model\/)/;

const hasTokens = (series: readonly RunSeries[]): boolean => series.some((s) => s.tokens.some((t) => t !== null));
