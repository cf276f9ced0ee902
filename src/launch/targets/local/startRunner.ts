/** Starts the watcher of a run so that it outlives whoever starts it. */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readProcess } from '../../../protocol/identity.js';
import { appendFlags, openRegular } from '../../../core/files/regularFile.js';
import { afterArguments, type Wanted } from '../../awaitOrigins.js';
import { tailOf } from '../../tail.js';

/** The watcher's program: `dist/runner.cjs` and the executable that runs it. */
export interface RunnerProgram {
  executable: string;
  script: string;
}

const STARTED_WITHIN_MS = 15_000;
const LOG = 'runner.log';

/** The runner in a folder of bundles, run by what runs this process: Node, or the editor acting as Node. */
export const runnerIn = (distFolder: string): RunnerProgram => ({ executable: process.execPath, script: join(distFolder, 'runner.cjs') });

/**
 * Resolves when the watcher has announced itself in process.json.
 * @param argv the trainer's command line
 * @param after what to wait for before the trainer starts
 * @throws with the watcher's last words when it ends at once
 */
export async function startRunner(program: RunnerProgram, directory: string, argv: readonly string[], after: Wanted = {}): Promise<void> {
  const log = openRegular(join(directory, LOG), appendFlags);
  const args = [program.script, '--run', directory, ...afterArguments(after), '--', ...argv];
  const env = { ...process.env, ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }) };
  const child = spawn(program.executable, args, { cwd: directory, env, detached: true, windowsHide: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const failure: { error?: Error; code?: number | null } = {};
  child.once('error', (error) => (failure.error = error));
  child.once('exit', (code) => (failure.code = code));
  child.unref();
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (readProcess(directory)?.watcher.pid !== child.pid || child.pid === undefined) {
    if (failure.error) throw new Error(`The run's watcher could not be started (${program.executable}): ${failure.error.message}`);
    if (failure.code !== undefined || Date.now() > deadline) {
      const words = await tailOf(join(directory, LOG), 5);
      throw new Error(
        `The run's watcher did not start: ${words.join(' ') || `it ended with code ${failure.code ?? 'none'}`}. See ${join(directory, LOG)}.`,
      );
    }
    await sleep(25);
  }
}
