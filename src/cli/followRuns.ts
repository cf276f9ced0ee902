/** Follows runs until they have ended, then sums them up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { settle } from '../launch/settle.js';
import type { RunSummary } from '../store/views.js';
import { runProgress } from './bar.js';
import { exit, type ExitCode } from './exit.js';
import { runOf, type CliSession } from './cliSession.js';
import { summarise } from './runSummary.js';

const POLL_MS = 500;

/**
 * @param ids the runs in the order in which they run
 * @returns what the last one came to; Ctrl-C leaves the runs alone and ends the following
 */
export async function followRuns(session: CliSession, ids: readonly string[]): Promise<ExitCode> {
  const interrupted = new AbortController();
  const onInterrupt = (): void => interrupted.abort();
  process.once('SIGINT', onInterrupt);
  try {
    for (const id of ids) if (!(await follow(session, id, interrupted.signal))) return leave(session, ids);
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  const store = await session.queries();
  const ended = ids.map((id) => runOf(store, id));
  summarise(session, store, ended);
  return codeOf(ended.at(-1)!);
}

/** @returns whether the run has ended */
async function follow(session: CliSession, id: string, interrupted: AbortSignal): Promise<boolean> {
  const directory = join(session.runsDir, id);
  const progress = runProgress(id, session.output);
  try {
    for (;;) {
      await session.jobs.mirror(directory);
      // Asked before reading: what was written before the end is then read for certain.
      const health = await session.supervisor.health(directory);
      if (health === 'dead') await settle(directory, session.jobs);
      progress.update(runOf(await session.queries(id), id));
      if (health === 'ended') return true;
      if (interrupted.aborted) return false;
      await sleep(POLL_MS, undefined, { signal: interrupted }).catch(() => undefined); // an interrupt ends the sleep early
    }
  } finally {
    progress.stop();
  }
}

function leave({ output }: CliSession, ids: readonly string[]): ExitCode {
  const last = ids.at(-1)!;
  output.line();
  output.line(`${ids.join(' and ')} ${ids.length > 1 ? 'go' : 'goes'} on without this terminal.`);
  output.line(`  follow again:  grpo-lab show ${last} --follow`);
  output.line(`  stop:          grpo-lab stop ${ids.join(' ')}`);
  output.value({ runs: ids, detached: true });
  return exit.interrupted;
}

const codeOf = (run: RunSummary): ExitCode =>
  run.state === 'finished' ? exit.ok : run.state === 'stopped' ? exit.interrupted : exit.failed;
