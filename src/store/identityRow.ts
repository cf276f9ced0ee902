import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '../core/messageOf.js';
import { PROTOCOL_VERSION } from '../protocol/events.js';
import { layout } from '../protocol/layout.js';
import type { RunIdentity } from '../protocol/runFiles.js';
import { readIdentity } from '../protocol/identity.js';

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
    if (identity === undefined) return { identity: unknownIdentity(id), problem: 'run.json is missing' };
    if (identity.id === id) return { identity, problem: null };
    return {
      identity: { ...identity, id },
      problem: `run.json says that this is ${identity.id}, its directory is called ${id}: the directory's name counts`,
    };
  } catch (error) {
    return { identity: unknownIdentity(id), problem: messageOf(error) };
  }
}

/** What can be said of a run without a usable run.json: its events are shown nevertheless. */
const unknownIdentity = (id: string): RunIdentity => ({
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
  created: new Date(0).toISOString(),
  versions: {},
  seed: null,
  threads: null,
});
