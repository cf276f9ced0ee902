/**
 * wandb's offline (and online) run folders: `run-<id>.wandb` and the tables under `files/media/table`; without the log, tables of
 * completions by themselves, as they are downloaded.
 */
import { basename, dirname } from 'node:path';
import { setImmediate as immediately } from 'node:timers/promises';
import { count } from '../../../core/format.js';
import { naturally } from '../../../core/naturalOrder.js';
import { factsOf, isCompletions, tableOptions, type TableRow } from '../../sinks/completionsTable.js';
import { asArray, asRecord, parseJson, text } from '../../files/json.js';
import { firstBytes } from '../../files/peek.js';
import { isTfEventsName } from '../../files/tfevents.js';
import { isWandbHead, isWandbName, WandbTail, type WandbRecord } from '../../files/wandbLog.js';
import { jsonFile } from '../../files/wholeFile.js';
import {
  ImportError,
  takeBack,
  type ForeignRun,
  type ImportItem,
  type Importer,
  type ImportNote,
  type ImportOptions,
  type ImportSession,
  type Source,
  type SourceFile,
} from '../../importer.js';
import { printOf } from '../../parts/wholePart.js';
import { numbersIn, SinkMetrics } from '../../sinks/sinkMetrics.js';
import { StepTables } from '../../sinks/stepTables.js';
import { wandbRuns } from './wandbRuns.js';
import { wandbStep } from './wandbStep.js';

const maxTableBytes = 64 * 1024 * 1024;
/** Tables that are announced and not there yet; more than these have been lost. */
const maxWaitingTables = 1000;

export const wandb: Importer = {
  id: 'wandb',
  title: 'wandb run folder, or its tables (curves; TRL’s completions)',
  takesGroupSize: true,
  several: {
    runs: (source) => wandbRuns(source.listed),
    together: () => 'Of logs only the last run’s are read; of tables without a log, of each step the first.',
  },

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter(({ name }) => isWandbName(name)).slice(0, 5))
      if (isWandbHead(await firstBytes(file.path, 7))) return { confidence: 0.76, why: `${file.name}, a wandb log` };
    for (const file of files.filter(({ name }) => isJson(name)).slice(0, 20))
      if (await isTableOfCompletions(file)) return { confidence: 0.8, why: `${file.name}, a table of wandb with prompts and completions` };
    return null;
  },

  open: (source, options) => new WandbSession(source, options),
};

const isJson = (name: string): boolean => /\.json$/i.test(name);

/** By its columns, which stand in front of the rows. */
async function isTableOfCompletions({ path }: SourceFile): Promise<boolean> {
  const head = (await firstBytes(path, 64 * 1024)).toString('utf8');
  const columns = /^\s*\{[^[]*"columns"\s*:\s*(\[[^\]]*\])/.exec(head);
  if (!columns) return false;
  try {
    return isCompletions((asArray(parseJson(columns[1])) ?? []).map(String));
  } catch {
    return false;
  }
}

interface AnnouncedTable {
  path: string;
  step: number;
  log: SourceFile;
}

interface OpenLog {
  file: SourceFile;
  tail: WandbTail;
}

class WandbSession implements ImportSession {
  /** Of one run, in the order of their names, which begin with the time: each goes on from the one before. */
  private readonly logs = new Map<string, OpenLog>();
  /** The last step told, and by which log. */
  private last = { step: -1, log: '' };
  /** Steps at which a log went on from the one before. */
  private readonly resumed = new Set<number>();
  private metrics = new SinkMetrics();
  private tables = new StepTables();
  private waiting: AnnouncedTable[] = [];
  private config: Record<string, unknown> = {};
  private run: Extract<WandbRecord, { kind: 'run' }> | null = null;
  /** How each table that stands alone was when it was read. */
  private readonly looks = new Map<string, string>();

  constructor(
    private readonly source: Source,
    private readonly options: ImportOptions,
  ) {}

  describe(): Promise<ForeignRun> {
    const name = [this.run?.name, this.run?.id].find((name) => name !== undefined && name !== '') ?? basename(this.source.root);
    return Promise.resolve({ name, ...factsOf(this.config) });
  }

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = await this.source.list();
    this.openLogs(files.filter(({ name }) => isWandbName(name)));
    if (this.logs.size === 0) {
      yield* this.tablesAlone(files, signal);
      return;
    }
    for (const { tail } of this.logs.values()) if (await tail.isOther()) yield this.beginAnew();
    for (const log of this.logs.values()) yield* this.records(log, files, signal);
    yield* this.waitingTables(files);
    if (this.resumed.size > 0) yield { kind: 'note', note: resumedAt(this.logs.size, [...this.resumed]) };
    const beside = files.filter(({ name }) => isTfEventsName(name));
    if (beside.length > 0) yield { kind: 'note', note: eventFilesBeside(beside) };
  }

  /** Those of the run that wrote last; once begun, no other's. */
  private openLogs(files: readonly SourceFile[]): void {
    const known = this.logs.values().next().value ?? { file: files.at(-1) };
    const name = known.file && basename(known.file.name);
    for (const file of files)
      if (basename(file.name) === name && !this.logs.has(file.name)) this.logs.set(file.name, { file, tail: new WandbTail(file) });
  }

  /** A log was replaced: all are read again. */
  private beginAnew(): ImportItem {
    for (const log of this.logs.values()) log.tail = new WandbTail(log.file);
    this.metrics = new SinkMetrics();
    this.tables = new StepTables();
    this.waiting = [];
    this.last = { step: -1, log: '' };
    this.resumed.clear();
    return takeBack(0);
  }

  private async *records({ file, tail }: OpenLog, files: readonly SourceFile[], signal: AbortSignal): AsyncGenerator<ImportItem> {
    for await (const record of tail.read(signal)) {
      if (record.kind === 'history') {
        // Tables are read without waiting: what else is due, such as to hear of a cancellation, gets its turn here.
        await immediately();
        signal.throwIfAborted();
        yield { kind: 'progress', bytes: tail.bytesRead, of: file.bytes };
        // Not `yield*`, which waits for each of so many.
        for (const item of this.history(record, file, files)) yield item;
      } else if (record.kind === 'config') Object.assign(this.config, record.values);
      else {
        this.run = record;
        Object.assign(this.config, record.config);
      }
      if (this.metrics.full) yield* this.metrics.take();
    }
    yield* this.metrics.take();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Tables without a log, in the order of the steps that wandb puts into their names. */
  private async *tablesAlone(files: readonly SourceFile[], signal: AbortSignal): AsyncGenerator<ImportItem> {
    const jsons = files.filter(({ name }) => isJson(name)).sort((a, b) => naturally(a.name, b.name));
    for (const file of jsons) {
      const now = printOf([file]);
      if (this.looks.get(file.name) === now || !(await isTableOfCompletions(file))) continue;
      signal.throwIfAborted();
      const { columns, rows } = tableOf(file.name, jsonFile(file, maxTableBytes));
      const step = tableStep(file.name) ?? 1;
      yield* this.tables.add({ file: file.name, at: null }, columns, rows, step, tableOptions({}, this.options.groupSize));
      this.looks.set(file.name, now);
    }
    yield {
      kind: 'note',
      note: {
        id: 'wandb:no-log',
        level: 'info',
        message: `There is no wandb log: groups are those of ${this.looks.size === 1 ? 'the table' : `${this.looks.size} tables`} alone, and curves are counted from them.`,
      },
    };
  }

  private *history(
    record: Extract<WandbRecord, { kind: 'history' }>,
    log: SourceFile,
    files: readonly SourceFile[],
  ): Generator<ImportItem> {
    const step = wandbStep(record);
    if (this.last.log !== log.name && this.last.log !== '') {
      this.resumed.add(step);
      // What was told after the checkpoint is told again.
      if (step <= this.last.step) {
        yield* this.metrics.take();
        yield takeBack(step);
        this.tables.takeBack(step);
      }
    }
    this.last = { step, log: log.name };
    for (const [name, n] of numbersIn(record.values, '.')) if (!name.startsWith('_')) this.metrics.add(step, name, n);
    for (const [name, value] of Object.entries(record.values)) {
      const table = asRecord(value);
      if (table?._type !== 'table-file' || text(table.path) === null || !/(^|\/)completions$/.test(name)) continue;
      const announced = { path: text(table.path)!, step, log };
      let isThere = false;
      try {
        isThere = yield* this.table(announced, files);
      } finally {
        // Also one that is half written: its announcement is not read a second time.
        if (!isThere && this.waiting.length < maxWaitingTables) this.waiting.push(announced);
      }
    }
  }

  private *waitingTables(files: readonly SourceFile[]): Generator<ImportItem> {
    const still: AnnouncedTable[] = [];
    for (const announced of this.waiting) if (!(yield* this.table(announced, files))) still.push(announced);
    this.waiting = still;
    if (still.length > 0) yield { kind: 'note', note: missing(still) };
  }

  /** Only files that the source lists are read: the log's path is no more than a name among them. @returns whether it was there */
  private *table({ path, step, log }: AnnouncedTable, files: readonly SourceFile[]): Generator<ImportItem, boolean> {
    const folder = log.name.includes('/') ? `${dirname(log.name)}/` : '';
    const file = files.find((candidate) => candidate.name === `${folder}files/${path}`);
    if (!file) return false;
    const { columns, rows } = tableOf(file.name, jsonFile(file, maxTableBytes));
    if (!isCompletions(columns)) return true;
    yield* this.tables.add({ file: file.name, at: null }, columns, rows, step, tableOptions(this.config, this.options.groupSize));
    return true;
  }
}

/** `completions_29_f2927b60.table.json`: wandb's own step, of tables whose rows have none. */
function tableStep(name: string): number | null {
  const match = /_(\d{1,12})_[0-9a-f]+\.table\.json$/.exec(name);
  return match ? Number(match[1]) : null;
}

/** `{"columns": […], "data": [[…], …]}` */
function tableOf(name: string, value: Record<string, unknown>): { columns: string[]; rows: TableRow[] } {
  const columns = asArray(value.columns)?.map(String);
  const data = asArray(value.data)?.map(asArray);
  if (!columns || !data?.every((row) => row?.length === columns.length))
    throw new ImportError(name, null, 'no table of wandb: columns and rows of that many values are expected.');
  return { columns, rows: data.map((row) => rowOf(columns, row!)) };
}

function rowOf(columns: readonly string[], values: readonly unknown[]): TableRow {
  const row: Record<string, unknown> = {};
  // A column of that name would be no column but another prototype.
  for (let c = 0; c < columns.length; c++) if (columns[c] !== '__proto__') row[columns[c]] = values[c];
  return row;
}

const resumedAt = (logs: number, steps: readonly number[]): ImportNote => ({
  id: 'wandb:resumed',
  level: 'info',
  message: `${logs} logs are one run, by its id: it was resumed at ${steps.length === 1 ? 'step' : 'steps'} ${steps.slice(0, 8).join(', ')}. Of steps that two tell, the later log’s stand.`,
});

/** wandb's `sync_tensorboard` copies them, and a trainer may log to both. */
const eventFilesBeside = (files: readonly SourceFile[]): ImportNote => ({
  id: 'wandb:event-files',
  level: 'info',
  message: `Curves are those of the wandb log. ${count(files.length, 'TensorBoard event file')} beside it ${files.length === 1 ? 'is' : 'are'} not read, first ${files[0].name.slice(0, 200)}: import one alone to see its curves.`,
});

const missing = (tables: readonly AnnouncedTable[]): ImportNote => ({
  id: 'wandb:tables',
  level: 'warning',
  message: `${tables.length} tables of completions are announced in the log but not there, first ${tables[0].path.slice(0, 200)}. Keep the folder files beside the log.`,
});
