/** A run that builds on other runs waits here until those have what it needs. */
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFrom, resolveFrom } from '../experiment/lineage.js';
import type { OriginKind, RunCheckpoint } from '../experiment/origins.js';
import { isStopRequested } from '../protocol/stopRequest.js';
import { healthOf } from './health.js';
import type { OriginReferences } from './job.js';
import type { Jobs } from './jobs.js';
import { originCandidate } from './originCandidates.js';
import { lastEvent } from './newestEvents.js';

export type Origins = Partial<Record<OriginKind, RunCheckpoint>>;
export type OriginsOutcome = { kind: 'ready'; origins: Origins } | { kind: 'failed'; message: string } | { kind: 'stopped' };

const POLL_MS = 1000;

/** The ids of the runs that a run waits for, each once. */
export const runsOf = (wanted: OriginReferences): string[] => [
  ...new Set(Object.values(wanted).map((reference) => parseFrom(reference)?.target ?? reference)),
];

const kinds = ['parent', 'reward_model'] as const satisfies OriginKind[];

/** The watcher's arguments for what a run waits for: `--after parent=arith-sft-1-k3f9@400`. */
export const afterArguments = (wanted: OriginReferences): string[] =>
  kinds.flatMap((kind) => (wanted[kind] === undefined ? [] : ['--after', `${kind}=${wanted[kind]}`]));

/**
 * Reads such arguments.
 * @param after the values of `--after`
 */
export function wantedFrom(after: readonly string[]): OriginReferences {
  const wanted: OriginReferences = {};
  for (const kind of kinds) {
    const text = after.find((a) => a.startsWith(`${kind}=`));
    if (text !== undefined) wanted[kind] = text.slice(kind.length + 1);
  }
  return wanted;
}

/**
 * Waits until every origin is there. They are looked at in turn, so that the failure of one run is noticed while another still trains.
 * @param directory of the run that waits
 * @returns the origins, or why the run does not start
 */
export async function awaitOrigins(directory: string, wanted: OriginReferences, jobs: Jobs): Promise<OriginsOutcome> {
  const origins: Origins = {};
  for (;;) {
    if (isStopRequested(directory)) return { kind: 'stopped' };
    const missing = kinds.filter((kind) => wanted[kind] !== undefined && !origins[kind]);
    if (missing.length === 0) return { kind: 'ready', origins };
    for (const kind of missing) {
      const found = await findOrigin(dirname(directory), kind, wanted[kind]!, jobs);
      if (typeof found === 'string') return { kind: 'failed', message: found };
      if (found) origins[kind] = found;
    }
    if (missing.some((kind) => !origins[kind])) await sleep(POLL_MS);
  }
}

const whose = { parent: 'whose weights this run starts from', reward_model: 'whose reward model this run asks' } as const;

/** @returns null while the run may still provide it; a sentence when it never will */
async function findOrigin(runsDir: string, kind: OriginKind, reference: string, jobs: Jobs): Promise<RunCheckpoint | string | null> {
  const id = parseFrom(reference)?.target ?? reference;
  await jobs.mirror(join(runsDir, id));
  const candidate = await originCandidate(join(runsDir, id), jobs);
  if (!candidate) return `${id}, ${whose[kind]}, is gone. Launch the experiment again.`;
  // A quiet one may be in a long step: who waits can be stopped.
  if (candidate.state === 'ended' && (await healthOf(join(runsDir, id), jobs)) === 'quiet') return null;
  if (candidate.state === 'ended') return `${id}, ${whose[kind]}, ${whyEnded(join(runsDir, id))}. Resume it, then this run.`;
  const resolved = await resolveFrom({ kind, from: reference }, [candidate]);
  if (resolved.kind === 'found') return resolved.at;
  return resolved.kind === 'live' ? null : resolved.message;
}

function whyEnded(directory: string): string {
  const last = lastEvent(directory, ['status']);
  const why = last?.message ? ` (${last.message.replace(/\.$/, '')})` : '';
  if (last?.state === 'failed') return `failed${why}`;
  return `${last?.state === 'stopped' ? 'was stopped' : 'died'} at step ${last?.step ?? 0}`;
}
