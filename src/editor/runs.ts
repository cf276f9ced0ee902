import { hostname } from 'node:os';
import { EventEmitter, type Event } from 'vscode';
import type { RunDetail, RunSummary } from '../store/views.js';
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

/** What is known of every run of this window, kept up to date: explorer, CodeLens, badge, status bar and notifications read from here. */
export class Runs extends Disposable {
  private readonly updated = this.register(new EventEmitter<RunUpdate[]>());
  readonly onDidUpdate: Event<RunUpdate[]> = this.updated.event;

  private known: Promise<Map<string, RunSummary>> | undefined;
  private readonly stale = new Set<string>();
  private anyIdentity = false;
  private timer: NodeJS.Timeout | undefined;

  /** @param report hears why the stores could not be asked; the next change tries again */
  constructor(
    private readonly labs: Labs,
    private readonly report: (error: unknown) => void,
  ) {
    super();
    this.register(
      labs.onDidChange((change) => {
        this.stale.add(change.run);
        this.anyIdentity ||= change.identity;
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

  /** The process of a run on another machine is not ours to control. */
  isHere(run: RunDetail): boolean {
    return run.host === hostname();
  }

  /** Asks the stores for everything again. */
  async reload(): Promise<void> {
    const before = (await this.known) ?? new Map<string, RunSummary>();
    this.known = this.fetch();
    this.announce(before, await this.known, null);
  }

  private load(): Promise<Map<string, RunSummary>> {
    this.known ??= this.fetch();
    return this.known;
  }

  private async fetch(): Promise<Map<string, RunSummary>> {
    try {
      return new Map((await this.labs.runs()).map((r) => [r.id, r]));
    } catch (error) {
      this.known = undefined;
      throw error;
    }
  }

  /** Many changes in a row become one update. */
  private settle(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (!this.disposed) void this.update().catch(this.report);
    }, SETTLE_MS);
  }

  private async update(): Promise<void> {
    const ids = new Set(this.stale);
    const all = this.anyIdentity;
    this.stale.clear();
    this.anyIdentity = false;
    const before = await this.load();
    if (all) {
      this.known = this.fetch();
      this.announce(before, await this.known, ids);
      return;
    }
    const after = new Map(before);
    for (const id of ids) {
      const run = await this.labs.run(id);
      if (run) after.set(id, run);
    }
    this.known = Promise.resolve(after);
    this.announce(before, after, ids);
  }

  /** @param ids runs that said they changed, or null for all */
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
