/** Parquet, a page of each column at a time: one row group may be the whole of a large file. */
import { open, type FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetSchema as schemaTree, type FileMetaData, type SchemaTree } from 'hyparquet';
import { messageOf } from '../../core/messageOf.js';
import { ImportError } from '../importer.js';
import { isPointer, pointerHead, pointerReason } from './lfsPointer.js';
import type { ColumnReader } from './parquetColumn.js';

const MiB = 1024 * 1024;
/** A file whose footer says more than this many bytes per byte of the file, and more than `inflated` in all, is a bomb. */
export const parquetLimits = { ratio: 1000, inflated: 1024 * MiB, footer: 64 * MiB, rowGroupRows: 100_000_000 } as const;

export interface ParquetColumn {
  name: string;
  /** `string`, `double`, `int64`, `boolean`, `list`, `struct`, …: what matters to who chooses columns. */
  type: string;
}

export interface ParquetSchema {
  columns: ParquetColumn[];
  rows: number;
  /** The footer's key-value pairs, e.g. pandas'. */
  metadata: Record<string, string>;
}

interface Opened {
  name: string;
  handle: FileHandle;
  size: number;
  footer: FileMetaData;
}

/** @throws ImportError when the file is no complete Parquet file */
export async function parquetSchema(path: string, name = path): Promise<ParquetSchema> {
  const file = await openParquet(path, name);
  await file.handle.close();
  return {
    columns: schemaTree(file.footer).children.map((child) => ({ name: child.element.name, type: typeOf(child) })),
    rows: Number(file.footer.num_rows),
    metadata: Object.fromEntries((file.footer.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''])),
  };
}

export interface ParquetChoice {
  /** All when left out. */
  columns?: readonly string[];
  signal: AbortSignal;
  /** The file's name in messages. */
  name?: string;
}

type ParquetRow = Record<string, unknown>;

/**
 * The rows of a file in their order, integers as numbers, strings decoded, lists as arrays and structs as records.
 * Holds a page of each column, not the file.
 * @throws ImportError for a damaged or incomplete file, an unknown column, or one that inflates beyond measure
 */
export async function* parquetRows(path: string, choice: ParquetChoice): AsyncGenerator<ParquetRow> {
  for await (const rows of parquetBlocks(path, choice)) for (const row of rows) yield row;
}

/** The same, as many at a time as were read together (waiting for each row costs more than most rows do). Take them all, or stop. */
export async function* parquetBlocks(path: string, { columns, signal, name = path }: ParquetChoice): AsyncGenerator<Iterable<ParquetRow>> {
  const file = await openParquet(path, name);
  try {
    // Decoders are loaded when there is something to decode: every import of another format begins sooner.
    const { columnReader } = await import('./parquetColumn.js');
    const children = chosen(file, columns);
    const keys = children.map((child) => child.element.name);
    let first = 0;
    for (const group of file.footer.row_groups) {
      const rows = Number(group.num_rows);
      if (rows > parquetLimits.rowGroupRows) throw new ImportError(name, `row ${first}`, `a row group of ${rows} rows is too large.`);
      const readers = children.map((child) => columnReader({ handle: file.handle, name, size: file.size }, child, group));
      for (let row = 0; row < rows;) {
        signal.throwIfAborted();
        let count = rows - row;
        for (const reader of readers) count = Math.min(count, await located(reader.fill(), name, first + row));
        if (count === 0) throw new ImportError(name, `row ${first + row}`, 'a column ends before the others: the file is damaged.');
        yield rowsOf(keys, readers, count);
        for (const reader of readers) reader.drop(count);
        row += count;
        // A file of no columns that are asked for still has rows.
        if (readers.length === 0) break;
      }
      first += rows;
    }
  } finally {
    await file.handle.close();
  }
}

function* rowsOf(keys: readonly string[], readers: readonly ColumnReader[], count: number): Generator<ParquetRow> {
  for (let i = 0; i < count; i++) {
    const row: ParquetRow = {};
    for (let c = 0; c < keys.length; c++) row[keys[c]] = readers[c].at(i);
    yield row;
  }
}

function chosen({ footer, name }: Opened, columns: readonly string[] | undefined): SchemaTree[] {
  const { children } = schemaTree(footer);
  if (!columns) return children;
  return columns.map((column) => {
    const child = children.find((candidate) => candidate.element.name === column);
    if (child) return child;
    const there = children.map((c) => c.element.name).join(', ');
    throw new ImportError(name, `column ${column}`, `there is no such column. The file has ${there}.`);
  });
}

/** Decoders throw plain errors of many kinds on damaged bytes. */
async function located<T>(reading: Promise<T>, name: string, row: number): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (cause instanceof ImportError) throw cause;
    throw new ImportError(name, `row ${row}`, `damaged Parquet data (${messageOf(cause)}).`, cause);
  }
}

async function openParquet(path: string, name: string): Promise<Opened> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new ImportError(name, null, messageOf(cause), cause);
  });
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(8);
    if (size >= 12) await handle.read(tail, 0, 8, size - 8);
    const length = tail.readUInt32LE(0);
    if (
      tail.toString('latin1', 4) !== 'PAR1' &&
      isPointer(Buffer.from(await slice(handle, 0, Math.min(size, pointerHead))).toString('latin1'))
    )
      throw new ImportError(name, null, `this is ${pointerReason}`);
    if (tail.toString('latin1', 4) !== 'PAR1')
      throw new ImportError(
        name,
        null,
        'not a complete Parquet file: its end mark is missing. It may still be being written, or was cut off.',
      );
    if (length > parquetLimits.footer || length + 12 > size)
      throw new ImportError(name, null, `a Parquet footer of ${length} bytes cannot be.`);
    const footer = await parquetMetadataAsync({ byteLength: size, slice: (start, end = size) => slice(handle, start, end) });
    refuseBomb(name, size, footer);
    return { name, handle, size, footer };
  } catch (cause) {
    await handle.close();
    if (cause instanceof ImportError) throw cause;
    throw new ImportError(name, null, `its Parquet footer cannot be read (${messageOf(cause)}).`, cause);
  }
}

/** What the footer announces, before anything is inflated; each page is bounded again as it is read. */
function refuseBomb(name: string, size: number, footer: FileMetaData): void {
  let inflated = 0;
  for (const group of footer.row_groups)
    for (const column of group.columns) inflated += Number(column.meta_data?.total_uncompressed_size ?? 0);
  if (inflated > parquetLimits.inflated && inflated > size * parquetLimits.ratio)
    throw new ImportError(name, null, `${size} bytes say that they inflate to ${Math.round(inflated / MiB)} MiB: refused as a bomb.`);
}

async function slice(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) throw new Error('the file ends early');
    filled += bytesRead;
  }
  return bytes.buffer;
}

function typeOf(child: SchemaTree): string {
  const { element, children } = child;
  if (children.length > 0) return element.converted_type === 'LIST' || element.logical_type?.type === 'LIST' ? 'list' : 'struct';
  if (element.converted_type === 'UTF8' || element.logical_type?.type === 'STRING') return 'string';
  return (element.type ?? 'unknown').toLowerCase();
}
