/** Which runs of a folder live, which have died unseen: once, or again and again. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { layout } from '../protocol/layout.js';
import { type Health, healthOf } from './health.js';
import type { Jobs } from './jobs.js';
import { runNames } from './knownRuns.js';
import { settle } from './settle.js';

export interface SurveyedRun {
  id: string;
  directory: string;
  /** `dead` never: a dead run has been recorded as lost, and is `ended`. */
  health: Exclude<Health, 'dead'>;
  /** Found dead by this very survey. */
  lost: boolean;
}

/** Twice within the ten seconds in which a dead trainer must be found. */
const EVERY_MS = 4000;

/**
 * What is alive is adopted as it is; what has died without a recorded end is recorded as lost. Only runs that somebody tells a job of
 * are looked at: of the others nothing is known that could be found dead.
 */
export class Survey {
  /** Ended runs, by directory, with the age of the process.json that says so. */
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly runsDir: string,
    private readonly jobs: Jobs,
    /** Told of runs whose files cannot be read or written; the survey goes on with the others. */
    private readonly failed: (directory: string, error: unknown) => void,
  ) {}

  async take(): Promise<SurveyedRun[]> {
    const found: SurveyedRun[] = [];
    for (const id of await runNames(this.runsDir)) {
      const directory = join(this.runsDir, id);
      try {
        const run = await this.look(directory);
        if (run) found.push({ id, directory, ...run });
      } catch (error) {
        this.failed(directory, error);
      }
    }
    return found;
  }

  /** Takes a survey every few seconds until disposed. */
  watch(report: (runs: SurveyedRun[]) => void): { dispose: () => void } {
    let timer: NodeJS.Timeout | undefined;
    let disposed = false;
    const round = async (): Promise<void> => {
      const runs = await this.take();
      if (disposed) return;
      report(runs);
      timer = setTimeout(() => void round(), EVERY_MS);
    };
    void round();
    return {
      dispose: () => {
        disposed = true;
        clearTimeout(timer);
      },
    };
  }

  private async look(directory: string): Promise<Pick<SurveyedRun, 'health' | 'lost'> | undefined> {
    const age = await stat(join(directory, layout.process))
      .then((s) => s.mtimeMs)
      .catch(() => undefined); // nobody has told of a job
    if (age === undefined) return undefined;
    if (this.ended.get(directory) === age) return { health: 'ended', lost: false };
    await this.jobs.mirror(directory);
    const health = await healthOf(directory, this.jobs);
    if (health === 'ended') this.ended.set(directory, age);
    return health === 'dead' ? { health: 'ended', lost: await settle(directory, this.jobs) } : { health, lost: false };
  }
}
