/** What the commands of one command line share. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backends } from '../backends/backends.js';
import type { CommandOptions } from '../backends/command/resolveCommand.js';
import { messageOf } from '../core/messageOf.js';
import type { Jobs } from '../launch/jobs.js';
import { programsIn } from '../launch/ownPrograms.js';
import { Supervisor } from '../launch/supervisor.js';
import { Survey, type SurveyedRun } from '../launch/survey.js';
import { jobsOn } from '../launch/targets/jobsOn.js';
import { placeDatabase } from '../store/placement.js';
import { Store } from '../store/store.js';
import type { StoreQueries } from '../store/questions.js';
import type { RunDetail } from '../store/views.js';
import { countProgress } from './bar.js';
import { CliError, exit } from './exit.js';
import { LAB } from './labFolder.js';
import type { Output } from './output.js';

export class CliSession {
  readonly runsDir: string;
  readonly jobs: Jobs;
  readonly supervisor: Supervisor;
  private opened: Promise<Store> | undefined;

  constructor(
    readonly output: Output,
    /** The folder that holds `.grpo-lab`. */
    readonly folder: string,
    readonly trainer: CommandOptions,
  ) {
    this.runsDir = join(folder, LAB, 'runs');
    this.jobs = jobsOn(programsIn(trainer.distFolder));
    this.supervisor = new Supervisor(this.jobs, backends(trainer));
  }

  /** Finds runs that have died unseen, so that nothing dead is shown as running. */
  survey(): Promise<SurveyedRun[]> {
    const survey = new Survey(this.runsDir, this.jobs, (directory, error) => {
      console.error(`${directory}: ${messageOf(error)}`);
    });
    return survey.take();
  }

  /** Whether anything was ever launched here: its folder may be on a share that is not there now. */
  get hasRuns(): boolean {
    return existsSync(this.runsDir) || existsSync(placeDatabase(join(this.folder, LAB)).file);
  }

  /** What is known, after reading what was written since, of one run or of all. Opened when first used: launching does without. */
  async queries(run?: string): Promise<StoreQueries> {
    const store = await this.store();
    const bar = countProgress('reading runs');
    const failures = store.catchUp(run, run === undefined ? bar.update : undefined);
    bar.stop();
    for (const failure of failures) console.error(`${failure.run}: ${failure.reason}`);
    if (store.absence !== null) console.error(store.absence);
    return store.queries;
  }

  async store(): Promise<Store> {
    if (!this.hasRuns) {
      throw new CliError(
        `There are no runs in ${this.folder}. Start one with: grpo-lab run FILE; or name the folder with --folder.`,
        exit.usage,
      );
    }
    this.opened ??= this.open();
    return this.opened;
  }

  async close(): Promise<void> {
    (await this.opened)?.close();
  }

  private async open(): Promise<Store> {
    const store = await Store.open({ root: join(this.folder, LAB) });
    for (const notice of store.notices) console.error(notice);
    return store;
  }
}

/** @throws CliError when it was deleted meanwhile */
export function runOf(queries: StoreQueries, id: string): RunDetail {
  const run = queries.run(id);
  if (!run) throw new CliError(`The run ${id} is gone: its directory was deleted.`);
  return run;
}
