/** `grpo-lab resume RUN` */
import { join } from 'node:path';
import { exit, type ExitCode } from '../exit.js';
import { followRuns } from '../follow.js';
import { findRun } from '../runRef.js';
import type { Session } from '../session.js';

export async function resume(session: Session, reference: string, options: { detach?: boolean }): Promise<ExitCode> {
  const { id, step } = findRun(reference, (await session.queries()).runs());
  const directory = join(session.runsDir, id);
  await session.supervisor.resume(directory);
  session.output.line(`${id} resumed (it had come to step ${step}): ${directory}`);
  if (!options.detach) return followRuns(session, [id]);
  session.output.value({ id, directory });
  return exit.ok;
}
