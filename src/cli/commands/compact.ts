/** `grpo-lab compact RUN…` */
import { join } from 'node:path';
import { countProgress } from '../bar.js';
import { exit, type ExitCode } from '../exit.js';
import { unlessQuiet } from '../unlessQuiet.js';
import { findRun, knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';
import { compactionText, totalOf } from '../../words/compactionText.js';

export async function compact(session: CliSession, references: readonly string[], options: { sure?: boolean } = {}): Promise<ExitCode> {
  const known = await knownRuns(await session.queries());
  const results = [];
  for (const { id } of references.map((r) => findRun(r, known))) {
    const bar = countProgress(`compressing ${id}`);
    const compactions = await unlessQuiet(() =>
      session.supervisor.compact(join(session.runsDir, id), { done: bar.update, sure: options.sure ?? false }),
    ).finally(bar.stop);
    session.output.line(`${id} ${compactionText(compactions)}`);
    results.push({ id, segments: compactions.length, ...totalOf(compactions) });
  }
  session.output.value(results);
  return exit.ok;
}
