import { basename, dirname } from 'node:path';
import { EventEmitter, workspace, type Event, type LogOutputChannel, type Uri } from 'vscode';
import { mergePages } from '../store/benchmarkPages.js';
import type {
  BenchmarkPage,
  RewardHistogram,
  RunChange,
  RunSeries,
  RunSummary,
  SeriesQuestion,
  StoreClientQueries,
} from '../store/views.js';
import { Disposable } from './disposable.js';
import { Lab } from './lab.js';

/** The labs of all workspace folders as one store: each run is asked of the folder that holds it. */
export class Labs extends Disposable implements StoreClientQueries {
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
    if (!this.homes.has(run)) await this.runs();
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

  async runs(): Promise<RunSummary[]> {
    const lists = await Promise.all(
      this.all.map(async (lab) => {
        const runs = lab.hasRuns ? await lab.store.runs() : [];
        for (const { id } of runs) this.homes.set(id, lab);
        return runs;
      }),
    );
    return lists.flat();
  }

  async series(runs: string[], question: SeriesQuestion): Promise<RunSeries[]> {
    const homes = new Map(await Promise.all(runs.map(async (run) => [run, await this.labOf(run)] as const)));
    const parts = await Promise.all(
      this.all.map(async (lab) => {
        const own = runs.filter((run) => homes.get(run) === lab);
        return own.length > 0 ? lab.store.series(own, question) : [];
      }),
    );
    return parts.flat();
  }

  async allBenchmarks(page: Parameters<StoreClientQueries['allBenchmarks']>[0]): Promise<BenchmarkPage> {
    const labs = this.all.filter((lab) => lab.hasRuns);
    return mergePages(await Promise.all(labs.map((lab) => lab.store.allBenchmarks(page))), page.limit);
  }

  run: StoreClientQueries['run'] = async (run) => (await this.storeOf(run))?.run(run) ?? null;
  steps: StoreClientQueries['steps'] = async (run, page) => (await this.storeOf(run))?.steps(run, page) ?? [];
  step: StoreClientQueries['step'] = async (run, step) => (await this.storeOf(run))?.step(run, step) ?? null;
  groupSteps: StoreClientQueries['groupSteps'] = async (run, page) => (await this.storeOf(run))?.groupSteps(run, page) ?? [];
  constants: StoreClientQueries['constants'] = async (run, atLeast) => (await this.storeOf(run))?.constants(run, atLeast) ?? [];
  rewards: StoreClientQueries['rewards'] = async (run, step) => (await this.storeOf(run))?.rewards(run, step) ?? noRewards;
  trends: StoreClientQueries['trends'] = async (run, ...what) => (await this.storeOf(run))?.trends(run, ...what) ?? [];
  groups: StoreClientQueries['groups'] = async (run, step) => (await this.storeOf(run))?.groups(run, step) ?? [];
  group: StoreClientQueries['group'] = async (run, ...at) => (await this.storeOf(run))?.group(run, ...at) ?? null;
  solution: StoreClientQueries['solution'] = async (run, ...at) => (await this.storeOf(run))?.solution(run, ...at) ?? null;
  trace: StoreClientQueries['trace'] = async (run, ...at) => (await this.storeOf(run))?.trace(run, ...at) ?? null;
  regrades: StoreClientQueries['regrades'] = async (run) => (await this.storeOf(run))?.regrades(run) ?? [];
  opinions: StoreClientQueries['opinions'] = async (run, question) => (await this.storeOf(run))?.opinions(run, question) ?? null;
  disagreements: StoreClientQueries['disagreements'] = async (run, ...which) =>
    (await this.storeOf(run))?.disagreements(run, ...which) ?? null;
  otherGrades: StoreClientQueries['otherGrades'] = async (run, ...at) => (await this.storeOf(run))?.otherGrades(run, ...at) ?? [];
  solutionsToGrade: StoreClientQueries['solutionsToGrade'] = async (run, ...at) =>
    (await this.storeOf(run))?.solutionsToGrade(run, ...at) ?? null;
  checkpoints: StoreClientQueries['checkpoints'] = async (run) => (await this.storeOf(run))?.checkpoints(run) ?? [];
  benchmarks: StoreClientQueries['benchmarks'] = async (run) => (await this.storeOf(run))?.benchmarks(run) ?? [];
  problems: StoreClientQueries['problems'] = async (run) => (await this.storeOf(run))?.problems(run) ?? [];
  logs: StoreClientQueries['logs'] = async (run, page) => (await this.storeOf(run))?.logs(run, page) ?? [];

  private async storeOf(run: string): Promise<StoreClientQueries | undefined> {
    return (await this.labOf(run))?.store;
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

const noRewards: RewardHistogram = { bins: [], unrewarded: 0, counted: 0, groups: 0 };
