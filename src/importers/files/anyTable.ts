/** Rows of any table: JSONL, a JSON array, CSV, TSV, Parquet or SQLite, told apart by what the file is, not by its name alone. */
import { stat } from 'node:fs/promises';
import { messageOf } from '../../core/messageOf.js';
import { csvRows } from './csvRows.js';
import { asRecord, parseJsonLine } from './json.js';
import { LineTail, type Line } from './lineTail.js';
import { parquetRows, parquetSchema } from './parquet.js';
import { firstBytes } from './peek.js';
import { jsonRecords } from './wholeFile.js';
import { lastRowid, sqliteRows, tablesOf, withForeign, type ForeignRow } from './foreignSqlite.js';
import { ImportError, type SourceFile } from '../importer.js';

export type TableKind = 'jsonl' | 'json' | 'csv' | 'parquet' | 'sqlite';

export interface TableRow {
  row: Record<string, unknown>;
  /** Line in a text, row in a table. */
  at: number;
  /** Bytes of the file done with, about. */
  bytes: number;
}

/** @returns null for what is no table */
export async function tableKind(file: SourceFile): Promise<TableKind | null> {
  const start = await firstBytes(file.path, 16 * 1024);
  const magic = start.toString('latin1', 0, 15);
  if (magic.startsWith('PAR1') || /\.parquet$/i.test(file.name)) return 'parquet';
  if (magic === 'SQLite format 3' || /\.(db|sqlite3?)$/i.test(file.name)) return 'sqlite';
  if (/\.(csv|tsv)$/i.test(file.name)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(file.name)) return 'jsonl';
  return /\.json$/i.test(file.name) ? jsonKind(start.toString('utf8')) : null;
}

/** A list of records, or records a line under the name of one; any other JSON is no table. */
function jsonKind(start: string): TableKind | null {
  if (/^\uFEFF?\s*\[\s*\{/.test(start)) return 'json';
  return /^\uFEFF?\s*\{[^\n]*\}\s*\n\s*\{/.test(start) ? 'jsonl' : null;
}

/** Reads a table, and when asked again what is new in it. */
export interface TableReader {
  /** Whether the last `read` told the table from its beginning once more. */
  readonly anew: boolean;
  /** The number of a last line that is not complete. */
  readonly torn?: number | undefined;
  /** `line`, `row`: what `at` counts. */
  readonly counts: string;
  /** Tells the last row again at the next `read`, for it could not be used. */
  giveBack(): void;
  /** As many rows at a time as were read together: take them all, or stop. */
  read(signal: AbortSignal): AsyncIterable<Iterable<TableRow>>;
}

export function tableReader(file: SourceFile, kind: TableKind): TableReader {
  switch (kind) {
    case 'jsonl':
      return new JsonlTable(file);
    case 'sqlite':
      return new SqliteTable(file);
    case 'csv':
    case 'json':
    case 'parquet':
      return new WholeTable(file, kind);
  }
}

class JsonlTable implements TableReader {
  readonly counts = 'line';
  private readonly tail: LineTail;
  constructor(private readonly file: SourceFile) {
    this.tail = new LineTail(file);
  }

  get anew(): boolean {
    return this.tail.rewritten;
  }

  get torn(): number | undefined {
    return this.tail.torn?.line;
  }

  async *read(signal: AbortSignal): AsyncGenerator<Iterable<TableRow>> {
    for await (const lines of this.tail.blocks(signal)) yield this.rows(lines);
  }

  private *rows(lines: Iterable<Line>): Generator<TableRow> {
    for (const line of lines) yield { row: this.row(line), at: line.line, bytes: this.tail.bytesRead };
  }

  private row({ text, line }: Line): Record<string, unknown> {
    try {
      const row = asRecord(parseJsonLine(this.file.name, line, text));
      if (row) return row;
      throw new ImportError(this.file.name, `line ${line}`, 'not a JSON object: each line must be one.');
    } catch (error) {
      this.giveBack();
      throw error;
    }
  }

  giveBack(): void {
    this.tail.giveBack();
  }
}

/** The table with the most columns: what else is in a database belongs to its program. */
class SqliteTable implements TableReader {
  private last = 0;
  private before = 0;
  anew = false;
  counts = 'row';
  constructor(private readonly file: SourceFile) {}

  async *read(signal: AbortSignal): AsyncGenerator<Iterable<TableRow>> {
    const tables = await withForeign(this.file, tablesOf);
    const table = tables.sort((a, b) => b.columns.length - a.columns.length).at(0);
    if (!table) throw new ImportError(this.file.name, null, 'the database has no table.');
    this.counts = `table ${table.name}, row`;
    // Rows that are gone, a database that was replaced.
    this.anew = this.last > 0 && (await lastRowid(this.file, table)) < this.last;
    if (this.anew) this.last = 0;
    for await (const rows of sqliteRows(this.file, table.name, this.last, signal)) yield this.rows(rows);
  }

  private *rows(rows: readonly ForeignRow[]): Generator<TableRow> {
    for (const { rowid, row } of rows) {
      this.before = this.last;
      this.last = rowid;
      yield { row, at: rowid, bytes: 0 };
    }
  }

  giveBack(): void {
    this.last = this.before;
  }
}

/** Files that are read from their beginning when they have changed. */
class WholeTable implements TableReader {
  private stamp = '';
  /** Rows of it have been told, if not all. */
  private begun = false;
  anew = false;
  readonly counts: string;
  constructor(
    private readonly file: SourceFile,
    private readonly kind: 'csv' | 'json' | 'parquet',
  ) {
    this.counts = kind === 'csv' ? 'line' : 'row';
  }

  async *read(signal: AbortSignal): AsyncGenerator<Iterable<TableRow>> {
    const { size, mtimeMs } = await stat(this.file.path).catch((cause: unknown) => {
      throw new ImportError(this.file.name, null, messageOf(cause), cause);
    });
    const stamp = `${size} ${mtimeMs}`;
    this.anew = false;
    if (stamp === this.stamp) return;
    this.anew = this.begun;
    this.begun = true;
    if (this.kind === 'csv') yield* csvRows(this.file, signal);
    else if (this.kind === 'json') yield jsonRecords(this.file).map((row, index) => ({ row, at: index, bytes: size }));
    else {
      let index = 0;
      const { rows } = await parquetSchema(this.file.path, this.file.name);
      for await (const row of parquetRows(this.file.path, { signal, name: this.file.name }))
        yield [{ row, at: index++, bytes: (size * index) / rows }];
    }
    this.stamp = stamp;
  }

  giveBack(): void {
    this.stamp = '';
  }
}
