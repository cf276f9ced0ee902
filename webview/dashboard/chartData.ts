import type { RunSeries } from '../../src/store/views.js';
import type { ChartSpec } from './chartList.js';

/** Charts that are asked for at the same time: the store answers one after another, and others ask it too. */
const atOnce = 4;

interface Answer {
  series: RunSeries[];
  version: number;
}

/**
 * What the charts near the window draw. Each asks for itself when it comes near and again when something has changed, and is
 * forgotten when it is far: a thousand charts cost what those in sight do.
 */
export class ChartData {
  private near = new Map<string, ChartSpec>();
  private readonly answers = new Map<string, Answer>();
  /** What is on its way, and how to say that it is not wanted any more. */
  private readonly requests = new Map<string, AbortController>();
  private version = 0;
  /** Counts the runs that were shown. */
  private run = 0;

  /**
   * @param ask undefined when it could not be answered: what was known stays
   * @param arrived called with each answer
   */
  constructor(
    private readonly ask: (chart: ChartSpec, signal: AbortSignal) => Promise<RunSeries[] | undefined>,
    private readonly arrived: () => void,
  ) {}

  of(chart: string): RunSeries[] | undefined {
    return this.answers.get(chart)?.series;
  }

  get all(): RunSeries[] {
    return [...this.answers.values()].flatMap((a) => a.series);
  }

  /** These are near now. */
  show(charts: readonly ChartSpec[]): void {
    this.near = new Map(charts.map((c) => [c.id, c]));
    for (const id of this.answers.keys()) if (!this.near.has(id)) this.answers.delete(id);
    for (const [id, wanted] of this.requests) if (!this.near.has(id)) wanted.abort();
    this.next();
  }

  /** What is known may be old: it stays until it has been asked for again. */
  renew(): void {
    this.version++;
    this.next();
  }

  /** It is of another run. */
  forget(): void {
    this.answers.clear();
    this.near.clear();
    for (const wanted of this.requests.values()) wanted.abort();
    this.run++;
  }

  private next(): void {
    for (const chart of this.near.values()) {
      if (this.requests.size >= atOnce) return;
      if (!this.requests.has(chart.id) && this.answers.get(chart.id)?.version !== this.version) void this.fetch(chart);
    }
  }

  private async fetch(chart: ChartSpec): Promise<void> {
    const { version, run } = this;
    const { id } = chart;
    const wanted = new AbortController();
    this.requests.set(id, wanted);
    const series = await this.ask(chart, wanted.signal);
    this.requests.delete(id);
    // The same chart of another run has no part in this one.
    if (run === this.run && this.near.has(id) && !wanted.signal.aborted)
      this.answers.set(id, { series: series ?? this.of(id) ?? [], version });
    this.arrived();
    this.next();
  }
}
