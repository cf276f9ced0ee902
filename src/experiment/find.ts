/** Experiment files in a folder. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { naturally } from '../core/naturalOrder.js';

export const EXPERIMENT_SUFFIX = '.experiment.yaml';

/** Folders that hold no experiments of the person's own, or too many files to look at. */
const skipped = new Set(['node_modules', '__pycache__', 'venv', 'site-packages']);

/**
 * Paths of `*.experiment.yaml` files in a folder and below it, sorted. Hidden folders and dependencies are left out,
 * links are not followed, folders that cannot be read are passed over.
 */
export async function findExperiments(folder: string, depth = 6): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isFile()) return entry.name.endsWith(EXPERIMENT_SUFFIX) ? [path] : [];
      const enter = entry.isDirectory() && depth > 0 && !entry.name.startsWith('.') && !skipped.has(entry.name);
      return enter ? findExperiments(path, depth - 1) : [];
    }),
  );
  return found.flat().sort(naturally);
}
