/** `grpo-lab ls` */
import { relativeTime, significant } from '../../../webview/shared/format.js';
import { remaining, stepText } from '../../words/runText.js';
import { sparkline } from '../../words/sparkline.js';
import { exit, type ExitCode } from '../exit.js';
import type { Session } from '../session.js';

export async function ls(session: Session, options: { limit: number }): Promise<ExitCode> {
  await session.survey();
  const known = session.hasRuns ? (await session.queries()).runs() : [];
  const all = known.sort((a, b) => b.created.localeCompare(a.created));
  const runs = all.slice(0, options.limit);
  if (all.length === 0) session.output.line(`No runs in ${session.runsDir}. Start one with: grpo-lab run FILE`);
  else {
    session.output.table(
      ['run', 'state', 'step', 'reward', 'held-out', 'KL', '', 'when', ''],
      runs.map((r) => [
        r.name === `${r.experiment}-${r.number}` ? r.id : `${r.id} (${r.name})`,
        r.state,
        stepText(r),
        significant(r.latest['reward/mean']),
        significant(r.latest['accuracy/held_out']),
        significant(r.latest.kl),
        sparkline(r.spark.values),
        relativeTime(r.created, Date.now()),
        remaining(r),
      ]),
      '<<>>>>',
    );
    if (all.length > runs.length) session.output.line(`… and ${all.length - runs.length} older; see them with --limit ${all.length}`);
  }
  session.output.value(runs);
  return exit.ok;
}
