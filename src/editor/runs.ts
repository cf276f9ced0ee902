import { allRows } from '../core/listPages.js';
import { EventEmitter, type Event } from 'vscode';
import type { RunSummary } from '../store/views.js';
import { Disposable } from './disposable.js';
import type { Labs } from './labs.js';

/** One run before and after a change: `before` is missing when it appeared, `after` when it is gone. */
export interface RunUpdate {
  id: string;
  before?: RunSummary;
  after?: RunSummary;
}

/** Often enough to look live, seldom enough that nothing flickers. */
const SETTLE_MS = 400;
/** From here on one question for all runs costs less than one for each that changed. */
const MANY = 20;

/** Summaries of every run of this window, kept up to date: explorer, CodeLens, badge, status bar and notifications read from here. */
export class Runs extends Disposable {
  private readonly updated = this.register(new EventEmitter<RunUpdate[]>());
  readonly onDidUpdate: Event<RunUpdate[]> = this.updated.event;

  private summaries: Map<string, RunSummary> | undefined;
  private loading: Promise<Map<string, RunSummary>> | undefined;
  /** The stores are asked one thing after the other: an answer never overwrites a newer one. */
  private turn: Promise<unknown> = Promise.resolve();
  private readonly stale = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** @param report called when the stores could not answer; the next change tries again */
  constructor(
    private readonly labs: Labs,
    private readonly report: (error: unknown) => void,
  ) {
    super();
    this.register(
      labs.onDidChange((change) => {
        this.stale.add(change.run);
        this.settle();
      }),
    );
    this.register(labs.onDidChangeFolders(() => void this.reload().catch(this.report)));
    this.register({ dispose: () => clearTimeout(this.timer) });
  }

  /** Newest first. */
  async all(): Promise<RunSummary[]> {
    const map = await this.load();
    return [...map.values()].sort((a, b) => b.created.localeCompare(a.created));
  }

  async get(id: string): Promise<RunSummary | undefined> {
    return (await this.load()).get(id);
  }

  /** Asks the stores for everything again. */
  async reload(): Promise<void> {
    await this.inTurn(async () => {
      const before = this.summaries ?? new Map<string, RunSummary>();
      this.summaries = undefined;
      this.announce(before, await this.fetch(), null);
    });
  }

  private load(): Promise<Map<string, RunSummary>> {
    if (this.summaries) return Promise.resolve(this.summaries);
    this.loading ??= this.inTurn(() => this.fetch()).finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async fetch(): Promise<Map<string, RunSummary>> {
    return (this.summaries = new Map((await allRows((after) => this.labs.ask.runs({ after }))).map((r) => [r.id, r])));
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined); // told to whoever asked; the next one is asked all the same
    return done;
  }

  /** Many changes in a row become one update. */
  private settle(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (!this.disposed) void this.inTurn(() => this.update()).catch(this.report);
    }, SETTLE_MS);
  }

  private async update(): Promise<void> {
    const ids = new Set(this.stale);
    this.stale.clear();
    try {
      const before = this.summaries ?? (await this.fetch());
      this.announce(before, ids.size > MANY ? await this.fetch() : await this.refetch(before, ids), ids);
    } catch (error) {
      for (const id of ids) this.stale.add(id);
      throw error;
    }
  }

  private async refetch(before: ReadonlyMap<string, RunSummary>, ids: ReadonlySet<string>): Promise<Map<string, RunSummary>> {
    const after = new Map(before);
    for (const id of ids) {
      const run = await this.labs.ask.run(id);
      if (run) after.set(id, run);
      else after.delete(id);
    }
    return (this.summaries = after);
  }

  /** @param ids runs whose change was reported, or null for all */
  private announce(before: Map<string, RunSummary>, after: Map<string, RunSummary>, ids: Set<string> | null): void {
    const updates: RunUpdate[] = [];
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(id), after.get(id)];
      if (was && is && ids && !ids.has(id)) continue;
      updates.push({ id, ...(was && { before: was }), ...(is && { after: is }) });
    }
    if (updates.length > 0) this.updated.fire(updates);
  }
}
