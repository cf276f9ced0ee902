import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { window, workspace, type LogOutputChannel } from 'vscode';
import { messageOf } from '../core/messageOf.js';
import type { SurveyedRun } from '../launch/survey.js';
import { StoreClient } from '../store/client.js';
import { placeDatabase } from '../store/placement.js';
import type { RunChange } from '../store/views.js';
import { Disposable } from './disposable.js';
import { settings } from './settings.js';

/** One workspace folder with its runs. The store starts with the first question; from then on dead runs are looked for. */
export class Lab extends Disposable {
  readonly directory: string;
  readonly runsDir: string;
  /** What targets said last of the jobs of live runs, by run. */
  readonly jobs = new Map<string, string>();
  private client: StoreClient | undefined;
  private database: string | undefined;

  constructor(
    readonly folder: string,
    private readonly distFolder: string,
    private readonly changed: (change: RunChange) => void,
    private readonly log: LogOutputChannel,
  ) {
    super();
    this.directory = join(folder, '.grpo-lab');
    this.runsDir = join(this.directory, 'runs');
  }

  /** Whether there are runs, or were: their folder may be on a share that is not there now. */
  get hasRuns(): boolean {
    return existsSync(this.runsDir) || existsSync((this.database ??= placeDatabase(this.directory).file));
  }

  get store(): StoreClient {
    this.client ??= this.open();
    return this.client;
  }

  /** Reads what was just written, rather than at the next look. */
  async catchUp(run: string): Promise<void> {
    await this.store.catchUp(run);
  }

  private open(): StoreClient {
    const client = new StoreClient({
      root: this.directory,
      worker: join(this.distFolder, 'storeWorker.cjs'),
      textIndex: settings.searchIndex(),
    });
    this.register({ dispose: () => void client.close() });
    this.register(client.onChange(this.changed));
    this.register(
      client.onNotice((message) => {
        this.log.info(message);
        void window.showInformationMessage(message);
      }),
    );
    if (workspace.isTrusted) void this.watch();
    else this.register(workspace.onDidGrantWorkspaceTrust(() => void this.watch()));
    return client;
  }

  /** Declares runs dead that ended unseen; it writes into their directories, which an untrusted workspace does not allow. */
  private async watch(): Promise<void> {
    const [{ Survey }, { jobsOn }, { programsIn }] = await Promise.all([
      import('../launch/survey.js'),
      import('../launch/targets/jobsOn.js'),
      import('../launch/ownPrograms.js'),
    ]);
    if (this.disposed) return;
    const survey = new Survey(this.runsDir, jobsOn(programsIn(this.distFolder)), (directory, error) =>
      this.log.warn(`${directory}: ${messageOf(error)}`),
    );
    this.register(survey.watch((runs) => this.take(runs)));
  }

  private take(runs: readonly SurveyedRun[]): void {
    for (const { id, lost, job } of runs) {
      if (lost) void this.catchUp(id);
      if (this.jobs.get(id) === job) continue;
      if (job === undefined) this.jobs.delete(id);
      else this.jobs.set(id, job);
      this.changed({ run: id, upTo: 0, identity: true });
    }
  }
}
