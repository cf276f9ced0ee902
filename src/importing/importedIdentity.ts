import { dirname, resolve } from 'node:path';
import type { ForeignRun, ImportNote } from '../importers/importer.js';
import { PROTOCOL_VERSION } from '../protocol/events.js';
import type { ImportOrigin, RunIdentity } from '../protocol/runFiles.js';
import { version } from '../../package.json';
import type { Claim } from '../launch/createRun.js';
import { thisMachine } from '../launch/targets/local/machine.js';
import type { ChosenFormat, ImportRequest } from './request.js';

/** `backend` in the run.json of a run that was imported. */
export const IMPORT_BACKEND = 'import';

/** `run.json` of an imported run. @param experiment its name as people read it */
export function importedIdentity(
  claim: Claim,
  request: ImportRequest,
  { importer }: Pick<ChosenFormat, 'importer'>,
  run: ForeignRun,
  experiment: string,
  how: { follow: boolean; notes: readonly ImportNote[]; command: readonly string[] },
): RunIdentity {
  const origin: ImportOrigin = {
    format: importer.id,
    source: resolve(request.path),
    follow: how.follow,
    notes: [...how.notes],
    ...(request.groupSize !== undefined && { groupSize: request.groupSize }),
    ...(request.mapping && { mapping: { ...request.mapping } }),
    ...(request.run !== undefined && { run: request.run }),
  };
  return {
    v: PROTOCOL_VERSION,
    id: claim.id,
    // The run's id is folded to what a folder can be called; the name stays as it was given.
    name: `${experiment}-${claim.number}`,
    number: claim.number,
    experiment: { name: experiment, path: null, source: '', resolved: resolvedOf(run) },
    backend: IMPORT_BACKEND,
    method: run.method ?? 'unknown',
    total_steps: run.totalSteps,
    parent: null,
    command: [...how.command],
    cwd: dirname(origin.source),
    git: null,
    host: thisMachine(),
    created: new Date().toISOString(),
    versions: { 'grpo-lab': version, ...run.versions },
    seed: run.seed,
    threads: null,
    ...(run.sampling && Object.keys(run.sampling).length > 0 && { sampling: run.sampling }),
    import: origin,
  };
}

/** The trainer's own configuration; the weights of rewards stand where those of our experiments do. */
function resolvedOf({ config, weights }: ForeignRun): Record<string, unknown> {
  if (!weights || Object.keys(weights).length === 0) return config;
  return { ...config, reward: Object.entries(weights).map(([term, weight]) => ({ term, weight })) };
}
