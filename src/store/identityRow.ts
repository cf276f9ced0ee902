import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isEvaluation } from '../core/methods.js';
import { messageOf } from '../core/messageOf.js';
import { modelOf } from './evaluatedModel.js';
import { PROTOCOL_VERSION } from '../protocol/events.js';
import { layout } from '../protocol/layout.js';
import { runIdentity, type RunIdentity } from '../protocol/runFiles.js';
import { readIdentity } from '../protocol/identity.js';
import { listSegments, withSegment } from '../protocol/segments.js';

export interface FoundIdentity {
  identity: RunIdentity;
  /** Why run.json could not be used, when it could not. */
  problem: string | null;
}

/** Changes whenever run.json does; undefined when there is none. */
export function identityStamp(runDir: string): string | undefined {
  const stat = statSync(join(runDir, layout.identity), { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

/** Who the run in this directory is. Its id is the directory's name: what stands in run.json must agree. */
export function findIdentity(runDir: string): FoundIdentity {
  const id = basename(runDir);
  try {
    const identity = readIdentity(runDir);
    if (identity === undefined) return { identity: unknownIdentity(id, begun(runDir)), problem: missing };
    if (identity.id === id) return { identity, problem: null };
    return {
      identity: { ...identity, id },
      problem: `run.json says that this is ${identity.id}, its directory is called ${id}: the directory's name counts`,
    };
  } catch (error) {
    return { identity: unknownIdentity(id, begun(runDir)), problem: messageOf(error) };
  }
}

const missing =
  'run.json is missing: which experiment, method and command made this run is not known, its events are shown all the same. ' +
  'Copy run.json into the folder (a copy under way may bring it later), or let the trainer write it first.';

/** What the database says of a run's identity; what cannot be read of it breaks no list. */
export function storedIdentity(id: string, text: string): RunIdentity {
  try {
    const parsed = runIdentity.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // not JSON: a damaged row
  }
  return unknownIdentity(id);
}

/** What lists show of a run's identity, by column of the table of runs. */
export function identityColumns({ experiment, parent, reward_model: model, import: origin, ...identity }: RunIdentity) {
  const { method, data } = experiment.resolved;
  const settings = typeof method === 'object' && method !== null ? (method as Record<string, unknown>) : {};
  return {
    name: identity.name,
    number: identity.number,
    experiment: experiment.name,
    experiment_path: experiment.path,
    backend: identity.backend,
    method: identity.method,
    supervision: typeof settings.supervision === 'string' ? settings.supervision : null,
    total_steps: identity.total_steps,
    parent_run: parent?.run ?? null,
    parent_step: parent?.step ?? null,
    reward_model_run: model?.run ?? null,
    reward_model_step: model?.step ?? null,
    created: identity.created,
    import_source: origin?.source ?? null,
    import_format: origin?.format ?? null,
    evaluated: isEvaluation(identity.method) && !parent ? modelOf(experiment.resolved) : null,
    trained_on: JSON.stringify(trainedOn(data)),
  };
}

/** Data settings are ours (`generator`), or any other trainer's; several sources may be mixed. */
function trainedOn(data: unknown): string[] {
  if (typeof data !== 'object' || data === null) return [];
  const named = Object.entries(data).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'string') return key === 'generator' || key === 'dataset' ? [value] : [];
    return trainedOn(value);
  });
  return [...new Set(named)];
}

/** When the first event that is there was written, as far as its line says so. */
function begun(runDir: string): string | null {
  try {
    const first = listSegments(runDir).at(0);
    if (first === undefined) return null;
    const line = withSegment(runDir, first, (segment) => segment.read(0, 4096).toString('utf8'));
    const time = Date.parse(/"time":\s*"([^"]{1,100})"/.exec(line)?.[1] ?? '');
    return Number.isNaN(time) ? null : new Date(time).toISOString();
  } catch {
    return null; // the reader of events says why they cannot be read
  }
}

/** What can be said of a run without a usable run.json: its events are shown nevertheless. */
export const unknownIdentity = (id: string, created: string | null = null): RunIdentity => ({
  v: PROTOCOL_VERSION,
  id,
  name: id,
  number: 1,
  experiment: { name: id, path: null, source: '', resolved: {} },
  backend: 'unknown',
  method: 'unknown',
  total_steps: null,
  parent: null,
  command: [],
  cwd: '',
  git: null,
  host: '',
  created: created ?? new Date(0).toISOString(),
  versions: {},
  seed: null,
  threads: null,
});
