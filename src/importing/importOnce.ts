/** A whole import at once: a new run when it succeeds, nothing when it does not. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DerivedMetrics } from '../importers/derived.js';
import { ImportError, type ImportNote, type ImportSession } from '../importers/importer.js';
import { withPictures } from '../importers/pictures.js';
import { sourceNotes } from '../importers/severalRuns.js';
import { BulkWriter } from '../protocol/bulk/bulkWriter.js';
import type { EventBody } from '../protocol/events.js';
import { readJob, writeJob } from '../protocol/jobRecord.js';
import { claimRun, prepareRuns } from '../launch/createRun.js';
import { LocalJob } from '../launch/targets/local/localJob.js';
import { ownJob } from '../launch/targets/local/ownJob.js';
import { importedIdentity } from './importedIdentity.js';
import { roomForWholeFiles } from './memoryBound.js';
import { chooseFormat, experimentName, optionsOf, shownName, type ImportRequest } from './request.js';
import { Tally } from './tally.js';

export interface ImportedRun {
  id: string;
  directory: string;
  format: string;
  /** Why it was taken for this format. */
  why: string;
  /** Rows of a table whose fields were named; null for other formats, whose files are not made of rows alone. */
  rows: number | null;
  /** Steps with groups, metrics or results of benchmarks. */
  steps: number;
  groups: number;
  solutions: number;
  /** Metrics in the files, without those that are counted from groups. */
  curves: number;
  /** Last step. */
  step: number;
  notes: ImportNote[];
}

export interface ImportControl {
  /** Where the bundles are, for the thread that writes. */
  distFolder: string;
  signal: AbortSignal;
  /** Called with the bytes of the source that have been read, and how many it has. */
  progress?: (bytes: number, of: number) => void;
}

const HIDDEN = '.import-';

/**
 * Imports a folder or file.
 * @returns the new run
 * @throws ImportError, FormatQuestion, WriteError, or the signal's reason: then nothing of it is left
 */
export async function importOnce(
  runsDir: string,
  request: ImportRequest,
  { distFolder, signal, progress }: ImportControl,
): Promise<ImportedRun> {
  const { source, importer, why } = await chooseFormat(request);
  if (importer.wholeFiles) roomForWholeFiles();
  await prepareRuns(runsDir);
  await sweep(runsDir);
  const job = await ownJob();
  const hidden = join(runsDir, `${HIDDEN}${randomUUID()}`);
  await mkdir(hidden);
  writeJob(hidden, job);
  const session = withPictures(importer, hidden).open(source, optionsOf(request));
  try {
    const sink = new Sink(new BulkWriter(hidden, { thread: join(distFolder, 'bulkThread.cjs') }));
    try {
      await sink.take(session, signal, progress);
      for (const note of await sourceNotes(importer, source)) sink.note(note);
      if (!sink.tally.hasContent)
        throw new ImportError(
          source.root,
          null,
          `nothing to import was found in it (${importer.title}: ${why}). The run may not have written any yet.`,
        );
      const run = await session.describe();
      const { step } = sink.tally;
      const { groups, solutions } = sink.derived.standing;
      const { steps, curves } = sink.totalsInFiles;
      const total_steps = Math.max(run.totalSteps ?? step, step);
      await sink.write({ type: 'status', state: 'finished', step, total_steps, message: 'imported' });
      await sink.finish();
      writeJob(hidden, { ...job, ended: { at: new Date().toISOString(), exit_code: 0, signal: null } });
      const title = request.name ?? run.name;
      const name = experimentName(title, source.root);
      signal.throwIfAborted();
      const directory = await claimRun(
        runsDir,
        name,
        (claim) =>
          importedIdentity(claim, request, { importer }, run, shownName(title) || name, {
            follow: false,
            notes: sink.notes,
            command: [],
          }),
        hidden,
      );
      return {
        id: basename(directory),
        directory,
        format: importer.id,
        why,
        rows: session.rows ?? null,
        steps,
        groups,
        solutions,
        curves,
        step,
        notes: sink.notes,
      };
    } finally {
      await sink.close();
    }
  } catch (error) {
    await rm(hidden, { recursive: true, force: true });
    throw error;
  } finally {
    await session.close();
  }
}

/** Writes the events of one import, and counts them. */
class Sink {
  readonly tally = new Tally();
  readonly derived = new DerivedMetrics();
  /** Counts of what stands in the files, without metrics that are derived from groups. */
  totalsInFiles = { steps: 0, curves: 0 };
  private readonly noted = new Map<string, ImportNote>();

  constructor(private readonly writer: BulkWriter) {}

  get notes(): ImportNote[] {
    return [...this.noted.values()];
  }

  async take(session: ImportSession, signal: AbortSignal, progress: ImportControl['progress']): Promise<void> {
    for await (const item of session.read(signal)) {
      signal.throwIfAborted();
      if (item.kind === 'note') this.note(item.note);
      // A file that grows meanwhile is read further than it reached when its size was asked.
      else if (item.kind === 'progress') progress?.(Math.min(item.bytes, item.of), item.of);
      else {
        this.derived.see(item.event);
        const behind = this.write(item.event);
        if (behind) await behind;
      }
    }
    this.totalsInFiles = { steps: this.tally.steps.size, curves: this.tally.curves.size };
    for (const event of this.derived.take()) await this.write(event);
    signal.throwIfAborted();
  }

  note(note: ImportNote): void {
    this.noted.set(note.id, note);
  }

  /** @returns a promise to await before the next call, when the writer lags behind */
  write(event: EventBody): Promise<void> | undefined {
    this.tally.see(event);
    return this.writer.append(event);
  }

  finish(): Promise<void> {
    return this.writer.finish();
  }

  close(): Promise<void> {
    return this.writer.close();
  }
}

/** A folder without process.json that is younger than this may belong to an import that has just begun. */
const NEW_MS = 60_000;

/** Removes what killed imports have left behind. */
export async function sweep(runsDir: string): Promise<void> {
  const left = (await readdir(runsDir)).filter((name) => name.startsWith(HIDDEN));
  for (const name of left) {
    const directory = join(runsDir, name);
    const job = jobOf(directory);
    if (job ? (await job.state()).kind !== 'gone' : await isNew(directory)) continue;
    await rm(directory, { recursive: true, force: true });
  }
}

const isNew = (directory: string): Promise<boolean> =>
  stat(directory).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < NEW_MS,
    () => true, // it has become a run, or another sweep has removed it
  );

function jobOf(directory: string): LocalJob | undefined {
  try {
    const record = readJob(directory);
    return record && new LocalJob(directory, record);
  } catch {
    return undefined; // half written by a process that died
  }
}
