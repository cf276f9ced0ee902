/** One place that a foreign trainer writes to: waited for, recognised, followed. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderSource } from '../../importers/files/folderSource.js';
import { follow, type FollowTarget } from '../../importers/following/followFolder.js';
import type { Importer } from '../../importers/importer.js';
import { detectFormat, importerById, importers } from '../../importers/index.js';
import { withPictures } from '../../importers/pictures.js';
import type { Ledger } from '../../importers/following/ledger.js';
import type { ResolvedCommand } from './resolveCommand.js';

export type WatchedPlace = ResolvedCommand['watch'][number];

const LOOK_MS = 400;

/** @throws when a format is named that does not exist: better before the trainer starts */
export function checkFormat({ format }: WatchedPlace): void {
  if (format === undefined || importerById(format)) return;
  throw new Error(`command.watch: no format is called ${format}. Known: ${importers.map((i) => i.id).join(', ')}.`);
}

/**
 * Follows the place until the signal, and looks once more after it. The place may appear long after the trainer has started.
 * @param ledger what an earlier life of the run has already written
 */
export async function watchPlace(
  place: WatchedPlace,
  { python, runDir }: { python: string; runDir: string },
  ledger: Ledger,
  target: FollowTarget,
  signal: AbortSignal,
): Promise<void> {
  const { path, groupSize } = place;
  const source = folderSource(path);
  const importer = await recognise(place, target, signal);
  if (!importer) return;
  const options = { python, ...(groupSize !== undefined && { groupSize }) };
  await follow({ importer: withPictures(importer, runDir), source, options }, target, { ledger, signal });
}

/**
 * Waits until the place is there and its format is recognised.
 * @returns undefined when the trainer ended before there was anything to recognise
 */
async function recognise({ path, format }: WatchedPlace, target: FollowTarget, signal: AbortSignal): Promise<Importer | undefined> {
  for (;;) {
    const last = signal.aborted;
    if (existsSync(path)) {
      if (format !== undefined) return importerById(format);
      const { chosen, candidates } = await detectFormat(folderSource(path));
      if (chosen) return chosen.importer;
      const likely = candidates.filter((c) => c.confidence > 0.5).map((c) => `${c.importer.id} (${c.why})`);
      if (likely.length > 0) {
        const message = `${path} could be ${likely.join(' or ')}: name one by format under command.watch.`;
        target.note({ id: 'format', level: 'warning', message });
      }
    }
    if (last) return undefined;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined); // the end of the command ends the sleep early
  }
}
