import { basename, dirname } from 'node:path';
import { EventEmitter, workspace, type Event, type LogOutputChannel, type Uri } from 'vscode';
import { allRows, mergedPage, type ListPage } from '../core/listPages.js';
import { mergePages } from '../store/benchmarkPages.js';
import { mergePlans } from '../store/finding/mergePlans.js';
import type { StoreClient } from '../store/client.js';
import { questionMethods } from '../store/questionMethods.js';
import type { StoreClientQueries } from '../store/questions.js';
import type { AskOptions } from '../store/readers.js';
import type {
  BenchmarkPage,
  PieceAnswer,
  RunChange,
  RunDetail,
  RunPlace,
  RunSeries,
  RunSummary,
  SearchPlan,
  SeriesQuestion,
} from '../store/views.js';
import { Disposable } from './disposable.js';
import { Lab } from './lab.js';

/** The labs of all workspace folders as one store: a question about a run goes to the folder that holds it. */
export class Labs extends Disposable {
  private readonly changed = this.register(new EventEmitter<RunChange>());
  readonly onDidChange: Event<RunChange> = this.changed.event;
  private readonly foldersChanged = this.register(new EventEmitter<void>());
  readonly onDidChangeFolders: Event<void> = this.foldersChanged.event;
  private readonly labs = new Map<string, Lab>();
  private readonly homes = new Map<string, Lab>();

  constructor(
    private readonly distFolder: string,
    private readonly log: LogOutputChannel,
  ) {
    super();
    this.matchFolders();
    this.register(
      workspace.onDidChangeWorkspaceFolders(() => {
        this.matchFolders();
        this.foldersChanged.fire();
      }),
    );
    this.register({ dispose: () => this.labs.forEach((lab) => lab.dispose()) });
    // The first run of a folder may come from a command line: its store has not started yet, so nobody else would notice.
    const first = this.register(workspace.createFileSystemWatcher('**/.grpo-lab/runs/*/run.json', false, true, true));
    this.register(first.onDidCreate((uri) => void this.labAt(uri)?.catchUp(basename(dirname(uri.path)))));
  }

  /** Whether any folder holds runs already. */
  get haveRuns(): boolean {
    return this.all.some((lab) => lab.hasRuns);
  }

  /** The `.grpo-lab` folders. */
  directories(): string[] {
    return this.all.map((lab) => lab.directory);
  }

  async directoryOf(run: string): Promise<string | undefined> {
    return (await this.labOf(run))?.directory;
  }

  labAt(uri: Uri): Lab | undefined {
    const folder = workspace.getWorkspaceFolder(uri);
    return folder && this.labs.get(folder.uri.toString());
  }

  async labOf(run: string): Promise<Lab | undefined> {
    if (this.all.length === 1) return this.all[0];
    if (!this.homes.has(run)) await allRows((after) => this.ask.runs({ after }));
    return this.homes.get(run);
  }

  async catchUp(run: string): Promise<void> {
    await (await this.labOf(run))?.catchUp(run);
  }

  /** Resolves when everything that is in the run folders now has been read. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.all.filter((lab) => lab.hasRuns).map((lab) => lab.store.catchUp()));
  }

  async forget(run: string): Promise<void> {
    const lab = await this.labOf(run);
    this.homes.delete(run);
    await lab?.store.forget(run);
  }

  async rebuild(): Promise<void> {
    for (const lab of this.all) await lab.store.rebuild();
  }

  /** Each question is asked of the folder that holds the run; what speaks of several is put together. */
  readonly ask: StoreClientQueries = this.asking({});

  /** The same, for whoever may lose interest or wants to hear how far it is. */
  asking(options: AskOptions): StoreClientQueries {
    const together: Partial<StoreClientQueries> = this.together(options);
    return questionMethods(async (name, args) => {
      const ask = together[name] ?? (await this.storeOf(args[0] as string)).asking(options)[name];
      return (ask as (...args: unknown[]) => Promise<unknown>)(...args);
    });
  }

  private together(options: AskOptions) {
    return {
      runs: async (page?: Parameters<StoreClientQueries['runs']>[0]): Promise<ListPage<RunSummary, RunPlace>> => {
        const labs = this.all.filter((lab) => lab.hasRuns);
        const pages = await Promise.all(
          labs.map(async (lab) => {
            const runs = await lab.store.asking(options).runs(page);
            for (const { id } of runs.rows) this.homes.set(id, lab);
            return { ...runs, rows: runs.rows.map((run) => withJob(run, lab)) };
          }),
        );
        const down = (a: string, b: string): number => (a > b ? -1 : a < b ? 1 : 0);
        const newestFirst = (a: RunSummary, b: RunSummary): number => down(a.created, b.created) || down(a.id, b.id);
        return mergedPage(pages, page?.limit ?? Infinity, newestFirst, ({ created, id }) => ({ created, id }));
      },

      run: async (run: string): Promise<RunDetail | null> => {
        const lab = await this.labOf(run);
        const detail = (await lab?.store.asking(options).run(run)) ?? null;
        return lab && detail ? withJob(detail, lab) : null;
      },

      series: async (runs: string[], question: SeriesQuestion): Promise<RunSeries[]> => {
        const homes = new Map(await Promise.all(runs.map(async (run) => [run, await this.labOf(run)] as const)));
        const parts = await Promise.all(
          this.all.map(async (lab) => {
            const own = runs.filter((run) => homes.get(run) === lab);
            return own.length > 0 ? lab.store.asking(options).series(own, question) : [];
          }),
        );
        return parts.flat();
      },

      searchPlan: async (filter: string, runs: string[] | null): Promise<SearchPlan> => {
        const labs = this.all.filter((lab) => lab.hasRuns);
        return mergePlans(await Promise.all(labs.map((lab) => lab.store.asking(options).searchPlan(filter, runs))));
      },

      searchPiece: async (...args: Parameters<StoreClientQueries['searchPiece']>): Promise<PieceAnswer> =>
        (await this.storeOf(args[1].run)).asking(options).searchPiece(...args),

      allBenchmarks: async (page: Parameters<StoreClientQueries['allBenchmarks']>[0]): Promise<BenchmarkPage> => {
        const labs = this.all.filter((lab) => lab.hasRuns);
        return mergePages(await Promise.all(labs.map((lab) => lab.store.asking(options).allBenchmarks(page))), page.limit);
      },
    };
  }

  /** The store of the folder that holds the run. When no folder holds it, any store answers that there is no such run. */
  private async storeOf(run: string): Promise<StoreClient> {
    const lab = (await this.labOf(run)) ?? this.all.at(0);
    if (!lab) throw new Error(`No folder is open that could hold the run ${run}.`);
    return lab.store;
  }

  private get all(): Lab[] {
    return [...this.labs.values()];
  }

  private matchFolders(): void {
    const folders = (workspace.workspaceFolders ?? []).filter((f) => f.uri.scheme === 'file');
    const wanted = new Map(folders.map((f) => [f.uri.toString(), f.uri.fsPath]));
    for (const [key, lab] of this.labs) {
      if (wanted.has(key)) continue;
      lab.dispose();
      this.labs.delete(key);
      for (const [run, home] of this.homes) if (home === lab) this.homes.delete(run);
    }
    for (const [key, folder] of wanted) {
      if (!this.labs.has(key)) this.labs.set(key, new Lab(folder, this.distFolder, (change) => this.changed.fire(change), this.log));
    }
  }
}

function withJob<Run extends RunSummary>(run: Run, lab: Lab): Run {
  const job = lab.jobs.get(run.id);
  return job === undefined ? run : { ...run, job };
}
