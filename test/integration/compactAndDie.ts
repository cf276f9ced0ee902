/** Compresses the segments of a run, and kills itself before the given one of its calls to the file system: a write is half done then. */
import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [directory = '', dieAt = ''] = process.argv.slice(2);
let calls = 0;
const isLast = (): boolean => ++calls === Number(dieAt);
const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('killed');
};

for (const name of ['renameSync', 'rmSync', 'fsyncSync', 'lstatSync', 'readSync'] as const) {
  const real = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, { [name]: (...args: unknown[]) => (isLast() ? die() : real(...args)) });
}
const { open } = promises;
promises.open = async (...args) => {
  if (isLast()) die();
  const handle = await open(...args);
  const write = handle.write.bind(handle) as (bytes: Buffer, offset: number) => Promise<{ bytesWritten: number; buffer: Buffer }>;
  const sync = handle.sync.bind(handle);
  return Object.assign(handle, {
    write: async (bytes: Buffer, offset: number) => {
      if (!isLast()) return write(bytes, offset);
      await write(bytes.subarray(0, bytes.length >> 1), offset);
      return die();
    },
    sync: () => (isLast() ? die() : sync()),
  });
};
syncBuiltinESMExports();

// Its imports are to be of the calls above.
const { compactRun } = await import('../../src/launch/compactRun.js');
await compactRun(directory);
console.log(calls);
