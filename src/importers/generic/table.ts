/** Rows of any table: JSONL, CSV, TSV, Parquet or SQLite, told apart by what the file is, not by its name alone. */
import { stat } from 'node:fs/promises';
import { csvRows } from '../files/csv.js';
import { asRecord, parseJsonLine } from '../files/json.js';
import { LineTail } from '../files/lineTail.js';
import { parquetRows, parquetSchema } from '../files/parquet.js';
import { firstBytes } from '../files/peek.js';
import { sqliteRows, tablesOf, withForeign } from '../files/sqlite.js';
import { ImportError, type SourceFile } from '../importer.js';

export type TableKind = 'jsonl' | 'csv' | 'parquet' | 'sqlite';

export interface TableRow {
  row: Record<string, unknown>;
  /** `line 3`, `row 12`. */
  at: string;
  /** Bytes of the file done with, about. */
  bytes: number;
}

/** @returns null for what is no table */
export async function tableKind(file: SourceFile): Promise<TableKind | null> {
  const start = await firstBytes(file.path, 256);
  const magic = start.toString('latin1', 0, 15);
  if (magic.startsWith('PAR1') || /\.parquet$/i.test(file.name)) return 'parquet';
  if (magic === 'SQLite format 3' || /\.(db|sqlite3?)$/i.test(file.name)) return 'sqlite';
  if (/\.(csv|tsv)$/i.test(file.name)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(file.name)) return 'jsonl';
  return null;
}

/** Reads a table, and when asked again what is new in it. */
export interface TableReader {
  /** Whether the last `read` told the table from its beginning once more. */
  readonly anew: boolean;
  read(signal: AbortSignal): AsyncIterable<TableRow>;
}

export function tableReader(file: SourceFile, kind: TableKind): TableReader {
  switch (kind) {
    case 'jsonl':
      return new JsonlTable(file);
    case 'sqlite':
      return new SqliteTable(file);
    case 'csv':
    case 'parquet':
      return new WholeTable(file, kind);
  }
}

class JsonlTable implements TableReader {
  private readonly tail: LineTail;
  constructor(private readonly file: SourceFile) {
    this.tail = new LineTail(file);
  }

  get anew(): boolean {
    return this.tail.rewritten;
  }

  async *read(signal: AbortSignal): AsyncGenerator<TableRow> {
    for await (const { text, line } of this.tail.read(signal)) {
      const row = asRecord(parseJsonLine(this.file.name, line, text));
      if (!row) throw new ImportError(this.file.name, `line ${line}`, 'not a JSON object: each line must be one.');
      yield { row, at: `line ${line}`, bytes: this.tail.bytesRead };
    }
  }
}

/** The table with the most columns: what else is in a database belongs to its program. */
class SqliteTable implements TableReader {
  private last = 0;
  readonly anew = false;
  constructor(private readonly file: SourceFile) {}

  async *read(signal: AbortSignal): AsyncGenerator<TableRow> {
    const tables = await withForeign(this.file, tablesOf);
    const table = tables.sort((a, b) => b.columns.length - a.columns.length).at(0);
    if (!table) throw new ImportError(this.file.name, null, 'the database has no table.');
    for await (const { rowid, row } of sqliteRows(this.file, table.name, this.last, signal)) {
      this.last = rowid;
      yield { row, at: `table ${table.name}, row ${rowid}`, bytes: 0 };
    }
  }
}

/** Files that are read from their beginning when they have changed. */
class WholeTable implements TableReader {
  private stamp = '';
  private times = 0;
  anew = false;
  constructor(
    private readonly file: SourceFile,
    private readonly kind: 'csv' | 'parquet',
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<TableRow> {
    const { size, mtimeMs } = await stat(this.file.path);
    const stamp = `${size} ${mtimeMs}`;
    this.anew = false;
    if (stamp === this.stamp) return;
    this.anew = this.times > 0;
    if (this.kind === 'csv') for await (const { row, line, bytes } of csvRows(this.file, signal)) yield { row, at: `line ${line}`, bytes };
    else {
      let index = 0;
      const { rows } = await parquetSchema(this.file.path, this.file.name);
      for await (const row of parquetRows(this.file.path, { signal, name: this.file.name }))
        yield { row, at: `row ${index++}`, bytes: (size * index) / rows };
    }
    this.stamp = stamp;
    this.times++;
  }
}
