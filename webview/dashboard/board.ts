import { temperatureText } from '../../src/core/logpTemperature.js';
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { isLive, type BenchmarkView, type Constant, type RunSeries } from '../../src/store/views.js';
import '../shared/charts/doughnutChart.js';
import { nearest, type Line, type Mark, type Point } from '../shared/charts/line.js';
import { LineChart, type CursorEvent, type PointEvent, type RangeEvent } from '../shared/charts/lineChart.js';
import { count } from '../../src/core/format.js';
import { isBlank } from '../../src/core/nameSearch.js';
import { icon, stateView } from '../shared/states.js';
import { ChartData } from './chartData.js';
import type { ChartSpec } from './chartList.js';
import { chartSlot, slotId } from './chartSlot.js';
import type { Choices } from './dashboardChoices.js';
import type { DashboardView } from '../../src/contracts/dashboard.js';
import type { NamedFinding } from '../../src/contracts/doctor.js';
import { checkersOf, extent, linesOf, metricsOf, notesOf, type Drawing } from './curves.js';
import { metricTools } from './metricTools.js';
import { mixtureOf } from './mixtureChart.js';
import { Nearby } from './nearby.js';
import { onsetMarks } from './onsets.js';
import { axisOf } from './recordedSeries.js';
import { searchFor } from './search.js';
import { firstId, metricCount, pinnedId, sectionsOf, type Section } from './sections.js';
import { apart, constantsId, sectionView } from './sectionView.js';
import { Sight } from './sight.js';
import { toolbar } from './toolbar.js';

/** What the charts of a run are made of. */
export interface Curves {
  dashboard: DashboardView;
  /** Every chart that the run has, whether in sight or not. */
  charts: ChartSpec[];
  constants: ReadonlyMap<string, Constant>;
  benchmarks: BenchmarkView[];
  /** The run's steps with tokens and times, and the shares of a mixture. */
  ground: RunSeries[];
  /** Benchmark results, and speeds that follow from several metrics, as curves. */
  measured: RunSeries[];
}

const noFindings: readonly NamedFinding[] = [];

export interface SeriesRequest {
  runs: string[];
  metrics: string[];
  steps: { from: number; to: number } | undefined;
}

/** What a board asks of the page around it. */
export interface BoardHost {
  choose: (change: Partial<Choices>) => void;
  /** @param metric of the curve that was pointed at */
  openStep: (step: number, metric: string) => void;
  /** The same, to find the solutions that it is about. */
  findAt: (step: number, metric: string) => void;
  /** Undefined when it could not be answered. */
  series: (request: SeriesRequest, signal: AbortSignal) => Promise<RunSeries[] | undefined>;
  /** Puts all values of a chart on the clipboard; false when that failed. */
  copy: (chart: ChartSpec) => Promise<boolean>;
  /** The tooltip of the search box, with its key. */
  searchHint: () => string;
}

/** A drawn chart, and what it was drawn from: it is drawn again only when that has changed. */
interface Drawn {
  answer: RunSeries[];
  drawing: Drawing;
  lines: Line[];
  notes: string[];
}

/** Runs of more charts begin with the first ones alone; the others wait folded under their headings. */
const mostOpen = 48;
/** Milliseconds for which a slider stands still before the store is asked anew: one that is drawn speaks many times a second. */
const settledAfter = 150;
/** Milliseconds for which a button says what it did. */
const messageMs = 2000;
const graders = (benchmarks: BenchmarkView[]): string => {
  const checkers = checkersOf(benchmarks);
  return checkers === '' ? '' : `by ${checkers}`;
};
/** Charts of what is made of log-probabilities, which are at some temperature. */
const ofLogProbabilities: readonly string[] = ['kl', 'ratio'];
const lossCharts: readonly string[] = ['loss', 'held-out-loss', 'validation-loss'];

/** Every curve of a run on one crosshair, as many as it has: those near the window are there. */
export class ChartBoard extends LitElement {
  static override properties = {
    curves: {},
    choices: {},
    findings: {},
    host: {},
    came: { state: true },
    copied: { state: true },
  };
  curves!: Curves;
  choices!: Choices;
  /** What the doctor found in the run. */
  findings = noFindings;
  host!: BoardHost;

  private sections: Section[] = [];
  /** Charts with a place on the page: those of open sections, without what is folded. */
  private shown: ChartSpec[] = [];
  private near: ReadonlySet<string> = new Set();
  /** What the data are is looked for beside the loss; without one, at the end of the first charts. */
  private besideLoss: string | undefined;
  private fault: string | undefined;
  private drawing: Drawing = { run: '', overlays: [], xUnit: 'step' };
  private marks: Mark[] = [];
  private readonly drawn = new Map<string, Drawn>();
  private readonly data = new ChartData(
    (chart, signal) => this.seriesOf(chart, signal),
    () => this.came++,
  );
  private readonly sight = new Sight(
    () => this.requestUpdate(),
    () => this.data.renew(),
  );
  private readonly nearby = new Nearby(() => this.came++);
  /** Counts what came near or was answered. */
  private came = 0;
  private settling: number | undefined;
  /** The chart whose values have just been copied. */
  private copied: string | undefined;
  /** The chart that gets the focus as soon as it is there. */
  private focusOn: string | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.nearby.stop();
    clearTimeout(this.settling);
  }

  /** The step under the crosshair. */
  get step(): number | undefined {
    return this.sight.step;
  }

  /** The metric of the curve that the keys point at. */
  get metric(): string | undefined {
    const chart = document.activeElement?.closest('line-chart');
    return chart instanceof LineChart && chart.pointed !== undefined ? this.metricOf(chart, chart.pointed) : undefined;
  }

  /** Another run is shown: nothing of the last one stays. */
  forget(): void {
    this.data.forget();
    this.drawn.clear();
    this.sight.forget();
  }

  showAll(): void {
    this.sight.showAll();
  }

  /** Scrolls to the curve of a metric, wherever it is folded away. */
  async reveal(metric: string): Promise<void> {
    const chart = this.curves.charts.find((c) => metricsOf(c).includes(metric));
    if (!chart) return;
    if (!searchFor(this.choices.search).passes(chart)) this.host.choose({ search: '' });
    const section = sectionsOf(this.curves.charts, this.choices.pinned).find((s) => s.charts.includes(chart));
    if (section) this.toggle(section.id, true);
    if (section && apart([chart], this.constants)[1].length > 0) this.toggle(constantsId(section.id), true);
    this.focusOn = chart.id;
    await this.updateComplete;
    // A section that has just been opened has its charts a turn later.
    await this.updateComplete;
    this.querySelector(`#${CSS.escape(slotId(chart.id))}`)?.scrollIntoView({ block: 'center', behavior: 'smooth' });
    this.takeFocus();
  }

  moveCursor(by: number): void {
    const points = this.groundPoints();
    const { cursor } = this.sight;
    const here = cursor === undefined ? points.length - 1 : nearest(points, cursor) + by;
    const to = points.at(here);
    if (here >= 0 && to) this.point(to.x, to.step);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { curves, choices } = this;
    const before = changed.get('choices');
    if (changed.has('curves') || changed.has('choices')) {
      const { passes, fault } = searchFor(choices.search);
      this.fault = fault;
      this.sections = sectionsOf(curves.charts.filter(passes), choices.pinned);
      const first = this.sections.find((s) => s.id === firstId)?.charts ?? [];
      this.besideLoss = (first.findLast((c) => lossCharts.includes(c.id)) ?? first.at(-1))?.id;
      const { dashboard } = curves;
      const overlays = choices.overlay.flatMap((run) => {
        const other = dashboard.others.find((r) => r.id === run);
        return other ? [{ run, name: other.name }] : [];
      });
      const xUnit = choices.xUnit === 'tokens' && !this.hasTokens ? 'step' : choices.xUnit;
      const drawing = { run: dashboard.run.id, overlays, xUnit };
      if (JSON.stringify(drawing) !== JSON.stringify(this.drawing)) this.drawing = drawing;
    }
    if (changed.has('curves') || changed.has('choices') || changed.has('findings')) {
      const marks = choices.onsets ? onsetMarks(this.findings, curves.ground.at(0), this.drawing.xUnit) : [];
      // The same marks draw no chart anew.
      if (JSON.stringify(marks) !== JSON.stringify(this.marks)) this.marks = marks;
    }
    if (before && before.xUnit !== choices.xUnit) this.sight.showAll();
    // Another view of the same run: whatever is in sight is asked for again.
    if (changed.has('curves') || (before && before.overlay.join('\n') !== choices.overlay.join('\n'))) this.data.renew();
    if (before && before.smoothing !== choices.smoothing) {
      clearTimeout(this.settling);
      this.settling = window.setTimeout(() => this.data.renew(), settledAfter);
    }
    const near = (this.near = this.nearby.ids);
    this.shown = this.visible();
    const inSight = this.shown.filter((c) => near.has(slotId(c.id)));
    this.data.show(inSight);
    for (const chart of inSight) this.redraw(chart);
    for (const id of this.drawn.keys()) if (!near.has(slotId(id))) this.drawn.delete(id);
    const { ground, measured } = curves;
    this.sight.grow(() => extent([...ground, ...measured, ...this.data.all], this.drawing.run, this.drawing.xUnit));
  }

  protected override updated(): void {
    this.nearby.watch(this.querySelectorAll('.chart-slot'));
    this.takeFocus();
  }

  protected override render(): TemplateResult {
    const { curves, choices, sections, shown, host } = this;
    return html`
      <div class="toolbar">
        ${metricTools({ text: choices.search, fault: this.fault, all: metricCount(curves.charts) + this.unlisted, shown: metricCount(shown), hint: host.searchHint() }, (search) => host.choose({ search }))}
        ${toolbar(choices, curves.dashboard.others, { tokens: this.hasTokens, onsets: this.findings.length > 0 }, host.choose)}
        <span class="spacer"></span>
        ${this.news()}
      </div>
      <main class="board" @chart-cursor=${this.onCursor} @chart-range=${this.onRange} @chart-point=${this.onPoint}>
        ${sections.map((section) =>
          sectionView(
            section,
            { open: this.isOpen(section.id), constantsOpen: this.isOpen(constantsId(section.id)) },
            this.constants,
            { toggle: (id, open) => this.toggle(id, open), chart: (chart) => this.place(chart) },
            sections.length === 1,
          ),
        )}
        ${sections.length === 0 ? this.nothingFound() : this.furtherFound()}
      </main>
    `;
  }

  private visible(): ChartSpec[] {
    return this.sections.flatMap((section) => {
      if (!this.isOpen(section.id)) return [];
      const [moving, still] = apart(section.charts, this.constants);
      return this.isOpen(constantsId(section.id)) ? [...moving, ...still] : moving;
    });
  }

  /** Whoever searches, or compares with another run, sees every chart that there is. */
  private get constants(): ReadonlyMap<string, Constant> {
    return this.choices.search.trim() === '' && this.drawing.overlays.length === 0 ? this.curves.constants : new Map();
  }

  private isOpen(id: string): boolean {
    const { choices, sections, curves } = this;
    if (choices.opened.includes(id)) return true;
    if (id.startsWith(constantsId(''))) return false;
    if (id === firstId || sections.length === 1 || choices.search.trim() !== '') return true;
    if (choices.closed.includes(id)) return false;
    return id === pinnedId || curves.charts.length <= mostOpen;
  }

  private toggle(id: string, open: boolean): void {
    if (open === this.isOpen(id)) return;
    const { opened, closed } = this.choices;
    const without = (list: readonly string[]): string[] => list.filter((s) => s !== id);
    this.host.choose(
      open ? { opened: [...without(opened), id], closed: without(closed) } : { opened: without(opened), closed: [...without(closed), id] },
    );
  }

  private place(spec: ChartSpec): TemplateResult {
    const drawn = this.drawn.get(spec.id);
    const isThere = drawn !== undefined && this.near.has(slotId(spec.id));
    const pinned = this.choices.pinned.includes(spec.id);
    const { drawing } = this;
    const { cursor, axis } = this.sight;
    const { log } = this.choices;
    const mixture = spec.id === this.besideLoss ? mixtureOf(this.curves.ground, drawing.run, drawing.xUnit, cursor) : undefined;
    // A chart that is far away is a heading and a shape, whatever the crosshair does.
    const copied = this.copied === spec.id;
    const parts = isThere
      ? [spec, pinned, copied, drawn.lines, drawn.notes, this.marks, cursor, axis, log, mixture]
      : [spec, pinned, mixture];
    return html`${guard(parts, () => {
      const heading = this.headingOf(spec);
      const chart = isThere
        ? html`<line-chart
            .heading=${heading}
            .lines=${drawn.lines}
            .notes=${drawn.notes}
            .marks=${this.marks}
            .xUnit=${drawing.xUnit}
            .log=${log}
            .stacked=${spec.stacked ?? false}
            .range=${axis}
            .cursor=${cursor}
          ></line-chart>`
        : undefined;
      return html`${chartSlot(spec, heading, chart, { pinned, copied }, { pin: (id) => this.pin(id), copy: (c) => void this.copy(c) })}
      ${mixture ? html`<doughnut-chart heading="Data mixture" .ring=${mixture}></doughnut-chart>` : nothing}`;
    })}`;
  }

  private headingOf(spec: ChartSpec): string {
    const { trainer } = this.curves.dashboard.run.logpTemperatures;
    const more =
      spec.id === 'accuracy'
        ? graders(this.curves.benchmarks)
        : ofLogProbabilities.includes(spec.id) && trainer !== null
          ? temperatureText(trainer)
          : '';
    return more === '' ? spec.heading : `${spec.heading}, ${more}`;
  }

  private redraw(chart: ChartSpec): void {
    const answer = this.data.of(chart.id);
    const known = this.drawn.get(chart.id);
    const { drawing } = this;
    if (!answer || (known?.answer === answer && known.drawing === drawing)) return;
    if (known?.drawing === drawing && this.sight.frozenAt !== undefined) return;
    const series = [...answer, ...this.curves.measured];
    this.drawn.set(chart.id, { answer, drawing, lines: linesOf(chart, series, drawing), notes: notesOf(chart, series, drawing) });
  }

  /** What a chart draws of the run, and of the runs laid over it: their first curve. */
  private async seriesOf(chart: ChartSpec, signal: AbortSignal): Promise<RunSeries[] | undefined> {
    const { run, overlays } = this.drawing;
    const [lead] = chart.curves;
    const steps = this.sight.finer;
    const [own, others] = await Promise.all([
      this.host.series({ runs: [run], metrics: metricsOf(chart), steps }, signal),
      chart.stacked || overlays.length === 0
        ? []
        : this.host.series({ runs: overlays.map((o) => o.run), metrics: [lead.metric], steps }, signal),
    ]);
    return own && [...own, ...(others ?? [])];
  }

  private get hasTokens(): boolean {
    return this.curves.ground.some((s) => s.tokens.some((t) => t !== null));
  }

  private groundPoints(): Point[] {
    const ground = this.curves.ground.at(0);
    if (!ground) return [];
    const axis = axisOf(ground, this.drawing.xUnit);
    return axis.flatMap((x, i) => (x === null ? [] : [{ x, y: 0, step: ground.step[i] }]));
  }

  /** What came since the curves were held still, and the way back to all of them. */
  private news(): TemplateResult {
    const { frozenAt, range } = this.sight;
    const fresh = frozenAt === undefined ? 0 : this.curves.dashboard.run.step - frozenAt;
    const waiting = isLive(this.curves.dashboard.run.state) && fresh > 0;
    return html`<span role="status">
      ${waiting ? html`<button class="news" @click=${() => this.showAll()}>${count(fresh, 'new step')}</button>` : nothing}
      ${
        range
          ? html`<button class="icon" title="Show all steps (Escape on a curve)" aria-label="Show all steps" @click=${() => this.showAll()}>
              ${icon('screen-full')}
            </button>`
          : nothing
      }
    </span>`;
  }

  /** Metrics of the run that are not listed. */
  private get unlisted(): number {
    const { metricCount, metricNames } = this.curves.dashboard;
    return Math.max(0, metricCount - metricNames.length);
  }

  /** What is not listed has not been looked through yet. */
  private get isLooking(): boolean {
    const { search } = this.choices;
    return this.unlisted > 0 && !isBlank(search) && this.fault === undefined && this.curves.dashboard.found?.search !== search;
  }

  private furtherFound(): TemplateResult | typeof nothing {
    const { found } = this.curves.dashboard;
    if (!found || found.more === 0 || found.search !== this.choices.search) return nothing;
    return html`<p class="quiet" role="status">
      ${count(found.more, 'further metric')} of this run match: so many are not listed at a time. Narrow the search.
    </p>`;
  }

  private nothingFound(): TemplateResult {
    const { metricCount } = this.curves.dashboard;
    if (this.isLooking) return html`<p class="quiet" role="status">Looking through the ${count(metricCount, 'metric')} of this run…</p>`;
    const all = this.unlisted === 0 ? count(this.curves.charts.length, 'chart') : count(metricCount, 'metric');
    return stateView({
      icon: 'search-stop',
      title: 'No metric matches',
      detail: `None of the names of this run’s ${all} holds “${this.choices.search}”.`,
      buttons: [{ label: 'Show all', run: () => this.host.choose({ search: '' }), secondary: true }],
    });
  }

  /** The chart moves, and the focus with it. */
  private pin(chart: string): void {
    const { pinned } = this.choices;
    this.focusOn = chart;
    this.host.choose({ pinned: pinned.includes(chart) ? pinned.filter((id) => id !== chart) : [...pinned, chart] });
  }

  private async copy(chart: ChartSpec): Promise<void> {
    if (!(await this.host.copy(chart))) return;
    this.copied = chart.id;
    window.setTimeout(() => {
      if (this.copied === chart.id) this.copied = undefined;
    }, messageMs);
  }

  private takeFocus(): void {
    if (this.focusOn === undefined) return;
    const canvas = this.querySelector<HTMLElement>(`#${CSS.escape(slotId(this.focusOn))} canvas`);
    if (!canvas) return;
    this.focusOn = undefined;
    canvas.focus({ preventScroll: true });
  }

  private readonly onCursor = ({ detail: { x, step } }: CursorEvent): void => this.point(x, step);
  private readonly onPoint = ({ detail: { step, line, find }, target }: PointEvent): void => {
    const metric = target instanceof Element ? (this.metricOf(target, line) ?? '') : '';
    if (find) this.host.findAt(step, metric);
    else this.host.openStep(step, metric);
  };
  private readonly onRange = ({ detail: { range } }: RangeEvent): void =>
    this.sight.choose(range, () => [...this.data.all, ...this.curves.ground], this.drawing);

  /** Of a curve of a chart. */
  private metricOf(element: Element, line: number): string | undefined {
    const slot = element.closest('.chart-slot');
    const chart = slot && this.shown.find((c) => slotId(c.id) === slot.id);
    const label = chart && this.drawn.get(chart.id)?.lines.at(line)?.label;
    return chart?.curves.find((c) => c.label === label)?.metric;
  }

  private point(x: number | undefined, step: number | undefined): void {
    this.sight.point(x, step, this.curves.dashboard.run.step);
  }
}

customElements.define('chart-board', ChartBoard);
