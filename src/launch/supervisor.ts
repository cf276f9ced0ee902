/** Runs as processes: start, stop, resume them, and know which live. Holds no state: the run directories do. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFrom, referenceTo, resolveFrom } from '../experiment/lineage.js';
import { originsOf } from '../experiment/origins.js';
import { type Experiment, experimentSchema } from '../experiment/schema.js';
import { layout } from '../protocol/layout.js';
import type { RunIdentity } from '../protocol/runFiles.js';
import { readIdentity, readProcess, writeIdentity } from '../protocol/identity.js';
import type { Wanted } from './awaitOrigins.js';
import type { CommandFor } from './backend.js';
import { createRun, type NewRun } from './createRun.js';
import { runsNamed } from './knownRuns.js';
import { withLock } from './targets/local/lock.js';
import { importerCommand } from './importerCommand.js';
import { lockOf, recordLoss, reportLoss } from './loss.js';
import { isAlive, killTree, terminate, thisHost } from './targets/local/processes.js';
import { type Health, healthOf } from './health.js';
import { lastEvent } from './runState.js';
import { type Agree, experimentFolder, type Start } from './start.js';
import { type RunnerProgram, startRunner } from './targets/local/startRunner.js';

/** What came of asking a run to stop. */
export type Stopped =
  /** It ended by itself, with a checkpoint. */
  | 'stopped'
  /** It did not end in time and was ended with everything it had started. */
  | 'killed'
  /** It lives where it cannot be seen (on another host, or nobody watches it): the request lies in its folder for it to find. */
  | 'asked'
  | 'not running';

const POLL_MS = 100;
/** The watcher records the end within moments of a trainer's death. */
const RECORD_MS = 10_000;

/** Nothing here can tell whether a run has ended: a person has to say so before it is resumed or deleted. */
export class QuietRunError extends Error {
  override readonly name = 'QuietRunError';
}

export class Supervisor {
  /** @param python this machine's, for importers that need one: which program runs is not for a run's folder to say */
  constructor(
    private readonly runner: RunnerProgram,
    private readonly commandFor: CommandFor,
    private readonly python?: string,
  ) {}

  /** Makes a new run and starts it. @returns its directory */
  async start(runsDir: string, run: NewRun, after: Wanted = {}): Promise<string> {
    const directory = await createRun(runsDir, run, this.commandFor);
    await withLock(lockOf(directory), () => startRunner(this.runner, directory, identityOf(directory).command, after));
    return directory;
  }

  /** Asks the trainer to write a checkpoint and end; when it has not after the grace, ends its whole process tree. */
  async stop(directory: string, options: { graceSeconds: number }): Promise<Stopped> {
    const health = await this.health(directory);
    if (health === 'dead') await reportLoss(directory);
    if (health === 'ended' || health === 'dead') return 'not running';
    await writeFile(join(directory, layout.stopRequest), '');
    const state = readProcess(directory);
    if (state?.host !== thisHost()) return 'asked';
    if (state.trainer && (await isAlive(state.trainer))) terminate(state.trainer.pid);
    if (await this.endsWithin(directory, options.graceSeconds * 1000)) return 'stopped';
    const late = readProcess(directory)?.trainer;
    if (late && (await isAlive(late))) await killTree(late.pid);
    if (!(await this.endsWithin(directory, RECORD_MS)))
      throw new Error(`${basename(directory)} could not be ended: see its processes (pid ${late?.pid ?? 'unknown'}).`);
    return 'killed';
  }

  /**
   * Continues an ended or dead run from its last checkpoint.
   * @param options.sure a person says that a quiet run has ended
   * @param options.agree asked before anything starts that the run's folder names
   * @returns false when that was not agreed to
   * @throws QuietRunError
   * @throws when it lives, has finished, or waits for weights that do not exist
   */
  async resume(directory: string, { sure = false, agree }: { sure?: boolean; agree?: Agree } = {}): Promise<boolean> {
    await this.mayResume(directory, sure);
    const shown = startOf(directory);
    if (shown && agree && !(await agree([shown]))) return false;
    await withLock(lockOf(directory), async () => {
      await this.mayResume(directory, sure);
      const start = startOf(directory);
      // Nobody holds the lock while a person reads.
      if (JSON.stringify(start) !== JSON.stringify(shown))
        throw new Error(`${basename(directory)} was changed meanwhile. Resume it again.`);
      if ((await this.health(directory)) === 'dead') await recordLoss(directory);
      if (!start) {
        await rm(join(directory, layout.stopRequest), { force: true });
        await startRunner(this.runner, directory, importerCommand(this.runner, directory, this.python));
        return;
      }
      const { experiment } = start;
      const after = await this.findOrigins(directory, identityOf(directory), experiment);
      const command = await this.commandFor(experiment, directory);
      await rm(join(directory, layout.stopRequest), { force: true });
      await startRunner(this.runner, directory, [...command.argv, ...command.resume], after);
    });
    return true;
  }

  /** @throws when there is nothing to resume, or it may still live */
  private async mayResume(directory: string, sure: boolean): Promise<void> {
    const identity = identityOf(directory);
    if (identity.import && !identity.import.follow)
      throw new Error(`${identity.id} was imported as a whole: there is nothing to resume. Import it again.`);
    const health = await this.health(directory);
    if (health === 'alive') throw new Error(`${identity.id} is running.`);
    if (lastEvent(directory, ['status'])?.state === 'finished')
      throw new Error(`${identity.id} has finished: there is nothing to resume. Launch its experiment again for a new run.`);
    startOf(directory);
    if (health === 'quiet' && !sure) throw new QuietRunError(whyUnsure(directory, identity));
  }

  async health(directory: string): Promise<Health> {
    identityOf(directory);
    return healthOf(directory);
  }

  /** Changes the name that people see. */
  async rename(directory: string, name: string): Promise<void> {
    await withLock(lockOf(directory), () => {
      writeIdentity(directory, { ...identityOf(directory), name });
    });
  }

  /**
   * Deletes a run and all it holds.
   * @param options.sure a person says that a quiet run may go
   * @throws QuietRunError
   * @throws when it lives
   */
  async delete(directory: string, options: { sure?: boolean } = {}): Promise<void> {
    const health = await this.health(directory);
    if (health === 'alive') throw new Error(`${basename(directory)} is running; stop it before you delete it.`);
    if (health === 'quiet' && !options.sure) throw new QuietRunError(whyUnsure(directory, identityOf(directory)));
    // First out of sight, in one step: nobody is to read a run that is half gone.
    const hidden = join(dirname(directory), `.deleted-${basename(directory)}`);
    await rename(directory, hidden);
    await rm(hidden, { recursive: true, force: true });
  }

  /** Records in run.json what the run builds on, where that is there. @returns what is still to be waited for */
  private async findOrigins(directory: string, identity: RunIdentity, experiment: Experiment): Promise<Wanted> {
    const wanted: Wanted = {};
    const found = { ...identity };
    for (const origin of originsOf(experiment).filter(({ kind }) => !identity[kind])) {
      const { target, step } = parseFrom(origin.from) ?? { target: origin.from, step: null };
      const resolved = await resolveFrom(origin, await runsNamed(dirname(directory), target));
      if (resolved.kind === 'found') found[origin.kind] = resolved.at;
      else if (resolved.kind === 'live') wanted[origin.kind] = referenceTo({ target: resolved.run, step });
      else throw new Error(`${identity.id} cannot start: ${resolved.message}`);
    }
    writeIdentity(directory, found);
    return wanted;
  }

  private async endsWithin(directory: string, milliseconds: number): Promise<boolean> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const health = await this.health(directory);
      if (health === 'dead') await reportLoss(directory);
      if (health !== 'alive') return true;
      if (Date.now() > deadline) return false;
      await sleep(POLL_MS);
    }
  }
}

function identityOf(directory: string): RunIdentity {
  const identity = readIdentity(directory);
  if (!identity) throw new Error(`${directory} holds no run (there is no ${layout.identity}).`);
  return identity;
}

function whyUnsure(directory: string, { id, host }: RunIdentity): string {
  const state = readProcess(directory);
  const where = state ? `it ran on ${state.host}, where` : `nobody watches its process (it was begun on ${host}), so`;
  return `${id} may still be running: ${where} nothing here can tell whether it has ended, and it has written nothing lately.`;
}

/** What resuming starts; null for an import that is followed. @throws when this version cannot read what it was launched with */
function startOf(directory: string): Start | null {
  const identity = identityOf(directory);
  if (identity.import) return null;
  return { experiment: experimentOf(identity), folder: experimentFolder(identity), directory, resume: true };
}

function experimentOf(identity: RunIdentity): Experiment {
  const parsed = experimentSchema.safeParse(identity.experiment.resolved);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${identity.id} was not made by a backend of this version (${parsed.error.issues[0]?.message ?? 'unreadable'}): it cannot be resumed here.`,
  );
}
