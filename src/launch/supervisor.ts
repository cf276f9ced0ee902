/** Starts, stops and resumes runs, and knows which live. Holds no state: the run directories do. */
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../core/messageOf.js';
import { parseFrom, referenceTo, resolveFrom } from '../experiment/lineage.js';
import { originsOf } from '../experiment/origins.js';
import { type Experiment, experimentSchema } from '../experiment/schema.js';
import type { Compaction } from '../protocol/compressed/compactSegments.js';
import { readIdentity, writeIdentity } from '../protocol/identity.js';
import { originCheckpoint } from '../protocol/checkpointPath.js';
import { layout } from '../protocol/layout.js';
import type { RunIdentity } from '../protocol/runFiles.js';
import { RunWriter } from '../protocol/runWriter.js';
import { requestStop, withdrawStopRequest } from '../protocol/stopRequest.js';
import { type Backends, placeOn } from './backend.js';
import { compactRun } from './compactRun.js';
import { createRun, type NewRun } from './createRun.js';
import { type Health, healthOf } from './health.js';
import type { Program, OriginReferences, Work } from './job.js';
import type { Jobs } from './jobs.js';
import { runsNamed } from './originCandidates.js';
import { withRunLock } from './runLock.js';
import { lastEvent } from './newestEvents.js';
import { settle, settleLocked } from './settle.js';
import { type Agree, experimentFolder, type Start } from './start.js';
import type { Script, Settings } from './targets/target.js';

/** The outcome of a request to stop. */
export type StopOutcome =
  /** It ended by itself, with a checkpoint. */
  | 'stopped'
  /** It did not end in time and was ended with everything it had started. */
  | 'killed'
  /** It runs where it cannot be reached (on another host, or without a watcher): the request lies in its folder for it to find. */
  | 'requested'
  | 'not running';

const POLL_MS = 100;
/** How long to wait until the end of a killed job is recorded; usually moments. */
const RECORD_MS = 10_000;

/** Nothing here can tell whether a run has ended: a person has to say so before it is resumed or deleted. */
export class QuietRunError extends Error {
  override readonly name = 'QuietRunError';
}

export class Supervisor {
  /** @param settingsOf where a run of an experiment starts: where the experiment says, unless somebody knows better */
  constructor(
    readonly jobs: Jobs,
    private readonly backends: Backends,
    private readonly settingsOf: (experiment: Experiment) => Settings = ({ launch }) => launch.target,
  ) {}

  /** Makes a new run and starts it. @returns its directory */
  async start(runsDir: string, run: NewRun, after: OriginReferences = {}): Promise<string> {
    const settings = this.settingsOf(run.experiment);
    const target = this.jobs.target(settings.name);
    const { directory, program } = await createRun(runsDir, run, (experiment, at) =>
      this.backends.trainer(experiment, placeOn(target, settings, at), experimentFolder({ experiment: run, cwd: run.cwd })),
    );
    await withRunLock(directory, async () => {
      try {
        await target.submit(directory, workOf(directory, program), settings, after);
      } catch (error) {
        recordRefused(directory, messageOf(error));
        throw error;
      }
    });
    return directory;
  }

  /** What its target would be handed, for a person to read; undefined where the command line says everything. */
  async script(start: Start): Promise<Script | undefined> {
    const { experiment, cwd, directory, resume } = start;
    const settings = this.settingsOf(experiment);
    const target = this.jobs.target(settings.name);
    if (!target.script) return undefined;
    const program = await this.backends.trainer(experiment, placeOn(target, settings, directory), start.folder);
    return target.script(directory, { ...(resume ? resumed(program) : program), cwd }, settings);
  }

  /**
   * Asks the trainer to write a checkpoint and end; when it has not after the grace, ends it with all that it has started. The grace of a
   * command begins when it has been sent SIGTERM: before that it has its own (`command.stop_grace`).
   */
  async stop(directory: string, options: { graceSeconds: number }): Promise<StopOutcome> {
    const health = await this.health(directory);
    if (health === 'dead') await settle(directory, this.jobs);
    if (health === 'ended' || health === 'dead') return 'not running';
    requestStop(directory);
    if (!(await this.jobs.of(directory)?.askToStop())) return 'requested';
    if (await this.endsWithin(directory, (options.graceSeconds + stopGraceOf(directory)) * 1000)) return 'stopped';
    const late = this.jobs.of(directory); // its trainer may have started only since
    await late?.kill();
    if (!(await this.endsWithin(directory, RECORD_MS)))
      throw new Error(`${basename(directory)} could not be ended: see ${late?.where ?? 'its processes'}.`);
    return 'killed';
  }

  /**
   * Continues an ended or dead run from its last checkpoint.
   * @param options.sure the person says that a quiet run has ended
   * @param options.agree asked before a program is started that the run's folder names
   * @returns false when the person did not agree
   * @throws QuietRunError
   * @throws when it lives, has finished, or waits for weights that do not exist
   */
  async resume(directory: string, { sure = false, agree }: { sure?: boolean; agree?: Agree } = {}): Promise<boolean> {
    await this.mayResume(directory, sure);
    const shown = startOf(directory);
    if (shown && agree && !(await agree([shown]))) return false;
    await withRunLock(directory, async () => {
      await this.mayResume(directory, sure);
      const start = startOf(directory);
      // Nobody holds the lock while a person reads.
      if (JSON.stringify(start) !== JSON.stringify(shown))
        throw new Error(`${basename(directory)} was changed meanwhile. Resume it again.`);
      const settings = this.settingsToResume(directory, start);
      const target = this.jobs.target(settings.name);
      if ((await this.health(directory)) === 'dead') await settleLocked(directory, this.jobs);
      const place = placeOn(target, settings, directory);
      const after = start ? await this.findOrigins(directory, identityOf(directory), start.experiment) : {};
      const program = start ? resumed(await this.backends.trainer(start.experiment, place, start.folder)) : this.backends.follower(place);
      withdrawStopRequest(directory);
      await target.submit(directory, workOf(directory, program), settings, after);
    });
    return true;
  }

  /** It goes on where it was. */
  private settingsToResume(directory: string, start: Start | null): Settings {
    const before = this.jobs.of(directory)?.record.target;
    const settings = start ? this.settingsOf(start.experiment) : { name: 'local' };
    return before === undefined || before === settings.name ? settings : { name: before };
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
    if (health === 'quiet' && !sure) throw new QuietRunError(this.whyUnsure(directory, identity));
  }

  async health(directory: string): Promise<Health> {
    identityOf(directory);
    return healthOf(directory, this.jobs);
  }

  /** Changes the name that people see. */
  async rename(directory: string, name: string): Promise<void> {
    await withRunLock(directory, () => {
      writeIdentity(directory, { ...identityOf(directory), name });
    });
  }

  /**
   * Compresses the segments of a run that has ended.
   * @param options.done called after each segment, with how many there are in all
   * @param options.sure the person says that a quiet run has ended
   * @throws QuietRunError
   * @throws when it lives
   */
  async compact(directory: string, options: { done?: (segments: number, of: number) => void; sure?: boolean } = {}): Promise<Compaction[]> {
    const health = await this.health(directory);
    if (health === 'alive') throw new Error(`${basename(directory)} is running: its events are compressed when it has ended.`);
    if (health === 'quiet' && !options.sure) throw new QuietRunError(this.whyUnsure(directory, identityOf(directory)));
    return compactRun(directory, options.done);
  }

  /**
   * Deletes a run and all it holds.
   * @param options.sure the person says that a quiet run may be deleted
   * @throws QuietRunError
   * @throws when it lives
   */
  async delete(directory: string, options: { sure?: boolean } = {}): Promise<void> {
    const health = await this.health(directory);
    if (health === 'alive') throw new Error(`${basename(directory)} is running; stop it before you delete it.`);
    if (health === 'quiet' && !options.sure) throw new QuietRunError(this.whyUnsure(directory, identityOf(directory)));
    // First out of sight, in one step: nobody is to read a run that is half gone.
    const hidden = join(dirname(directory), `.deleted-${basename(directory)}`);
    await rename(directory, hidden);
    await rm(hidden, { recursive: true, force: true });
  }

  /**
   * Records in run.json the checkpoints that the run builds on, as far as they exist.
   * @returns what it still has to wait for
   */
  private async findOrigins(directory: string, identity: RunIdentity, experiment: Experiment): Promise<OriginReferences> {
    const wanted: OriginReferences = {};
    const found = { ...identity };
    for (const origin of originsOf(experiment).filter(({ kind }) => !identity[kind])) {
      const { target, step } = parseFrom(origin.from) ?? { target: origin.from, step: null };
      const resolved = await resolveFrom(origin, await runsNamed(dirname(directory), target, this.jobs));
      if (resolved.kind === 'found') found[origin.kind] = resolved.at;
      else if (resolved.kind === 'live') wanted[origin.kind] = referenceTo({ target: resolved.run, step });
      else throw new Error(`${identity.id} cannot start: ${resolved.message}`);
    }
    writeIdentity(directory, found);
    return wanted;
  }

  private whyUnsure(directory: string, { id, host }: RunIdentity): string {
    const job = this.jobs.of(directory);
    const where = job ? `it ran on ${job.where}, where` : `nobody watches its process (it was begun on ${host}), so`;
    return `${id} may still be running: ${where} nothing here can tell whether it has ended, and it has written nothing lately.`;
  }

  private async endsWithin(directory: string, milliseconds: number): Promise<boolean> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const health = await this.health(directory);
      if (health === 'dead') await settle(directory, this.jobs);
      if (health === 'ended' || health === 'dead') return true;
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

/** A program, with the folder and the checkpoints of the run that it is to carry out. */
function workOf(directory: string, program: Program): Work {
  const { cwd, parent, reward_model } = identityOf(directory);
  const { argv, env, files, resources, resume } = program;
  const origins = [parent, reward_model].flatMap((o) => (o ? [originCheckpoint(dirname(directory), o)] : []));
  return { argv, env, cwd, files: [...files, ...origins], resources, resume };
}

const resumed = (program: Program): Program => ({ ...program, argv: [...program.argv, ...program.resume], resume: [] });

/** What resuming starts; null for an import that is followed. @throws when this version cannot read what it was launched with */
function startOf(directory: string): Start | null {
  const identity = identityOf(directory);
  if (identity.import) return null;
  return { experiment: experimentOf(identity), folder: experimentFolder(identity), cwd: identity.cwd, directory, resume: true };
}

/** A run that never began is no run that lives unseen. */
function recordRefused(directory: string, message: string): void {
  const writer = RunWriter.open(directory);
  try {
    writer.append({ type: 'status', state: 'failed', step: 0, total_steps: identityOf(directory).total_steps ?? 0, message });
  } finally {
    writer.close();
  }
}

/** Seconds; 0 for what sends no signal of its own. */
function stopGraceOf(directory: string): number {
  const { data } = experimentSchema.safeParse(identityOf(directory).experiment.resolved);
  return data?.backend === 'command' ? (data.command?.stop_grace ?? 0) : 0;
}

function experimentOf(identity: RunIdentity): Experiment {
  const parsed = experimentSchema.safeParse(identity.experiment.resolved);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${identity.id} was not made by a backend of this version (${parsed.error.issues[0]?.message ?? 'unreadable'}): it cannot be resumed here.`,
  );
}
