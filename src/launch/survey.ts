/** Finds out which runs of a folder live, and which have died without an end on record. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { layout } from '../protocol/layout.js';
import { type Health, lookAt } from './health.js';
import type { Jobs } from './jobs.js';
import { runNames } from './originCandidates.js';
import { settle } from './settle.js';

export interface SurveyedRun {
  id: string;
  directory: string;
  /** Never `dead`: a dead run is recorded as lost at once, and is then `ended`. */
  health: Exclude<Health, 'dead'>;
  /** Whether this survey has found it dead. */
  lost: boolean;
  /** Where it is carried out, and why it waits; only where that is not this machine. */
  job?: string;
}

/** Twice within the ten seconds in which a dead trainer must be found. */
const EVERY_MS = 4000;

/**
 * Looks at all runs of a folder, and records as lost those whose job has died without an end on record. Runs without a job on record are
 * left out: nothing could show that they have died.
 */
export class Survey {
  /** Ended runs, by directory, with the age of the process.json that says so. */
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly runsDir: string,
    private readonly jobs: Jobs,
    /** Called for runs whose files cannot be read or written; the survey goes on with the others. */
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

  private async look(directory: string): Promise<Omit<SurveyedRun, 'id' | 'directory'> | undefined> {
    const age = await stat(join(directory, layout.process))
      .then((s) => s.mtimeMs)
      .catch(() => undefined); // nobody has told of a job
    if (age === undefined) return undefined;
    if (this.ended.get(directory) === age) return { health: 'ended', lost: false };
    await this.jobs.mirror(directory);
    const { health, job } = await lookAt(directory, this.jobs);
    if (health === 'ended') this.ended.set(directory, age);
    if (health === 'dead') return { health: 'ended', lost: await settle(directory, this.jobs) };
    return { health, lost: false, ...(job !== undefined && { job }) };
  }
}
