/** `grpo-lab ls` */
import { join } from 'node:path';
import { relativeTime, significant } from '../../core/format.js';
import { curveRange, curveText, remaining, stateText, stepText } from '../../words/runText.js';
import { diskUse, type DiskUse } from '../../protocol/diskUse.js';
import { readLastExamination, type LastExamination } from '../../examination/lastExamination.js';
import { lastExaminationText } from '../../examination/lastExaminationText.js';
import type { RunSummary } from '../../store/views.js';
import { exit, type ExitCode } from '../exit.js';
import { knownRuns } from '../runRef.js';
import type { CliSession } from '../cliSession.js';

export async function ls(session: CliSession, options: { limit: number }): Promise<ExitCode> {
  await session.survey();
  const known = session.hasRuns ? await knownRuns(await session.queries()) : [];
  const all = known.sort((a, b) => b.created.localeCompare(a.created));
  const runs = all.slice(0, options.limit);
  if (all.length === 0) session.output.line(`No runs in ${session.runsDir}. Start one with: grpo-lab run FILE`);
  else {
    session.output.table(
      ['run', 'state', 'step', 'reward', 'held-out', 'KL', '', 'range', 'when', '', 'doctor'],
      runs.map((r) => [
        r.id.startsWith(r.name) ? r.id : `${r.id} (${r.name})`,
        stateText(r),
        stepText(r),
        significant(r.latest['reward/mean']),
        significant(r.latest['accuracy/held_out']),
        significant(r.latest.kl),
        curveText(r),
        curveRange(r),
        `${r.importedFrom === null ? '' : 'imported '}${relativeTime(r.created, Date.now())}`,
        remaining(r),
        doctorText(session, r),
      ]),
      '<<>>>>',
    );
    if (all.length > runs.length) session.output.line(`… and ${all.length - runs.length} older; see them with --limit ${all.length}`);
  }
  if (session.output.json) session.output.value(await Promise.all(runs.map((run) => withDiskUse(session, run))));
  return exit.ok;
}

/** What was found when it was examined last; nothing where that never was. */
function doctorText({ runsDir }: CliSession, { id, step }: RunSummary): string {
  const last = readLastExamination(join(runsDir, id));
  return last === null ? '' : lastExaminationText(last, step);
}

/** `disk`: bytes of the run's folder; null where it cannot be measured. `doctor`: null where it was never examined. */
async function withDiskUse(
  { runsDir }: CliSession,
  run: RunSummary,
): Promise<RunSummary & { disk: DiskUse | null; doctor: LastExamination | null }> {
  const directory = join(runsDir, run.id);
  return { ...run, disk: await diskUse(directory).catch(() => null), doctor: readLastExamination(directory) };
}
