import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobRecord, readJob } from '../../../protocol/jobRecord.js';
import { appendFlags, openRegular } from '../../../core/files/regularFile.js';
import { afterArguments } from '../../awaitOrigins.js';
import type { OriginReferences, Work } from '../../job.js';
import type { Programs } from '../../ownPrograms.js';
import { tailOf } from '../../tail.js';
import { gpuText } from '../gpuLines.js';
import type { Offer, Settings, Target } from '../target.js';
import { gpusHere } from './gpus.js';
import { LocalJob } from './localJob.js';
import { thisMachine } from './machine.js';
import { newJobId } from './ownJob.js';
import { RUNNER_LOG } from './runnerLog.js';

const STARTED_WITHIN_MS = 15_000;

/** This machine: a job is a detached watcher and the trainer that it starts. */
export class LocalTarget implements Target {
  readonly name = 'local';

  constructor(private readonly programs: Programs) {}

  place(path: string): string {
    return path;
  }

  async offers(): Promise<Offer[]> {
    const gpus = (await gpusHere())?.map(gpuText) ?? null;
    return [{ name: thisMachine(), state: 'this machine', cpus: availableParallelism(), memoryBytes: totalmem(), gpus }];
  }

  attach(directory: string, record: JobRecord): LocalJob {
    return new LocalJob(directory, record);
  }

  /** @throws with the watcher's last words when it ends at once */
  async submit(directory: string, work: Work, _settings: Settings, after: OriginReferences): Promise<void> {
    const job = newJobId();
    const log = openRegular(join(directory, RUNNER_LOG), appendFlags);
    const { executable, folder } = this.programs;
    const args = [join(folder, 'runner.cjs'), '--run', directory, '--job', job, ...afterArguments(after)];
    const env = { ...process.env, ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }) };
    const child = spawn(executable, args, { cwd: directory, env, detached: true, windowsHide: true, stdio: ['pipe', log, log] });
    closeSync(log);
    const failure: { error?: Error; code?: number | null } = {};
    child.once('error', (error) => (failure.error = error));
    child.once('exit', (code) => (failure.code = code));
    child.stdin?.once('error', () => undefined); // it ended at once: its exit says so
    child.stdin?.end(JSON.stringify(work));
    child.unref();
    const deadline = Date.now() + STARTED_WITHIN_MS;
    while (readJob(directory)?.job !== job) {
      if (failure.error) throw new Error(`The run's watcher could not be started (${executable}): ${failure.error.message}`);
      if (failure.code !== undefined || Date.now() > deadline) {
        const words = await tailOf(join(directory, RUNNER_LOG), 5);
        throw new Error(
          `The run's watcher did not start: ${words.join(' ') || `it ended with code ${failure.code ?? 'none'}`}. See ${join(directory, RUNNER_LOG)}.`,
        );
      }
      await sleep(25);
    }
  }
}
