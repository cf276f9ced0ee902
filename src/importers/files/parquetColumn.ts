/** One column of one row group, a page at a time, on hyparquet's page decoder. */
import type { FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ColumnChunk, Compressors, DecodedArray, PageHeader, RowGroup, SchemaTree } from 'hyparquet';
import { compressors as fromPackage } from 'hyparquet-compressors';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { readHandleAt } from '../../core/files/readAt.js';
import { smallest } from '../../core/extremes.js';
import { ImportError } from '../importer.js';
import { NestedRows } from './parquetNested.js';

const MiB = 1024 * 1024;
const pageLimits = { bytes: 256 * MiB, values: 20_000_000, header: 16 * MiB, ratio: 20_000 } as const;

/** Node's own where it has one: faster, and they stop at the announced length. */
const compressors: Compressors = {
  ...fromPackage,
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length + 1 }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length + 1 }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length + 1 }),
};

export interface ColumnFile {
  handle: FileHandle;
  name: string;
  size: number;
}

/** A column's decoded rows that have not been used yet. */
export interface ColumnReader {
  /** @returns how many rows there are: those left over, else those of the next page; 0 at the column's end */
  fill(): Promise<number>;
  /** The i-th of them. */
  at(i: number): unknown;
  /** The first `count` of them have been used. */
  drop(count: number): void;
}

/** @param child a column at the top of the schema; one with children is put together from its leaves */
export function columnReader(file: ColumnFile, child: SchemaTree, group: RowGroup): ColumnReader {
  const leaves = leavesOf(child).map((path) => new Leaf(pathOf(path), leafPages(file, path, chunkOf(file, path, group))));
  // Pages of narrow columns have very many rows: they stay where they are, and a number says how many are used.
  let ready: DecodedArray = [];
  let used = 0;
  return {
    async fill() {
      if (used < ready.length) return ready.length - used;
      used = 0;
      for (const leaf of leaves) await leaf.fill();
      const count = smallest(leaves.map((leaf) => leaf.left));
      const columns = new Map<string, DecodedArray>(leaves.map((leaf) => [leaf.path, leaf.take(count)]));
      if (child.children.length > 0) assembleNested(columns, child, DEFAULT_PARSERS);
      ready = columns.get(child.element.name) ?? [];
      return ready.length;
    },
    at: (i) => plain(ready[used + i]),
    drop: (count) => void (used += count),
  };
}

class Leaf {
  private rows: DecodedArray = [];
  /** Of them. Pages of narrow columns have very many rows: they stay where they are. */
  private used = 0;

  constructor(
    readonly path: string,
    private readonly pages: AsyncGenerator<DecodedArray>,
  ) {}

  get left(): number {
    return this.rows.length - this.used;
  }

  take(count: number): DecodedArray {
    const taken = this.used === 0 && count === this.rows.length ? this.rows : this.rows.slice(this.used, this.used + count);
    this.used += count;
    return taken;
  }

  async fill(): Promise<void> {
    while (this.left === 0) {
      const next = await this.pages.next();
      if (next.done) return;
      this.rows = next.value;
      this.used = 0;
    }
  }
}

/** @param path from the schema's root to the leaf */
async function* leafPages(file: ColumnFile, path: SchemaTree[], chunk: ColumnChunk): AsyncGenerator<DecodedArray> {
  const meta = chunk.meta_data!;
  const decoder = {
    pathInSchema: meta.path_in_schema,
    type: meta.type,
    element: path.at(-1)!.element,
    schemaPath: path,
    codec: meta.codec,
    parsers: DEFAULT_PARSERS,
    compressors,
    utf8: true,
  };
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset);
  const end = start + Number(meta.total_compressed_size);
  if (start < 4 || end > file.size) throw new ImportError(file.name, `column ${pathOf(path)}`, 'its data lie outside of the file.');
  const nested = path.length > 2 ? new NestedRows(decoder) : null;
  let dictionary: DecodedArray | undefined;
  for (let position = start; position < end;) {
    const page = await pageAt(file, path, position, end);
    position = page.end;
    const { header, reader } = page;
    if (header.type === 'INDEX_PAGE') continue;
    if (nested && header.type !== 'DICTIONARY_PAGE') {
      yield* nested.page(reader, header, dictionary);
      continue;
    }
    const { data } = readPage(reader, header, decoder, dictionary, undefined, 0);
    if (header.type === 'DICTIONARY_PAGE') {
      if (data) dictionary = convert(data, decoder);
    } else if (data && data.length > 0) yield data;
  }
  if (nested) yield* nested.end();
}

async function pageAt(file: ColumnFile, path: SchemaTree[], position: number, end: number) {
  for (let window = 64 * 1024; ; window *= 8) {
    const bytes = await bytesAt(file, position, Math.min(window, end - position));
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
    let header: PageHeader;
    try {
      header = parquetHeader(reader);
    } catch (error) {
      // Statistics in the header may be long.
      if (error instanceof RangeError && bytes.length === window && window < pageLimits.header) continue;
      throw error;
    }
    const length = header.compressed_page_size;
    refuse(file, path, header, position + reader.offset + length > end);
    if (reader.offset + length > bytes.length) {
      const page = await bytesAt(file, position + reader.offset, length);
      return {
        header,
        end: position + reader.offset + length,
        reader: { view: new DataView(page.buffer, page.byteOffset, length), offset: 0 },
      };
    }
    return { header, end: position + reader.offset + length, reader };
  }
}

/** Bounds a page by what its header announces, before anything is inflated. */
function refuse(file: ColumnFile, path: SchemaTree[], header: PageHeader, outside: boolean): void {
  const at = `column ${pathOf(path)}`;
  const packed = header.compressed_page_size;
  const inflated = header.uncompressed_page_size;
  const values = (header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header)?.num_values ?? 0;
  if (outside || !(packed >= 0) || !(inflated >= 0) || !(values >= 0))
    throw new ImportError(file.name, at, 'a page goes beyond its column: damaged.');
  if (inflated > pageLimits.bytes || packed > pageLimits.bytes)
    throw new ImportError(
      file.name,
      at,
      `a page of ${Math.round(Math.max(inflated, packed) / MiB)} MiB; at most ${pageLimits.bytes / MiB} are read.`,
    );
  if (inflated > 16 * MiB && inflated > packed * pageLimits.ratio)
    throw new ImportError(file.name, at, `a page of ${packed} bytes says that it inflates to ${inflated}: refused as a bomb.`);
  if (values > pageLimits.values)
    throw new ImportError(file.name, at, `a page of ${values} values; at most ${pageLimits.values} are read.`);
}

function chunkOf(file: ColumnFile, path: SchemaTree[], group: RowGroup): ColumnChunk {
  const wanted = pathOf(path);
  const chunk = group.columns.find((column) => column.meta_data?.path_in_schema.join('.') === wanted);
  if (chunk?.file_path !== undefined)
    throw new ImportError(file.name, `column ${wanted}`, 'its data are in another file, which is not read.');
  if (!chunk?.meta_data)
    throw new ImportError(file.name, `column ${wanted}`, 'the file has no data of it (encrypted columns are not read).');
  return chunk;
}

/** Paths, from the root of the schema on, of the leaves below a top-level column. */
function leavesOf(child: SchemaTree): SchemaTree[][] {
  const root: SchemaTree = { children: [child], count: 1, element: { name: 'root' }, path: [] };
  const walk = (path: SchemaTree[]): SchemaTree[][] =>
    path.at(-1)!.children.length === 0 ? [path] : path.at(-1)!.children.flatMap((next) => walk([...path, next]));
  return walk([root, child]);
}

const pathOf = (path: SchemaTree[]): string => path.at(-1)!.path.join('.');

/** BigInt to number, dates to ISO 8601, missing to null; inside lists and structs too. */
function plain(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return value;
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return value;
}

async function bytesAt({ handle }: ColumnFile, position: number, length: number): Promise<Uint8Array> {
  const bytes = await readHandleAt(handle, position, length, Buffer.allocUnsafeSlow(length));
  if (bytes.length < length) throw new Error('the file ends early');
  return bytes;
}
