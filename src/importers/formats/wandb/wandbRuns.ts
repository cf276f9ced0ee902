/** Which of wandb's files are one run: a log with the tables beside it, and the logs of a run that was resumed. */
import { basename } from 'node:path';
import { isWandbName, WandbTail } from '../../files/wandbLog.js';
import { ImportError, type RunInSource, type SourceFile } from '../../importer.js';
import { folderOf, runsAt } from '../../severalRuns.js';
import { wandbStep } from './wandbStep.js';

/** Each log's folder; where there is no log, each folder of tables. */
export async function wandbRuns(files: readonly SourceFile[]): Promise<RunInSource[]> {
  const logs = await joinResumed(logRuns(files));
  return logs.length > 0 ? logs : runsAt(files, ({ name }) => (name.endsWith('.table.json') ? folderOf(name) : null));
}

/** A log's folder has its tables too; of several logs in one folder each is itself. */
function logRuns(files: readonly SourceFile[]): RunInSource[] {
  const logs = files.filter(({ name }) => isWandbName(name));
  const alone = (name: string): boolean => logs.every((other) => other.name === name || folderOf(other.name) !== folderOf(name));
  return runsAt(files, ({ name }) => (!isWandbName(name) ? null : alone(name) ? folderOf(name) : name));
}

/**
 * A run that is resumed has another folder with a log of the same name, which is the run's id. In the order of the folders' names, which
 * begin with a time, one that goes on is joined to the one before; one that begins at its first step, or before it, is a run of its own.
 */
async function joinResumed(runs: readonly RunInSource[]): Promise<RunInSource[]> {
  const joined: { run: RunInSource; log: string; first: () => Promise<number> }[] = [];
  for (const run of runs) {
    const file = run.files.find(({ name }) => isWandbName(name))!;
    const log = basename(file.name);
    const before = joined.findLast((one) => one.log === log);
    if (before && (await before.first()) < (await firstStep(file))) before.run = together(before.run, run);
    else joined.push({ run, log, first: () => firstStep(file) });
  }
  return joined.map(({ run }) => run);
}

const together = (run: RunInSource, more: RunInSource): RunInSource => ({
  ...run,
  path: commonFolder(run.path, more.path),
  files: [...run.files, ...more.files],
});

function commonFolder(a: string, b: string): string {
  let common = folderOf(a);
  while (common !== '' && !b.startsWith(`${common}/`)) common = folderOf(common);
  return common;
}

/** Infinity where a log has none: what cannot be read is said when it is imported. */
async function firstStep(file: SourceFile): Promise<number> {
  try {
    for await (const record of new WandbTail(file).read(new AbortController().signal))
      if (record.kind === 'history') return wandbStep(record);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
  }
  return Infinity;
}
