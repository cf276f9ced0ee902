/** A run that follows a growing folder: the importer process is its trainer, watched, stopped and resumed like one. */
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../core/messageOf.js';
import { follow } from '../importers/following/followFolder.js';
import { folderSource } from '../importers/files/folderSource.js';
import type { ImportNote, ImportOptions, Mapping } from '../importers/importer.js';
import { withPictures } from '../importers/pictures.js';
import { importerById } from '../importers/index.js';
import { runSource } from '../importers/runSource.js';
import { recall } from '../importers/following/recall.js';
import { Ledger } from '../importers/following/ledger.js';
import type { EventBody } from '../protocol/events.js';
import { isStopRequested } from '../protocol/stopRequest.js';
import type { ImportOrigin, RunIdentity } from '../protocol/runFiles.js';
import { readIdentity, writeIdentity } from '../protocol/identity.js';
import { RunWriter } from '../protocol/runWriter.js';
import { withRunLock } from '../launch/runLock.js';

const STOP_POLL_MS = 200;

/**
 * The importer process: follows until it is asked to stop.
 * @param python interpreter for formats that need one. Never from run.json: a run's folder must not choose which program runs
 */
export async function followRun(directory: string, python: string | undefined, stop: AbortController): Promise<void> {
  const identity = readIdentity(directory);
  const origin = identity?.import;
  if (!identity || !origin) throw new Error(`${directory} holds no imported run.`);
  const importer = importerById(origin.format);
  if (!importer) throw new Error(`${basename(directory)}: this version has no importer "${origin.format}".`);
  const whole = folderSource(origin.source);
  const source = origin.run === undefined ? whole : runSource(importer, whole, origin.run);
  void awaitRequest(directory, stop);
  const ledger = new Ledger();
  recall(directory, ledger);
  const target = new RunTarget(directory, identity, origin);
  try {
    const options = { ...optionsFrom(origin), ...(python !== undefined && { python }) };
    await follow({ importer: withPictures(importer, directory), source, options }, target, { ledger, signal: stop.signal });
    await target.end();
  } finally {
    target.close();
  }
}

async function awaitRequest(directory: string, stop: AbortController): Promise<void> {
  while (!stop.signal.aborted) {
    if (isStopRequested(directory)) stop.abort();
    await sleep(STOP_POLL_MS, undefined, { ref: false });
  }
}

function optionsFrom(origin: ImportOrigin): ImportOptions {
  const solution = origin.mapping?.solution;
  const mapping: Mapping | undefined = solution === undefined ? undefined : { ...origin.mapping, solution };
  return {
    ...(origin.groupSize !== undefined && { groupSize: origin.groupSize }),
    ...(mapping && { mapping }),
  };
}

/** Writes what a follower reads into the run directory. */
class RunTarget {
  private readonly writer: RunWriter;
  private readonly notes: Map<string, ImportNote>;
  private notesChanged = false;
  private step = 0;
  private announcedStep = -1;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly identity: RunIdentity,
    origin: ImportOrigin,
  ) {
    this.writer = RunWriter.open(directory);
    this.notes = new Map(origin.notes.map((note) => [note.id, note]));
  }

  event(event: EventBody): void {
    if (event.type === 'resume') this.step = Math.max(0, Math.min(this.step, event.from_step));
    else if (event.type === 'group' || event.type === 'metrics') this.step = Math.max(this.step, event.step);
    this.writer.append(event);
  }

  note(note: ImportNote): void {
    if (JSON.stringify(this.notes.get(note.id)) === JSON.stringify(note)) return;
    this.notes.set(note.id, note);
    this.notesChanged = true;
  }

  trouble(error: Error | null): void {
    const message = error?.message ?? `${this.identity.import?.source ?? 'the source'} can be read again.`;
    this.writer.append({ type: 'log', level: error ? 'warning' : 'info', message });
  }

  caughtUp(): void {
    if (this.step !== this.announcedStep) {
      this.announcedStep = this.step;
      this.writer.append({ type: 'status', state: 'running', ...this.progress, message: 'following' });
    }
    if (!this.notesChanged) return;
    this.notesChanged = false;
    const notes = [...this.notes.values()];
    const save = (): Promise<void> =>
      withRunLock(this.directory, () => {
        const now = readIdentity(this.directory);
        if (now?.import) writeIdentity(this.directory, { ...now, import: { ...now.import, notes } });
      });
    this.saving = this.saving.then(save).catch((error: unknown) => console.error(messageOf(error)));
  }

  async end(): Promise<void> {
    await this.saving;
    this.writer.append({ type: 'status', state: 'stopped', ...this.progress, message: 'no longer followed' });
  }

  close(): void {
    this.writer.close();
  }

  private get progress(): { step: number; total_steps: number } {
    return { step: this.step, total_steps: Math.max(this.identity.total_steps ?? 0, this.step) };
  }
}
