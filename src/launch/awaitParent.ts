/** A run that starts from another run's weights waits here until those exist. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Parent, resolveFrom } from '../experiment/lineage.js';
import { layout } from '../protocol/events.js';
import { knownRun } from './knownRuns.js';
import { lastEvent } from './runState.js';

export type Awaited = { kind: 'ready'; parent: Parent } | { kind: 'failed'; message: string } | { kind: 'stopped' };

const POLL_MS = 1000;

/** @param run id of the run to wait for, in the same runs folder; @param step the checkpoint wanted, or null for the last one */
export async function awaitParent(directory: string, run: string, step: number | null): Promise<Awaited> {
  const parentDirectory = join(dirname(directory), run);
  for (;;) {
    if (
      await access(join(directory, layout.stopRequest)).then(
        () => true,
        () => false,
      )
    )
      return { kind: 'stopped' };
    const known = await knownRun(parentDirectory);
    if (!known) return { kind: 'failed', message: `${run}, whose weights this run starts from, is gone. Launch the experiment again.` };
    if (known.state === 'ended') return { kind: 'failed', message: whyEnded(parentDirectory, run) };
    const resolved = await resolveFrom(step === null ? run : `${run}@${step}`, [known]);
    if (resolved.kind === 'found') return { kind: 'ready', parent: resolved.parent };
    if (resolved.kind !== 'live') return { kind: 'failed', message: resolved.message };
    await sleep(POLL_MS);
  }
}

function whyEnded(parentDirectory: string, run: string): string {
  const last = lastEvent(parentDirectory, ['status']);
  const why = last?.message ? ` (${last.message.replace(/\.$/, '')})` : '';
  const how =
    last?.state === 'failed' ? `failed${why}` : `${last?.state === 'stopped' ? 'was stopped' : 'died'} at step ${last?.step ?? 0}`;
  return `${run}, whose weights this run starts from, ${how}. Resume it, then this run.`;
}
