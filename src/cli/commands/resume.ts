/** `grpo-lab resume RUN` */
import { join } from 'node:path';
import { QuietRunError } from '../../launch/supervisor.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { followRuns } from '../followRuns.js';
import { findRun, knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';
import { showing } from '../shownCommand.js';

export async function resume(session: CliSession, reference: string, options: { detach?: boolean; sure?: boolean }): Promise<ExitCode> {
  const { id, step } = findRun(reference, await knownRuns(await session.queries()));
  const directory = join(session.runsDir, id);
  try {
    await session.supervisor.resume(directory, { sure: options.sure ?? false, agree: showing(session) });
  } catch (error) {
    if (!(error instanceof QuietRunError)) throw error;
    throw new CliError(`${error.message}\nIf you know that it has, say so with --sure.`);
  }
  session.output.line(`${id} resumed (it had come to step ${step}): ${directory}`);
  if (!options.detach) return followRuns(session, [id]);
  session.output.value({ id, directory });
  return exit.ok;
}
