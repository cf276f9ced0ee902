import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { messageOf } from '../../src/core/messageOf.js';
import { isEvaluation } from '../../src/core/methods.js';
import type { RunAddress } from '../../src/protocol/address.js';
import { allOf, isInBin, isWithin } from '../../src/query/condition.js';
import { isLive, type Ledger, type RewardHistogram, type RunSeries, type Trend } from '../../src/store/views.js';
import { open, runCommand } from '../../src/contracts/everyPage.js';
import type { Narrowing } from '../../src/contracts/groups.js';
import type { Actions } from '../shared/help.js';
import { host } from '../shared/host.js';
import '../shared/labelField.js';
import type { LabelField } from '../shared/labelField.js';
import { Page, type RequestOptions } from '../shared/page.js';
import { reading, skeletonRows, stateView } from '../shared/states.js';
import './board.js';
import type { BoardHost, ChartBoard, Curves, SeriesRequest } from './board.js';
import { chartList, metricsAlone, mixturePrefix, type ChartSpec } from './chartList.js';
import { choicesSchema, maxOverlays, plainChoices, type Choices } from './dashboardChoices.js';
import {
  benchmarksOf,
  constantsOf,
  ledgerOf,
  openDashboard,
  rewardsOf,
  seriesOf,
  trendsOf,
  type DashboardView,
} from '../../src/contracts/dashboard.js';
import { findingsOf, type NamedFinding } from '../../src/contracts/doctor.js';
import { resourcesOf, type ResourcesView } from '../../src/contracts/resources.js';
import { csvOf } from './curvesCsv.js';
import { benchmarkSeries, checkersOf, metricsOf, roomFor, speedSeries } from './curves.js';
import { evaluationView } from './evaluationView.js';
import { findingsLine } from './findingsLine.js';
import { header } from './header.js';
import { importNotes } from './importNotes.js';
import { ledgerSeries, narrowingOf } from './ledgerSeries.js';
import { pointFilter } from './pointFilter.js';
import { resourcesView } from './resourcesView.js';
import { tileMetrics } from './tileList.js';
import { sparkRoom, tile } from './tiles.js';

interface RunCurves extends Curves {
  trends: Trend[];
  /** Of an evaluation, by step. */
  rewards: ReadonlyMap<number, RewardHistogram>;
  /** Null for an evaluation. */
  resources: ResourcesView | null;
  /** Null for an evaluation. */
  ledger: Ledger | null;
}

/** Steps for which a metric must have been told before it is called constant: a run that goes on may still move it. */
const constantAfter = { live: 20, ended: 2 };
const mostHistograms = 24;
/** Metrics of an evaluation that are told as numbers: at first, and so many more each time they are asked for. */
const furtherNumbers = 100;
/** Milliseconds for which nothing was typed before the host looks through metrics that are not listed. */
const typedAfter = 300;
/** Steps of a chart that is copied: all, of nearly every run. */
const mostCopied = 10_000;

/** The dashboard of one run: how it goes, and every curve of it on one crosshair. */
export class DashboardPage extends Page<RunCurves> {
  static override properties: PropertyDeclarations = {
    choices: { state: true },
    findings: { state: true },
    now: { state: true },
  };
  protected override readonly kind = 'dashboard';
  protected override readonly actions: Actions = {
    open: {
      label: 'Open the groups of the step under the crosshair',
      run: () => this.openStep(undefined, narrowingOf(this.board?.metric ?? '')),
    },
    find: { label: 'Find the solutions of the step under the crosshair (of the curve that ↑ ↓ point at)', run: () => this.findAt() },
    nextStep: { label: 'Crosshair to the next step', run: () => this.board?.moveCursor(1) },
    previousStep: { label: 'Crosshair to the previous step', run: () => this.board?.moveCursor(-1) },
    tokens: { label: 'Worst tokens of the run', run: () => this.address && this.go({ run: this.address.run, tokens: true }) },
    label: { label: 'Label this run', run: () => this.querySelector<LabelField>('label-field')?.enter() },
    thenNow: { label: 'Then and now: what changed from the first steps to the last', run: () => this.toThenNow() },
    search: { label: 'Search the metrics', run: () => this.querySelector<HTMLElement>('.metric-search input')?.focus() },
  };

  private choices: Choices = plainChoices;
  /** What the doctor found in the run, so far as it is known. */
  private findings: readonly NamedFinding[] = [];
  /** The run of which that is asked. */
  private examining: { run: string; stop: AbortController } | undefined;
  private now = Date.now();
  private clock: number | undefined;
  /** The run that was shown last. */
  private last: string | undefined;
  private readonly handledOverlays = new Set<string>();
  /** The name after which the listed metrics begin; undefined: with the first. */
  private metricsAfter: string | undefined;
  /** Metrics of an evaluation that are told as numbers. */
  private mostNumbers = furtherNumbers;
  private typing: number | undefined;
  /** The metric whose curve the page was opened for, until it has been shown. */
  private wanted: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.choices = this.recall(choicesSchema) ?? plainChoices;
    this.clock = window.setInterval(() => {
      if (this.view && isLive(this.view.dashboard.run.state)) this.now = Date.now();
    }, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clock);
    clearTimeout(this.typing);
    this.examining?.stop.abort();
  }

  private get board(): ChartBoard | null {
    return this.querySelector<ChartBoard>('chart-board');
  }

  protected override async load({ run }: RunAddress, options: RequestOptions): Promise<RunCurves | null> {
    if (this.view?.dashboard.run.id !== run) {
      this.metricsAfter = undefined;
      this.mostNumbers = furtherNumbers;
      this.findings = [];
    }
    const { search, pinned } = this.choices;
    const wanted = { run, metricsAfter: this.metricsAfter, search, named: metricsAlone(pinned) };
    const dashboard = await host.request(openDashboard, wanted, options);
    if (!dashboard) return null;
    if (!isEvaluation(dashboard.run.method)) void this.learnFindings(run);
    this.wanted = dashboard.curve ?? this.wanted;
    // Runs that the person asked to compare count as chosen, once.
    const overlayRequests = dashboard.overlay?.filter((id) => !this.handledOverlays.has(id)) ?? [];
    for (const id of overlayRequests) this.handledOverlays.add(id);
    if (overlayRequests.length > 0)
      this.choose({ overlay: [...new Set([...this.choices.overlay, ...overlayRequests])].slice(-maxOverlays) });
    const names = dashboard.metricNames;
    const leading = tileMetrics(names);
    // An imported evaluation is told in numbers, or in curves where it has some.
    const inNumbers = isEvaluation(dashboard.run.method) && dashboard.run.import !== null && !dashboard.hasCurves;
    const tiles = inNumbers ? [...new Set([...leading, ...names])].slice(0, this.mostNumbers) : leading;
    // What has most steps is told first: it is what the x axes of all charts begin with.
    const ground = [
      ...new Set([...tiles.slice(0, 1), ...names.slice(0, 1), 'tokens/total', ...names.filter((n) => n.startsWith(mixturePrefix))]),
    ];
    const atLeast = isLive(dashboard.run.state) ? constantAfter.live : constantAfter.ended;
    const [along, trends, constants, benchmarks, rewards, resources, ledger] = await Promise.all([
      names.length === 0 ? [] : host.request(seriesOf, { runs: [run], metrics: ground, room: roomFor(ground.length) }, options),
      this.trends(run, tiles, options),
      host.request(constantsOf, { run, atLeast }, options),
      host.request(benchmarksOf, { run }, options),
      this.rewards(dashboard, options),
      isEvaluation(dashboard.run.method) ? null : host.request(resourcesOf, { run, room: roomFor(4) }, options),
      isEvaluation(dashboard.run.method) ? null : host.request(ledgerOf, { run, room: roomFor(4) }, options),
    ]);
    const measured = [
      ...benchmarkSeries(run, benchmarks, along.at(0), names),
      ...(resources ? speedSeries(run, resources, along.at(0), names) : []),
      ...(ledger ? ledgerSeries(run, ledger, along.at(0), names) : []),
    ];
    const curves = [...names, ...measured.flatMap((s) => s.metrics.map((m) => m.metric))];
    return {
      ...{ dashboard, trends, benchmarks, rewards, resources, ledger, ground: along, measured },
      charts: chartList(curves),
      constants: new Map(constants.map((c) => [c.metric, c])),
    };
  }

  /** Nothing waits for it: a run that has never been examined takes its time. What fails is told by the doctor's own page. */
  private async learnFindings(run: string): Promise<void> {
    if (this.examining?.run === run) return;
    this.examining?.stop.abort();
    const mine = (this.examining = { run, stop: new AbortController() });
    const findings = await host.request(findingsOf, { run }, { signal: mine.stop.signal }).catch(() => undefined);
    if (this.examining !== mine) return;
    this.examining = undefined;
    if (findings !== undefined) this.findings = findings ?? [];
  }

  /** As many as are asked for at a time. */
  private async trends(run: string, metrics: readonly string[], options: RequestOptions): Promise<Trend[]> {
    const portions = Array.from({ length: Math.ceil(metrics.length / 100) }, (_, i) => metrics.slice(100 * i, 100 * (i + 1)));
    return (await Promise.all(portions.map((p) => host.request(trendsOf, { run, metrics: p, room: sparkRoom }, options)))).flat();
  }

  private async rewards({ run, groupSteps }: DashboardView, options: RequestOptions): Promise<Map<number, RewardHistogram>> {
    if (!isEvaluation(run.method)) return new Map();
    const steps = groupSteps.slice(0, mostHistograms);
    return new Map(
      await Promise.all(steps.map(async (step) => [step, await host.request(rewardsOf, { run: run.id, step }, options)] as const)),
    );
  }

  private series({ runs, metrics, steps }: SeriesRequest, signal: AbortSignal): Promise<RunSeries[] | undefined> {
    const { smoothing } = this.choices;
    const what = { runs, metrics, room: roomFor(metrics.length), smoothing, ...steps };
    return this.attempt(() => host.request(seriesOf, what, { signal }), signal);
  }

  protected override arrived(): void {
    super.arrived();
    const run = this.address?.run;
    if (this.last === run) this.board?.showAll();
    else if (this.last !== undefined) this.board?.forget();
    this.last = run;
    if (this.wanted !== undefined) void this.board?.reveal(this.wanted);
    this.wanted = undefined;
  }

  protected override onChanged(change: { run: string }): void {
    if (change.run === this.address?.run || this.choices.overlay.includes(change.run)) this.refreshSoon();
  }

  protected override content(view: RunCurves): TemplateResult {
    const { dashboard, benchmarks } = view;
    const { run, groupStep } = dashboard;
    return html`
      ${header(dashboard, this.now, {
        open: (id) => this.go({ run: id }),
        command: (command) => void this.ask(runCommand, { run: run.id, command }),
        timeline: () => this.go({ run: run.id, timeline: true }),
        doctor: () => this.go({ run: run.id, doctor: true }),
        groups: groupStep === null ? undefined : () => this.go({ run: run.id, step: groupStep }),
        find: groupStep === null ? undefined : () => this.go({ page: 'find', about: { run: run.id } }),
        questions: groupStep === null ? undefined : () => this.go({ run: run.id, questions: true }),
        tokens: groupStep === null ? undefined : () => this.go({ run: run.id, tokens: true }),
        thenNow: groupStep === null ? undefined : () => this.go({ run: run.id, thenNow: {} }),
        benchmarks: benchmarks.length === 0 ? undefined : () => this.go({ page: 'benchmarks', about: { run: run.id } }),
        rewardModel: dashboard.metricNames.some((name) => rewardModelMetric.test(name))
          ? () => this.go({ page: 'reward-model', about: { run: run.id } })
          : undefined,
      })}
      <label-field
        .address=${{ run: run.id }}
        .labelKey=${this.keys.label}
        @trouble=${(e: CustomEvent<string>) => (this.trouble = e.detail)}
      ></label-field>
      ${importNotes(run, dashboard.canControl ? () => void this.ask(runCommand, { run: run.id, command: 'setGroupSize' }) : undefined)}
      ${findingsLine(this.findings, () => this.go({ run: run.id, doctor: true }))} ${this.evaluated(view)} ${this.curves(view)}
    `;
  }

  /** An evaluation is a table and bars; dots in line charts would say less. */
  private evaluated(view: RunCurves): TemplateResult | typeof nothing {
    if (!isTested(view)) return nothing;
    const { dashboard, benchmarks, rewards, trends } = view;
    const { run, groupSteps } = dashboard;
    const inNumbers = run.import !== null && !dashboard.hasCurves;
    const once = {
      trends: inNumbers ? trends : [],
      left: inNumbers ? Math.max(0, dashboard.metricNames.length - this.mostNumbers) : 0,
      more: () => {
        this.mostNumbers += furtherNumbers;
        void this.refresh();
      },
    };
    return html`${inNumbers ? this.furtherMetrics(view) : nothing}
    ${evaluationView(
      { results: benchmarks, rewards, groupSteps, once },
      {
        open: (step, aside) => this.go({ run: run.id, step }, aside),
        find: (step, bins, i, aside) => this.find(allOf(isWithin('step', step, step), isInBin('reward', bins, i)), aside),
      },
    )}`;
  }

  private curves(view: RunCurves): TemplateResult | typeof nothing {
    if (isTested(view) && !view.dashboard.hasCurves) return nothing;
    const { charts, trends, benchmarks } = view;
    if (charts.length === 0) return this.noCurves(view);
    const checkers = checkersOf(benchmarks);
    const leading = new Set(tileMetrics(view.dashboard.metricNames));
    return html`
      <nav class="tiles" aria-label="How it goes">
        ${trends.filter((t) => leading.has(t.metric)).map((trend) => tile(trend, () => void this.board?.reveal(trend.metric), checkers))}
      </nav>
      ${this.furtherMetrics(view)}
      <chart-board .curves=${view} .choices=${this.choices} .findings=${this.findings} .host=${this.boardHost}></chart-board>
      ${view.resources ? resourcesView(view.resources, view.dashboard.run.method) : nothing}
    `;
  }

  /** Of very many metrics not all are here. */
  private furtherMetrics({ dashboard: { metricNames, metricCount, metricsNext } }: RunCurves): TemplateResult | typeof nothing {
    if (metricsNext === null && this.metricsAfter === undefined) return nothing;
    const show = (after: string | undefined) => () => {
      this.metricsAfter = after;
      void this.refresh();
    };
    return html`<p class="quiet" role="status">
      This run has more metrics than are listed at a time: here are ${metricNames.length.toLocaleString('en-US')} of
      ${metricCount.toLocaleString('en-US')}, those that look like reward, held-out results, KL, entropy, length or loss first. The search
      looks through all. ${metricsNext === null ? nothing : html`<button class="link" @click=${show(metricsNext)}>Show the next</button>`}
      ${this.metricsAfter === undefined ? nothing : html`<button class="link" @click=${show(undefined)}>Show the first</button>`}
    </p>`;
  }

  private readonly boardHost: BoardHost = {
    choose: (change) => this.choose(change),
    openStep: (step, metric) => this.openStep(step, narrowingOf(metric)),
    findAt: (step, metric) => this.findAt(step, metric),
    series: (request, signal) => this.series(request, signal),
    copy: (chart) => this.copy(chart),
    searchHint: () => this.hint('Search the metrics', 'search'),
  };

  private noCurves({ dashboard: { run } }: RunCurves): TemplateResult {
    if (isLive(run.state)) {
      return stateView({
        icon: 'pulse',
        title: 'Waiting for the first step',
        detail: `${sentence(run.message ?? 'the trainer is starting')} Curves appear here as soon as it has finished a step.`,
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
      ${reading('Reading the run. What its folder has since last time is taken into the index first.')} ${skeletonRows(1, [30, 10, 60])}
      ${skeletonRows(1, [1, 1, 1, 1, 1, 1])}
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

  private choose(change: Partial<Choices>): void {
    this.choices = { ...this.choices, ...change };
    this.keep(this.choices);
    const { metricNames = [], metricCount = 0 } = this.view?.dashboard ?? {};
    if (change.search === undefined || (metricNames.length === metricCount && !this.view?.dashboard.found)) return;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => void this.refresh(), typedAfter);
  }

  /** All values, not those that the chart has room for. */
  private async copy(chart: ChartSpec): Promise<boolean> {
    if (!this.view) return false;
    const metrics = metricsOf(chart);
    const runs = [this.view.dashboard.run.id, ...this.choices.overlay];
    const series = await this.ask(seriesOf, { runs, metrics, room: mostCopied });
    const measured = this.view.measured.filter((s) => s.metrics.some((m) => metrics.includes(m.metric)));
    if (!series) return false;
    try {
      await navigator.clipboard.writeText(csvOf([...series, ...measured], metrics));
      const stride = series.reduce((most, s) => Math.max(most, s.stride), 1);
      if (stride > 1)
        this.trouble = `More than ${mostCopied.toLocaleString('en-US')} steps: copied are the lowest and highest of every ${stride}.`;
      return true;
    } catch (error) {
      this.trouble = `The chart could not be copied: ${messageOf(error)}`;
      return false;
    }
  }

  private toThenNow(): void {
    if (this.address && this.view?.dashboard.groupStep !== null) this.go({ run: this.address.run, thenNow: {} });
  }

  private openStep(step?: number, narrow?: Narrowing): void {
    if (!this.view || !this.address) return;
    const address = { run: this.address.run, step: step ?? this.board?.step ?? this.view.dashboard.run.step };
    void this.ask(open, { address, ...(narrow !== undefined && { narrow }) });
  }

  /** A run without groups has no solutions to be found. */
  private findAt(step = this.board?.step, metric = this.board?.metric): void {
    const newest = this.view?.dashboard.groupStep ?? null;
    if (newest !== null) this.find(pointFilter(step ?? newest, metric, this.view!.ledger));
  }

  private find(filter: string, aside = false): void {
    if (this.address) this.toFind(this.address.run, filter, aside);
  }
}

/** An evaluation that has found something. */
const isTested = ({ dashboard: { run, groupSteps }, benchmarks }: RunCurves): boolean =>
  isEvaluation(run.method) && (benchmarks.length > 0 || groupSteps.length > 0);

/** What a run writes whose solutions a reward model has judged. */
const rewardModelMetric = /^(reward\/term\/reward_model$|reward_model\/)/;

/** `sampling` → `Sampling.` */
const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?…]$/.test(words) ? '' : '.'}`;
