/** `grpo-lab doctor RUN` */
import { join } from 'node:path';
import { examine } from '../../examination/examine.js';
import { writeLastExamination } from '../../examination/lastExamination.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';
import { diagnosisJson, showDiagnosis } from '../show/showDiagnosis.js';
import type { CliSession } from '../cliSession.js';

/** Ends with 3 where something was found, with 0 where nothing was or nothing could be judged. */
export async function doctor(session: CliSession, reference: string): Promise<ExitCode> {
  await session.survey();
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const examined = await examine(store, id, Date.now());
  if (examined === null) throw new CliError(`The run ${id} is gone: its directory was deleted.`);
  if (!writeLastExamination(join(session.runsDir, id), examined)) console.error(`${id} can only be read: ls will not show what was found.`);
  showDiagnosis(session.output, examined);
  session.output.value(diagnosisJson(examined));
  return examined.findings.length > 0 ? exit.findings : exit.ok;
}
