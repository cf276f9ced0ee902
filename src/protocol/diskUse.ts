/** How much of the disk a run's folder takes. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../core/files/fileErrors.js';
import { layout } from './layout.js';

/** In bytes. */
export interface DiskUse {
  total: number;
  events: number;
  checkpoints: number;
}

/** Adds up the sizes of files without blocking the event loop. Links are not followed; files that vanish meanwhile count 0. */
export async function diskUse(runDirectory: string): Promise<DiskUse> {
  const [total, events, checkpoints] = await Promise.all(
    [runDirectory, join(runDirectory, layout.events), join(runDirectory, layout.checkpoints)].map(bytesIn),
  );
  return { total, events, checkpoints };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(ifMissing([]));
  let sum = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    sum += entry.isDirectory() ? await bytesIn(path) : await lstat(path).then((s) => s.size, ifMissing(0));
  }
  return sum;
}

const ifMissing =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (isMissing(error)) return instead;
    throw error;
  };
