/** One of several runs of a source, as a source by itself: the importer that reads it knows nothing of the others. */
import { join } from 'node:path';
import { count } from '../core/format.js';
import { ImportError, type Importer, type ImportNote, type RunInSource, type Source, type SourceFile } from './importer.js';
import { namesOf, runsOf } from './severalRuns.js';

/**
 * New files are given to their runs as they come.
 * @param wanted the run's id, or its name where only one is called so
 * @returns a source whose looks throw ImportError when there is no such run: it says which there are
 */
export function runSource(importer: Importer, whole: Source, wanted: string): Source {
  let run: RunInSource | undefined;
  let listed: SourceFile[] = [];
  let notes: ImportNote[] = [];
  return {
    get root() {
      return run ? pathOf(whole, run) : whole.root;
    },
    get listed() {
      return listed;
    },
    get unreadable() {
      return whole.unreadable;
    },
    get within() {
      return run?.within;
    },
    get notes() {
      return notes;
    },
    async list() {
      const files = await whole.list();
      const runs = await runsOf(importer, whole);
      const chosen = chooseRun(runs, wanted, whole.root);
      run = chosen;
      notes = leftOut(runs, chosen, files);
      const own = new Set(chosen.files.map(({ name }) => name));
      listed = files.filter(({ name }) => own.has(name)).map((file) => ({ ...file, name: nameIn(chosen.path, file.name) }));
      return listed;
    },
  };
}

function pathOf({ root, listed }: Source, { path }: RunInSource): string {
  // A source that is a file itself is listed by its name.
  return listed.find(({ name }) => name === path)?.path ?? join(root, path);
}

/** Relative to the run's folder; of a run that is a file its base name. */
function nameIn(path: string, name: string): string {
  if (path === '') return name;
  return name === path ? name.slice(name.lastIndexOf('/') + 1) : name.slice(path.length + 1);
}

/** @throws ImportError that names the runs there are */
function chooseRun(runs: readonly RunInSource[], wanted: string, root: string): RunInSource {
  const byId = runs.find(({ id }) => id === wanted);
  if (byId) return byId;
  const byName = runs.filter(({ name }) => name === wanted);
  if (byName.length === 1) return byName[0];
  if (byName.length > 1)
    throw new ImportError(
      root,
      null,
      `${byName.length} of its runs are called "${wanted}". Say which: ${byName.map(({ id }) => id).join(', ')}.`,
    );
  throw new ImportError(
    root,
    null,
    `it has no run "${wanted}". ${runs.length === 0 ? 'No runs are made out in it.' : `Its runs: ${namesOf(runs)}.`}`,
  );
}

/** What else is there. */
function leftOut(runs: readonly RunInSource[], chosen: RunInSource, files: readonly SourceFile[]): ImportNote[] {
  if (runs.length === 1) return [];
  const others = namesOf(runs.filter((run) => run !== chosen));
  const owned = new Set(runs.flatMap((run) => run.files.map(({ name }) => name)));
  const besides = files.filter(({ name }) => !owned.has(name));
  const rest =
    besides.length === 0
      ? ''
      : ` ${count(besides.length, 'file')} ${besides.length === 1 ? 'belongs' : 'belong'} to none of them and ${besides.length === 1 ? 'is' : 'are'} not read: ${fileNames(besides)}.`;
  const guessed: ImportNote[] = chosen.guess === undefined ? [] : [{ id: 'run-files', level: 'warning', message: chosen.guess }];
  return [
    ...guessed,
    { id: 'one-of-several', level: 'info', message: `One of ${runs.length} runs that are here. Not read: ${others}.${rest}` },
  ];
}

const shown = 5;
const fileNames = (files: readonly SourceFile[]): string =>
  `${files
    .slice(0, shown)
    .map(({ name }) => name)
    .join(', ')}${files.length > shown ? ` and ${files.length - shown} more` : ''}`;
