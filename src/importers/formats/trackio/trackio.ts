/** Trackio's project database: curves, configurations, and TRL's tables of completions. Read-only. */
import { basename } from 'node:path';
import { messageOf } from '../../../core/messageOf.js';
import { factsOf, isCompletions, tableOptions, type TableRow } from '../../sinks/completionsTable.js';
import { asArray, asRecord, integer, parseJson, text } from '../../files/json.js';
import { firstBytes } from '../../files/peek.js';
import { sqliteRows, tablesOf, withForeign, type ForeignDatabase, type ForeignTable } from '../../files/foreignSqlite.js';
import {
  ImportError,
  takeBack,
  type ForeignRun,
  type RunInSource,
  type ImportItem,
  type Importer,
  type ImportOptions,
  type ImportSession,
  type Source,
  type SourceFile,
} from '../../importer.js';
import { numbersIn, SinkMetrics, stepOf } from '../../sinks/sinkMetrics.js';
import { StepTables } from '../../sinks/stepTables.js';

const needed = ['run_name', 'step', 'metrics'];

export const trackio: Importer = {
  id: 'trackio',
  title: 'Trackio database (curves; TRL’s completions)',
  takesGroupSize: true,
  several: {
    inFiles: true,
    async runs(source) {
      const files = source.listed.filter(isDatabase);
      const all = await Promise.all(files.map((file) => runsInFile(file, files.length > 1).catch(() => [])));
      return all.flat().filter(({ within }) => source.within === undefined || within === source.within);
    },
    together: (runs) => `Of ${runs.at(-1)!.path} the one that wrote last is shown, and no other.`,
    async passedOver({ listed, within }) {
      if (within !== undefined) return null;
      const left = await Promise.all(listed.filter(isDatabase).map((file) => unlistedRuns(file).catch(() => 0)));
      const n = left.reduce((sum, runs) => sum + runs, 0);
      return n === 0 ? null : `${n} more runs are in it: the ${mostRuns} that wrote last are listed of a database.`;
    },
  },

  async detect(source) {
    for (const file of (await source.list()).filter(isDatabase).slice(0, 5)) {
      if ((await firstBytes(file.path, 15)).toString('latin1') !== 'SQLite format 3') continue;
      const found = await withForeign(file, (db) => isTrackio(tablesOf(db))).catch(() => false);
      if (found) return { confidence: 0.8, why: `${file.name} with Trackio’s tables metrics and configs` };
    }
    return null;
  },

  open: (source, options) => new TrackioSession(source, options),
};

const isDatabase = (file: Pick<SourceFile, 'name'>): boolean => file.name.endsWith('.db');
const isTrackio = (tables: readonly { name: string; columns: readonly string[] }[]): boolean =>
  needed.every((column) => tables.find((table) => table.name === 'metrics')?.columns.includes(column)) &&
  tables.some((table) => table.name === 'configs');

const databaseOf = async (source: Source): Promise<SourceFile | undefined> => (await source.list()).filter(isDatabase).at(-1);

/** @param oneOfSeveral databases: its runs are called by it, too */
async function runsInFile(file: SourceFile, oneOfSeveral: boolean): Promise<RunInSource[]> {
  const { runs } = await withForeign(file, (db) => runsIn(db, file.name));
  return runs.map(({ id, name }) => ({ id: oneOfSeveral ? `${file.name}/${id}` : id, name, path: file.name, files: [file], within: id }));
}

/** Runs of a database beyond those that are listed. */
const unlistedRuns = (file: SourceFile): Promise<number> =>
  withForeign(file, (db) => {
    const { key } = runsIn(db, file.name);
    const n = db.prepare<[], number>(`SELECT count(DISTINCT ${key}) FROM metrics`).pluck().get()!;
    return Math.max(0, n - mostRuns);
  });

/** Of a database. */
const mostRuns = 1000;

interface TableRun {
  id: string;
  name: string;
}

/** The runs of a database, the one that wrote last first. */
function runsIn(db: ForeignDatabase, name: string): { runs: TableRun[]; key: ChosenRun['key']; tables: ForeignTable[] } {
  const tables = tablesOf(db);
  if (!isTrackio(tables)) throw new ImportError(name, null, 'no Trackio database: the tables metrics and configs are missing.');
  const key = tables.find((table) => table.name === 'metrics')!.columns.includes('run_id') ? 'run_id' : 'run_name';
  const all = db.prepare<[], TableRun>(
    `SELECT CAST(${key} AS TEXT) AS id, CAST(run_name AS TEXT) AS name, max(rowid) AS last FROM metrics GROUP BY ${key} ORDER BY last DESC LIMIT ${mostRuns}`,
  );
  return { runs: all.all().map(({ id, name }) => ({ id, name })), key, tables };
}

interface ChosenRun {
  file: SourceFile;
  /** `run_id` where the table has that column, else `run_name`. */
  key: 'run_id' | 'run_name';
  run: string;
  name: string;
}

class TrackioSession implements ImportSession {
  private chosen: ChosenRun | null = null;
  private after = 0;
  private metrics = new SinkMetrics();
  private tables = new StepTables();
  private config: Record<string, unknown> = {};

  constructor(
    private readonly source: Source,
    private readonly options: ImportOptions,
  ) {}

  describe(): Promise<ForeignRun> {
    const name = this.chosen?.name ?? basename(this.source.root).replace(/\.db$/, '');
    return Promise.resolve({ name, ...factsOf(this.config) });
  }

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    if (!this.chosen) await this.choose();
    const { chosen } = this;
    if (!chosen) return;
    const { file } = chosen;
    const last = await withForeign(file, (db) => db.prepare<[], number | null>('SELECT max(rowid) FROM metrics').pluck().get() ?? 0);
    if (last < this.after) yield this.again();
    for await (const rows of sqliteRows(file, 'metrics', this.after, signal)) {
      for (const { rowid, row } of rows) {
        // Not `yield*`, which waits for each of so many.
        if (String(row[chosen.key]) === chosen.run) for (const item of this.row(row, rowid, file.name)) yield item;
        this.after = rowid;
        if (this.metrics.full) yield* this.metrics.take();
      }
      yield { kind: 'progress', bytes: (file.bytes * this.after) / Math.max(last, this.after), of: file.bytes };
    }
    yield* this.metrics.take();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The run that is meant, or the one that wrote last. */
  private async choose(): Promise<void> {
    const file = await databaseOf(this.source);
    if (!file) return;
    const { within } = this.source;
    const { config, chosen } = await withForeign(file, (db) => {
      const { runs, key, tables } = runsIn(db, file.name);
      const chosen = within === undefined ? runs.at(0) : runs.find(({ id }) => id === within);
      if (!chosen) return { config: null, chosen: null };
      const configs = tables.find((table) => table.name === 'configs')!.columns;
      const config =
        configs.includes(key) && configs.includes('config')
          ? db.prepare<[string]>(`SELECT config FROM configs WHERE ${key} = ? ORDER BY rowid DESC LIMIT 1`).pluck().get(chosen.id)
          : null;
      return { config, chosen: { file, key, run: chosen.id, name: chosen.name } };
    });
    this.config = config === null || config === undefined ? {} : (asRecord(json(config, file.name, 'table configs')) ?? {});
    this.chosen = chosen; // only now that its configuration could be read, too
  }

  /** Rows that are gone, a database that was replaced: everything is told again. */
  private again(): ImportItem {
    this.after = 0;
    this.metrics = new SinkMetrics();
    this.tables = new StepTables();
    return takeBack(0);
  }

  private *row(row: Record<string, unknown>, rowid: number, file: string): Generator<ImportItem> {
    const values = asRecord(json(row.metrics, file, `table metrics, row ${rowid}`));
    if (!values) throw new ImportError(file, `table metrics, row ${rowid}`, 'its metrics are no JSON object.');
    const step = stepOf(values, Math.max(0, integer(row.step) ?? 0));
    for (const [name, n] of numbersIn(values, '/')) this.metrics.add(step, name, n);
    for (const [name, value] of Object.entries(values)) {
      const table = asRecord(value);
      const rows = table?._type === 'trackio.table' ? asArray(table._value)?.map(asRecord) : null;
      if (!rows || !/(^|\/)completions$/.test(name) || rows.length === 0 || rows.some((r) => r === null)) continue;
      const columns = Object.keys(rows[0]!);
      if (!isCompletions(columns)) continue;
      const from = { file, at: `table metrics, row ${rowid}` };
      yield* this.tables.add(from, columns, rows as TableRow[], step, tableOptions(this.config, this.options.groupSize));
    }
  }
}

/** JSON is kept as TEXT, or as BLOB of the same bytes. */
function json(value: unknown, file: string, at: string): unknown {
  const content = Buffer.isBuffer(value) ? value.toString('utf8') : text(value);
  try {
    if (content !== null) return parseJson(content);
  } catch (cause) {
    throw new ImportError(file, at, `not JSON (${messageOf(cause).slice(0, 200)}).`, cause);
  }
  throw new ImportError(file, at, 'neither text nor bytes where JSON is expected.');
}
