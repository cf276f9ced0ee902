/** Processes of this machine that go on without the one that has started them: who they are, and how one is started. */
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { appendFlags, openRegular } from '../../../core/files/regularFile.js';
import { count } from '../../../protocol/count.js';
import type { Programs } from '../../ownPrograms.js';
import { tailOf } from '../../tail.js';
import { thisMachine } from './machine.js';
import { isAlive, thisProcess } from './processes.js';

/** A process and its machine, for a record. */
export const processOfMachine = z.object({ machine: z.string(), pid: count, started: z.string() });
export type ProcessOfMachine = z.output<typeof processOfMachine>;

export const ownProcess = async (): Promise<ProcessOfMachine> => ({ machine: thisMachine(), ...(await thisProcess()) });

/** Whether it lives; undefined for one of another machine. */
export const lives = async (process: ProcessOfMachine): Promise<boolean | undefined> =>
  process.machine === thisMachine() ? isAlive(process) : undefined;

const STARTED_WITHIN_MS = 15_000;

export interface Detached {
  /** What is started, for people: `The run's watcher`. */
  name: string;
  /** File name of its bundle. */
  program: string;
  args: readonly string[];
  /** The run directory: where it starts, and where what it prints is kept, in a file of this name. */
  directory: string;
  log: string;
  /** Its standard input. */
  input?: string;
}

/**
 * Starts one, and waits until it says in the run directory that it is there.
 * @throws with its last words when it ends before
 */
export async function startDetached(
  { executable, folder }: Programs,
  { name, program, args, directory, log, input }: Detached,
  isThere: () => boolean,
): Promise<void> {
  const file = join(directory, log);
  const output = openRegular(file, appendFlags);
  const env = { ...process.env, ...(process.versions.electron && { ELECTRON_RUN_AS_NODE: '1' }) };
  const options = { cwd: directory, env, detached: true, windowsHide: true } as const;
  const child = spawn(executable, [join(folder, program), ...args], { ...options, stdio: ['pipe', output, output] });
  closeSync(output);
  const failure: { error?: Error; code?: number | null } = {};
  child.once('error', (error) => (failure.error = error));
  child.once('exit', (code) => (failure.code = code));
  child.stdin?.once('error', () => undefined); // it ended at once: its exit says so
  child.stdin?.end(input);
  child.unref();
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (!isThere()) {
    if (failure.error) throw new Error(`${name} could not be started (${executable}): ${failure.error.message}`);
    if (failure.code !== undefined || Date.now() > deadline) {
      const words = await tailOf(file, 5);
      throw new Error(`${name} did not start: ${words.join(' ') || `it ended with code ${failure.code ?? 'none'}`}. See ${file}.`);
    }
    await sleep(25);
  }
}
