/** `grpo-lab rebuild` */
import { count } from '../../core/format.js';
import { countProgress } from '../bar.js';
import { exit, type ExitCode } from '../exit.js';
import { knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';

export async function rebuild(session: CliSession): Promise<ExitCode> {
  const store = await session.store();
  const begun = Date.now();
  const bar = countProgress('reading runs');
  const failures = store.rebuild(bar.update);
  bar.stop();
  const runs = (await knownRuns(store.queries)).length;
  session.output.line(`${store.placement.file}: ${count(runs, 'run')} read again in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  for (const { run, reason } of failures) session.output.line(`${run} could not be read: ${reason}`);
  session.output.value({ database: store.placement.file, runs, failures });
  return failures.length === 0 ? exit.ok : exit.failed;
}
