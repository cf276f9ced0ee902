/** Tables: CSV, Parquet and SQLite. */
import { createReadStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { writeParquet, type FileColumn } from '../../../builders/parquetFile.js';
import { completionsOf } from '../lines.js';
import { BATCH, GROUP, mapping, questionOf, rewardOf, rowOf, stepOf, textOf } from '../rows.js';
import { plain, stepsOf, within, writePieces, type Each, type Kind } from './kind.js';

/** Of each step the rows of its groups. */
const trl = (perStep: number): Kind => ({
  format: 'trl',
  bytes: plain,
  make(rows, folder) {
    const folded = join(folder, 'completions');
    mkdirSync(folded);
    for (const { step, first, count } of stepsOf(rows, perStep)) {
      const at = (row: number): number => first + row;
      const columns = [
        integers('step', () => step),
        texts('prompt', (row) => questionOf(at(row))),
        texts('completion', (row) => textOf(at(row))),
        doubles('correct', (row) => rewardOf(at(row))),
        doubles('advantage', (row) => rewardOf(at(row)) - 1 / 3),
      ];
      writeParquet(join(folded, `completions_${String(step).padStart(5, '0')}.parquet`), count, columns, { codec: 'zstd' });
    }
  },
  async decode(folder, each) {
    for (const path of within(folder)) await decodeParquet(path, each);
  },
});

const CURVES = 40;

export const tables: Record<string, Kind> = {
  csv: {
    format: 'generic',
    mapping,
    bytes: plain,
    make(rows, folder) {
      const cells = (row: number): string => `${stepOf(row)},${questionOf(row)},"${textOf(row).replaceAll('"', '""')}",${rewardOf(row)}\n`;
      writePieces(join(folder, 'rows.csv'), rows, 1, (row) => (row === 0 ? `step,question,output,reward\n` : '') + cells(row));
    },
    async decode(folder, each) {
      const read = createReadStream(join(folder, 'rows.csv')).pipe(parse({ columns: true })) as AsyncIterable<unknown>;
      for await (const row of read) each(row);
    },
  },
  curves: {
    format: 'curves',
    unit: 'steps of 40 curves',
    bytes: CURVES * 20,
    share: 1 / 4,
    make(rows, folder) {
      const names = Array.from({ length: CURVES }, (_, i) => `curve_${i}`);
      const cells = (step: number): string => [step, ...names.map((_, i) => 1 / (step + i + 1))].join(',');
      writePieces(join(folder, 'metrics.csv'), rows, 1, (i) => `${i === 0 ? `step,${names.join(',')}\n` : ''}${cells(i + 1)}\n`);
    },
    async decode(folder, each) {
      const read = createReadStream(join(folder, 'metrics.csv')).pipe(parse({ columns: true })) as AsyncIterable<unknown>;
      for await (const row of read) each(row);
    },
  },
  parquet: {
    format: 'generic',
    mapping,
    bytes: plain,
    make: (rows, folder) =>
      writeParquet(
        join(folder, 'rows.parquet'),
        rows,
        [integers('step', stepOf), texts('question', questionOf), texts('output', textOf), doubles('reward', rewardOf)],
        { codec: 'zstd' },
      ),
    decode: (folder, each) => decodeParquet(join(folder, 'rows.parquet'), each),
  },
  sqlite: {
    format: 'generic',
    mapping,
    bytes: plain,
    make(rows, folder) {
      const db = new Database(join(folder, 'rows.db'));
      db.exec('CREATE TABLE rollouts (step INTEGER, question TEXT, output TEXT, reward REAL)');
      const insert = db.prepare('INSERT INTO rollouts VALUES (@step, @question, @output, @reward)');
      db.transaction(() => {
        for (let row = 0; row < rows; row++) insert.run(rowOf(row));
      })();
      db.close();
    },
    decode(folder, each) {
      const db = new Database(join(folder, 'rows.db'), { readonly: true });
      for (const row of db.prepare('SELECT * FROM rollouts').iterate()) each(row);
      db.close();
      return Promise.resolve();
    },
  },
  trl: trl(BATCH),
  trackio: {
    format: 'trackio',
    bytes: plain,
    make(rows, folder) {
      const db = new Database(join(folder, 'sums.db'));
      db.exec(`
        CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, timestamp TEXT NOT NULL, run_name TEXT NOT NULL,
          step INTEGER NOT NULL, metrics TEXT NOT NULL);
        CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, run_name TEXT NOT NULL, config TEXT NOT NULL);
        INSERT INTO configs VALUES (1, 'a', 'sums', '{"num_generations":8}')`);
      const insert = db.prepare(`INSERT INTO metrics VALUES (NULL, 'a', '2026-11-24T01:58:23+00:00', 'sums', ?, ?)`);
      db.transaction(() => {
        for (let step = 1; step <= (rows * GROUP) / BATCH; step++) {
          const table = { _type: 'trackio.table', _value: completionsOf(step) };
          insert.run(step, Buffer.from(JSON.stringify({ 'train/loss': 1 / step, completions: table })));
        }
      })();
      db.close();
    },
    decode(folder, each) {
      const db = new Database(join(folder, 'sums.db'), { readonly: true });
      for (const bytes of db.prepare<[], Buffer>('SELECT metrics FROM metrics').pluck().iterate()) each(JSON.parse(bytes.toString()));
      db.close();
      return Promise.resolve();
    },
  },
};

/** All of it in one file. */
export const oneTable: Record<string, Kind> = { 'a step of TRL': trl(Infinity) };

const integers = (name: string, value: (row: number) => number): FileColumn => ({ name, type: 'int64', value });
const doubles = (name: string, value: (row: number) => number): FileColumn => ({ name, type: 'double', value });
const texts = (name: string, value: (row: number) => string): FileColumn => ({ name, type: 'string', value });

export async function decodeParquet(path: string, each: Each): Promise<void> {
  const buffer = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(buffer);
  for (const row of await parquetReadObjects({ file: buffer, metadata, compressors })) each(row);
}
