/** The runs of folders that TRL writes into: one each, but where it was started anew in the same folder. */
import { isTfEventsName } from '../../files/tfevents.js';
import type { RunInSource, SeveralRuns } from '../../importer.js';
import { before, firstOf, folderOf, runsBy } from '../../severalRuns.js';
import { begunAt, joinRestarts } from '../../sinks/restarts.js';
import { stateRuns } from './stateFiles.js';

const own = [
  /(?:(?:^|\/)completions)?(?:^|\/)completions_\d{1,12}\.parquet$/,
  /(?:^|\/)(?:checkpoint-\d+\/)?trainer_state\.json$/,
  // A start that was given up may have left nothing else.
  /(?:^|\/)runs\/(?:[^/]+\/)?[^/]*\.tfevents\.[^/]*$/,
];

const folders = firstOf(
  runsBy(
    before(new RegExp(own.map(({ source }) => source).join('|'))),
    'Where two have the same step, the groups of the last one stand; curves are those of the trainer_state.json that goes furthest.',
  ),
  stateRuns,
);

export const trlRuns: SeveralRuns = {
  runs: async (source) => (await Promise.all((await folders.runs(source)).map(startsIn))).flat(),
  together: (runs) => folders.together(runs),
};

/** Each start has event files of its own; other files were written while it went on. */
async function startsIn(folder: RunInSource): Promise<RunInSource[]> {
  const starts = await joinRestarts(folder.files.filter(({ name }) => isTfEventsName(name)));
  if (starts.length < 2) return [folder];
  const begun = starts.map(([first]) => 1000 * begunAt(first));
  const others = folder.files.filter(({ name }) => !isTfEventsName(name));
  const startOf = (modified: number): number =>
    Math.max(
      0,
      begun.findLastIndex((time) => time <= modified),
    );
  return starts.map((events, i) => {
    const files = [...others.filter(({ modified }) => startOf(modified) === i), ...events];
    // transformers gives each start a folder below `runs`.
    const apart = starts.filter(([first]) => folderOf(first.name) === folderOf(events[0].name)).length === 1;
    const id = apart ? folderOf(events[0].name) : events[0].name;
    const guess = `${starts.length} starts wrote into one folder. The ${files.length - events.length} files beside the TensorBoard files of this one are those last written after it began and before another did: completions of the same step were written over by the later start.`;
    return { id, name: id, path: folder.path, files, guess };
  });
}
