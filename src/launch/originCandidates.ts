/** The runs of a folder, as what other runs may build on. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OriginCandidate } from '../experiment/lineage.js';
import type { RunIdentity } from '../protocol/runFiles.js';
import { readIdentity } from '../protocol/identity.js';
import { healthOf } from './health.js';
import type { Jobs } from './jobs.js';
import { checkpointsOf, lastEvent } from './newestEvents.js';

/** @returns null when the directory holds no readable run */
export async function originCandidate(directory: string, jobs: Jobs): Promise<OriginCandidate | null> {
  const identity = identityOf(directory);
  if (!identity) return null;
  const finished = lastEvent(directory, ['status'])?.state === 'finished';
  const health = await healthOf(directory, jobs);
  return {
    id: identity.id,
    experiment: identity.experiment.name,
    number: identity.number,
    method: identity.method,
    state: finished ? 'finished' : health === 'alive' ? 'live' : 'ended',
    checkpoints: () => checkpointsOf(directory),
  };
}

/** Names of the run directories of a folder: whatever does not start with a dot. */
export async function runNames(runsDir: string): Promise<string[]> {
  const entries = await readdir(runsDir, { withFileTypes: true }).catch(() => []); // before the first run; a folder that cannot be read is told by the store
  return entries.filter((e) => e.isDirectory() && !e.name.startsWith('.')).map((e) => e.name);
}

/** The runs that a reference can mean: the one with this id, or all of this experiment. */
export async function runsNamed(runsDir: string, target: string, jobs: Jobs): Promise<OriginCandidate[]> {
  const names = await runNames(runsDir);
  const candidates = names.filter((n) => n === target || n.startsWith(`${target}-`));
  const candidateRuns = await Promise.all(candidates.map((n) => originCandidate(join(runsDir, n), jobs)));
  return candidateRuns.filter((r) => r !== null && (r.id === target || r.experiment === target)) as OriginCandidate[];
}

function identityOf(directory: string): RunIdentity | undefined {
  try {
    return readIdentity(directory);
  } catch {
    return undefined; // the store reports it among the run's problems; nothing can start from it
  }
}
