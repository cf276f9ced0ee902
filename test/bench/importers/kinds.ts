/** What is imported, kind by kind: how such files come to be, and how the library that reads them merely decodes them. */
import { closeSync, createReadStream, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { openPromise } from 'yauzl';
import { writeParquet, type FileColumn } from '../../builders/parquetFile.js';
import { zipOf } from '../../builders/zip.js';
import { episodeLine, groupLine, inspectSample, lmEvalLine, nemoLine, verifiersLine, verlLine } from './lines.js';
import { BATCH, GROUP, questionOf, rewardOf, rowOf, stepOf, textOf } from './rows.js';

type Each = (record: unknown) => void;

export interface Kind {
  /** As in `--format`. */
  format: string;
  mapping?: Record<string, string>;
  /** Bytes that a rollout takes, about. */
  bytes: number;
  make(rows: number, folder: string): void;
  decode(folder: string, each: Each): Promise<void>;
}

const mapping = { step: 'step', question: 'question', solution: 'output', reward: 'reward' };
const plain = 1460;
const withTokens = 23_500;

/** A file of a line for each `per` rows. */
const lines = (format: string, name: string, bytes: number, per: number, line: (first: number) => unknown): Kind => ({
  format,
  bytes,
  make: (rows, folder) => writeLines(join(folder, name), rows, per, line),
  decode: (folder, each) => decodeLines(join(folder, name), each),
});

/** verl's `<step>.jsonl` of a batch each. */
const dumps = (line: (step: number, i: number) => unknown): Kind => ({
  format: 'verl',
  bytes: plain,
  make(rows, folder) {
    for (let step = 1; step <= Math.ceil(rows / BATCH); step++)
      writeLines(join(folder, `rollouts/${step}.jsonl`), BATCH, 1, (i) => line(step, i));
  },
  async decode(folder, each) {
    for (const path of within(join(folder, 'rollouts'))) await decodeLines(path, each);
  },
});

export const kinds: Record<string, Kind> = {
  groups: lines('groups', 'groups.jsonl', plain, GROUP, groupLine),
  rows: { ...lines('generic', 'rows.jsonl', plain, 1, rowOf), mapping },
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
  trl: {
    format: 'trl',
    bytes: plain,
    make(rows, folder) {
      const folded = join(folder, 'completions');
      mkdirSync(folded);
      for (let step = 1; step <= Math.ceil(rows / BATCH); step++) {
        const at = (row: number): number => step * BATCH + row;
        const columns = [
          integers('step', () => step),
          texts('prompt', (row) => questionOf(at(row))),
          texts('completion', (row) => textOf(at(row))),
          doubles('correct', (row) => rewardOf(at(row))),
          doubles('advantage', (row) => rewardOf(at(row)) - 1 / 3),
        ];
        writeParquet(join(folded, `completions_${String(step).padStart(5, '0')}.parquet`), BATCH, columns, { codec: 'zstd' });
      }
    },
    async decode(folder, each) {
      for (const path of within(join(folder, 'completions'))) await decodeParquet(path, each);
    },
  },
  verl: dumps((step, i) => verlLine(step * BATCH + i, step, `${Math.floor(i / GROUP)}_${i % GROUP}_0`)),
  // Its batches were balanced: groups stand among each other.
  'verl, former trainer': dumps((step, i) => verlLine(step * BATCH + ((i * 1021) % BATCH), step)),
  'prime-rl': lines('prime-rl', 'rollouts/step_1/train/all/traces.jsonl', withTokens, 1, episodeLine),
  'nemo-rl': lines('nemo-rl', 'train_data_step1.jsonl', withTokens, 1, nemoLine),
  verifiers: lines('verifiers', 'results.jsonl', plain + 400, 1, verifiersLine),
  'lm-eval': lines('lm-eval', 'samples_sums_2026-11-24T02-08-34.954618.jsonl', plain + 80, GROUP, lmEvalLine),
  inspect: {
    format: 'inspect',
    bytes: 4 * plain,
    make(rows, folder) {
      const entry = (name: string, value: unknown) => ({ name, bytes: Buffer.from(JSON.stringify(value)), method: 93 as const });
      const samples = Array.from({ length: Math.min(rows, 65_000) }, (_, row) =>
        entry(`samples/${Math.floor(row / GROUP)}_epoch_${(row % GROUP) + 1}.json`, inspectSample(row)),
      );
      const header = { version: 2, status: 'success', eval: { task: 'sums', dataset: {} }, results: {} };
      writeFileSync(join(folder, 'sums.eval'), zipOf([...samples, entry('header.json', header)]));
    },
    async decode(folder, each) {
      const zip = await openPromise(join(folder, 'sums.eval'), { lazyEntries: true, decodeStrings: true });
      for await (const entry of zip.eachEntry()) {
        const packed: Buffer[] = [];
        for await (const chunk of await zip.openReadStreamPromise(entry, { decodeFileData: false })) packed.push(chunk as Buffer);
        each(JSON.parse(zstdDecompressSync(Buffer.concat(packed)).toString()));
      }
    },
  },
};

const integers = (name: string, value: (row: number) => number): FileColumn => ({ name, type: 'int64', value });
const doubles = (name: string, value: (row: number) => number): FileColumn => ({ name, type: 'double', value });
const texts = (name: string, value: (row: number) => string): FileColumn => ({ name, type: 'string', value });

/** Files of a folder. */
export const within = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

function writePieces(path: string, rows: number, per: number, piece: (first: number) => string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'w');
  for (let first = 0; first < rows; first += per) writeSync(fd, piece(first));
  closeSync(fd);
}

const writeLines = (path: string, rows: number, per: number, line: (first: number) => unknown): void =>
  writePieces(path, rows, per, (first) => `${JSON.stringify(line(first))}\n`);

async function decodeLines(path: string, each: Each): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(path) })) each(JSON.parse(line));
}

async function decodeParquet(path: string, each: Each): Promise<void> {
  const buffer = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(buffer);
  for (const row of await parquetReadObjects({ file: buffer, metadata, compressors })) each({ ...row, step: Number(row.step) });
}
