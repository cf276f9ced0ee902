/** `grpo-lab resume RUN` */
import { join } from 'node:path';
import { exit, type ExitCode } from '../exit.js';
import { unlessQuiet } from '../unlessQuiet.js';
import { followRuns } from '../followRuns.js';
import { findRun, knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';
import { showing } from '../shownCommand.js';

export async function resume(session: CliSession, reference: string, options: { detach?: boolean; sure?: boolean }): Promise<ExitCode> {
  const { id, step } = findRun(reference, await knownRuns(await session.queries()));
  const directory = join(session.runsDir, id);
  await unlessQuiet(() => session.supervisor.resume(directory, { sure: options.sure ?? false, agree: showing(session) }));
  session.output.line(`${id} resumed (it had come to step ${step}): ${directory}`);
  if (!options.detach) return followRuns(session, [id]);
  session.output.value({ id, directory });
  return exit.ok;
}
