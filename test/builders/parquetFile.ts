/** Parquet as simple as it can be: required columns, PLAIN pages, one row group, however large. For files that no fixture could hold. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { zstdCompressSync } from 'node:zlib';

export interface FileColumn {
  name: string;
  type: 'int64' | 'double' | 'string';
  value: (row: number) => number | string;
}

const physical = { int64: 2, double: 5, string: 6 } as const;
const PLAIN = 0;
const RLE = 3;
const codecs = { none: 0, zstd: 6 } as const;

/** Thrift's compact protocol, as far as a footer needs it. */
type Field = readonly [id: number, value: Value];
type Value = { i32: number } | { i64: number } | { text: string } | { list: Value[] } | { struct: Field[] };

const typeOf = (value: Value): number => ('i32' in value ? 5 : 'i64' in value ? 6 : 'text' in value ? 8 : 'list' in value ? 9 : 12);

function varint(n: number | bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(n); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}
const zigzag = (n: number): number[] => varint(n >= 0 ? BigInt(n) * 2n : BigInt(-n) * 2n - 1n);

function encode(value: Value): number[] {
  if ('i32' in value) return zigzag(value.i32);
  if ('i64' in value) return zigzag(value.i64);
  if ('text' in value) return [...varint(Buffer.byteLength(value.text)), ...Buffer.from(value.text)];
  if ('list' in value) {
    const { list } = value;
    const type = list.length === 0 ? 5 : typeOf(list[0]);
    return [...(list.length < 15 ? [(list.length << 4) | type] : [0xf0 | type, ...varint(list.length)]), ...list.flatMap(encode)];
  }
  let last = 0;
  const fields = value.struct.flatMap(([id, inner]) => {
    const head = ((id - last) << 4) | typeOf(inner);
    last = id;
    return [head, ...encode(inner)];
  });
  return [...fields, 0];
}

const i32 = (n: number): Value => ({ i32: n });
const i64 = (n: number): Value => ({ i64: n });

function plain(type: FileColumn['type'], value: number | string): Buffer {
  if (type === 'string') {
    const bytes = Buffer.from(String(value));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return Buffer.concat([length, bytes]);
  }
  const bytes = Buffer.alloc(8);
  if (type === 'double') bytes.writeDoubleLE(Number(value));
  else bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}

/**
 * @param lies sizes and counts that page headers tell in place of the true ones
 */
export function writeParquet(
  path: string,
  rows: number,
  columns: readonly FileColumn[],
  options: { codec?: keyof typeof codecs; pageBytes?: number; lies?: { inflated?: number; values?: number } } = {},
): void {
  const { codec = 'none', pageBytes = 1024 * 1024, lies = {} } = options;
  const fd = openSync(path, 'w');
  let position = 0;
  const write = (bytes: Uint8Array): void => {
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
    position += bytes.length;
  };
  write(Buffer.from('PAR1'));
  const chunks = columns.map(({ name, type, value }): Value => {
    const start = position;
    let inflated = 0;
    for (let row = 0; row < rows;) {
      const parts: Buffer[] = [];
      const first = row;
      for (let size = 0; row < rows && (size < pageBytes || parts.length === 0); row++) {
        const bytes = plain(type, value(row));
        size += bytes.length;
        parts.push(bytes);
      }
      const page = Buffer.concat(parts);
      const packed = codec === 'zstd' ? zstdCompressSync(page) : page;
      const data: Field[] = [
        [1, i32(lies.values ?? row - first)],
        [2, i32(PLAIN)],
        [3, i32(RLE)],
        [4, i32(RLE)],
      ];
      const header: Field[] = [
        [1, i32(0)],
        [2, i32(lies.inflated ?? page.length)],
        [3, i32(packed.length)],
        [5, { struct: data }],
      ];
      write(Buffer.from(encode({ struct: header })));
      write(packed);
      inflated += page.length;
    }
    const meta: Field[] = [
      [1, i32(physical[type])],
      [2, { list: [i32(PLAIN)] }],
      [3, { list: [{ text: name }] }],
      [4, i32(codecs[codec])],
      [5, i64(rows)],
      [6, i64(inflated)],
      [7, i64(position - start)],
      [9, i64(start)],
    ];
    return {
      struct: [
        [2, i64(start)],
        [3, { struct: meta }],
      ],
    };
  });
  const root: Value = {
    struct: [
      [4, { text: 'schema' }],
      [5, i32(columns.length)],
    ],
  };
  const leaves = columns.map(({ name, type }): Value => ({
    struct: [[1, i32(physical[type])], [3, i32(0)], [4, { text: name }], ...(type === 'string' ? ([[6, i32(0)]] as const) : [])],
  }));
  const group: Value = {
    struct: [
      [1, { list: chunks }],
      [2, i64(position)],
      [3, i64(rows)],
    ],
  };
  const footer = Buffer.from(
    encode({
      struct: [
        [1, i32(1)],
        [2, { list: [root, ...leaves] }],
        [3, i64(rows)],
        [4, { list: [group] }],
      ],
    }),
  );
  write(footer);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  write(length);
  write(Buffer.from('PAR1'));
  closeSync(fd);
}
