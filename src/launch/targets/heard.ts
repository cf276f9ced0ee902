import type { JobRecord } from '../../protocol/jobRecord.js';

/** A watcher writes the record every two seconds; clocks of nodes may differ, and a busy file system be late. */
const HEARD_MS = 20_000;

/** Whether a watcher where the job runs has written its record lately: then nobody else need be asked whether it lives. */
export const isHeardOf = ({ heartbeat, watcher }: JobRecord, now = Date.now()): boolean =>
  watcher !== undefined && now - Date.parse(heartbeat) < HEARD_MS;
