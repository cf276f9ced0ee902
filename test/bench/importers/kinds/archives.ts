/** Archives: the zip of an Inspect log, and pickles. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { zstdDecompressSync } from 'node:zlib';
import { openPromise } from 'yauzl';
import { zipOf } from '../../../builders/zip.js';
import { inspectSample, slimeSample } from '../lines.js';
import { BATCH, GROUP } from '../rows.js';
import { plain, within, withTokens, type Kind } from './kind.js';

/** Dumps of a step each, written by Python as those trainers do and read by the same Python that the importer asks. */
const pickles = (
  format: string,
  bytes: number,
  batch: number,
  name: (step: number) => string,
  rows: (step: number) => unknown[],
): Kind => ({
  format,
  bytes,
  share: 1 / 4,
  make(count, folder) {
    for (let step = 0; step < count / batch; step++) {
      const path = join(folder, name(step));
      mkdirSync(dirname(path), { recursive: true });
      const input = rows(step)
        .map((row) => JSON.stringify(row))
        .join('\n');
      const made = spawnSync('python3', ['test/bench/importers/pickles.py', format, String(step), path], { input });
      if (made.status !== 0) throw new Error(`python3 could not write a pickle: ${made.error?.message ?? made.stderr.toString()}`);
    }
  },
  async decode(folder, each) {
    for (const path of within(folder)) {
      const child = spawn('python3', ['-I', '-S', '-B', 'python/unpickle/read_pickle.py', path], { stdio: ['ignore', 'pipe', 'inherit'] });
      for await (const line of createInterface({ input: child.stdout })) each(JSON.parse(line));
    }
  },
});

const rowsOf = (step: number, batch: number, row: (row: number) => unknown): unknown[] =>
  Array.from({ length: batch }, (_, i) => row(step * batch + i));

export const archives: Record<string, Kind> = {
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
  slime: pickles(
    'slime',
    withTokens / 4,
    BATCH / GROUP,
    (step) => `rollout_data/${step}.pt`,
    (step) => rowsOf(step, BATCH / GROUP, slimeSample),
  ),
};
