/** Archives: the zip of an Inspect log, and pickles. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { zstdDecompressSync } from 'node:zlib';
import { openPromise } from 'yauzl';
import { zipOf } from '../../../builders/zip.js';
import { inspectSample, slimeSample } from '../lines.js';
import { BATCH, GROUP } from '../rows.js';
import { plain, within, withTokens, type Kind } from './kind.js';

/** A dump of each step, written by Python as slime does and read by the same Python that the importer asks. */
const slime: Kind = {
  format: 'slime',
  bytes: withTokens / 4,
  share: 1 / 4,
  make(rows, folder) {
    const batch = BATCH / GROUP;
    mkdirSync(join(folder, 'rollout_data'));
    for (let step = 0; step < rows / batch; step++) {
      const samples = Array.from({ length: batch }, (_, i) => JSON.stringify(slimeSample(step * batch + i)));
      const args = ['test/bench/importers/pickles.py', String(step), join(folder, `rollout_data/${step}.pt`)];
      const made = spawnSync('python3', args, { input: samples.join('\n') });
      if (made.status !== 0) throw new Error(`python3 could not write a pickle: ${made.error?.message ?? made.stderr.toString()}`);
    }
  },
  async decode(folder, each) {
    for (const path of within(folder)) {
      const child = spawn('python3', ['-I', '-S', '-B', 'python/unpickle/read_pickle.py', path], { stdio: ['ignore', 'pipe', 'inherit'] });
      for await (const line of createInterface({ input: child.stdout })) each(JSON.parse(line));
    }
  },
};

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
  slime,
};
