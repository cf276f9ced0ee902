/**
 * One job of the importers' measurement, in a process of its own so that its memory is its own.
 * `make <kind> <MiB> <folder>` writes about as much; `decode <kind> <folder>` merely decodes it with the library used;
 * `rewrite <kind> <folder> <file>` decodes it and writes each record as a line of JSON, which an import has to do at least;
 * `lag <folder> <dist>` follows a file that grows. What came of it is one line of JSON.
 */
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { importerFlags } from '../../../src/launch/importerProgram.js';
import { kinds, large } from './kinds.js';
import type { Kind } from './kinds/kind.js';
import { lag } from './lag.js';
import { BATCH } from './rows.js';

const MiB = 1024 * 1024;

// Parquet's 64-bit integers.
Object.assign(BigInt.prototype, {
  toJSON(this: bigint) {
    return Number(this);
  },
});

function make(kind: Kind, bytes: number, folder: string) {
  const rows = Math.ceil((bytes * (kind.share ?? 1)) / kind.bytes / BATCH) * BATCH;
  kind.make(rows, folder);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name)));
  const { format, mapping, unit = 'rollouts' } = kind;
  return { rows, bytes: files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0), unit, format, mapping };
}

/** @returns records, so that nothing is optimised away */
async function count(kind: Kind, folder: string): Promise<number> {
  let records = 0;
  await kind.decode(folder, (record) => (records += Number(record !== undefined)));
  return records;
}

/** @returns records that stand in `out` as lines of JSON, many in one write */
async function rewrite(kind: Kind, folder: string, out: string): Promise<number> {
  const fd = openSync(out, 'w');
  let records = 0;
  let lines = '';
  await kind.decode(folder, (record) => {
    lines += `${JSON.stringify(record)}\n`;
    records++;
    if (lines.length < MiB) return;
    writeSync(fd, lines);
    lines = '';
  });
  writeSync(fd, lines);
  closeSync(fd);
  return records;
}

async function run([job, ...[a, b, c]]: string[]): Promise<object> {
  switch (job) {
    case 'make':
      return make({ ...kinds, ...large }[a], Number(b) * MiB, c);
    case 'decode':
      return { records: await count(kinds[a], b) };
    case 'rewrite':
      return { records: await rewrite(kinds[a], b, c) };
    case 'lag':
      return { lags: await lag(a, b) };
    default:
      return { kinds: Object.keys(kinds), large: Object.keys(large), flags: importerFlags };
  }
}

console.log(JSON.stringify(await run(process.argv.slice(2))));
