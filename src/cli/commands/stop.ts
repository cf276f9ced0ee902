/** `grpo-lab stop RUN…` */
import { join } from 'node:path';
import { exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';
import type { StopOutcome } from '../../launch/supervisor.js';
import { stopRequestText } from '../../words/stopText.js';

const outcomeText: Record<Exclude<StopOutcome, 'requested'>, string> = {
  stopped: 'stopped; grpo-lab resume continues it',
  killed: 'did not end in time and was ended by force; grpo-lab resume continues from its last checkpoint',
  'not running': 'is not running',
};

/** All at once: of a chain, none is to be started by the end of another. */
export async function stop(session: CliSession, references: readonly string[], options: { grace: number }): Promise<ExitCode> {
  const known = await knownRuns(await session.queries());
  const runs = references.map((r) => findRun(r, known));
  const results = await Promise.all(
    runs.map(async (run) => {
      const { id } = run;
      const outcome = await session.supervisor.stop(join(session.runsDir, id), { graceSeconds: options.grace });
      session.output.line(`${id} ${outcome === 'requested' ? stopRequestText(run) : outcomeText[outcome]}`);
      return { id, outcome };
    }),
  );
  session.output.value(results);
  return exit.ok;
}
