import { randomBytes } from 'node:crypto';
import { PROTOCOL_VERSION } from '../../../protocol/events.js';
import type { LocalRecord } from './localRecord.js';
import { thisMachine } from './machine.js';
import { thisProcess } from './processes.js';

export const newJobId = (): string => randomBytes(6).toString('hex');

/** The record of a job that is this process itself: of an import, say, which needs no watcher. */
export async function ownJob(id = newJobId(), target = 'local'): Promise<LocalRecord> {
  const now = new Date().toISOString();
  return {
    v: PROTOCOL_VERSION,
    target,
    job: id,
    host: thisMachine(),
    watcher: await thisProcess(),
    trainer: null,
    heartbeat: now,
    since: now,
    ended: null,
  };
}
