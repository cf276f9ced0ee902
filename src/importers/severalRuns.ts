/** A source may hold several runs of one format, while an import is one run: which files are whose, and what becomes of them together. */
import { dirname } from 'node:path/posix';
import { unreadableNote } from './files/folderSource.js';
import type { Importer, ImportNote, RunInSource, SeveralRuns, Source, SourceFile } from './importer.js';

/**
 * @param homeOf the folder or file of the run that a file is a sign of, without a slash behind it; null for a file that makes out no run
 * @param together a sentence
 */
export const runsBy = (homeOf: (name: string) => string | null, together: string): SeveralRuns => ({
  runs: ({ listed }) => Promise.resolve(runsAt(listed, ({ name }) => homeOf(name))),
  together: () => together,
});

/** The run's folder is what stands before the format's own names. @param own begins with `(?:^|\/)` */
export const before =
  (own: RegExp) =>
  (name: string): string | null => {
    const match = own.exec(name);
    return match ? name.slice(0, match.index) : null;
  };

/** The first that makes out any run: files that only some runs have come later. */
export function firstOf(...ways: SeveralRuns[]): SeveralRuns {
  const wayOf = new WeakMap<RunInSource, SeveralRuns>();
  return {
    async runs(source) {
      for (const way of ways) {
        const runs = await way.runs(source);
        for (const run of runs) wayOf.set(run, way);
        if (runs.length > 0) return runs;
      }
      return [];
    },
    together: (runs) => (wayOf.get(runs[0]) ?? ways[0]).together(runs),
  };
}

/** A run for each home; to it belongs whatever is in that folder and in no other run's folder below it. */
export function runsAt(files: readonly SourceFile[], homeOf: (file: SourceFile) => string | null): RunInSource[] {
  const owned = new Map<string, SourceFile[]>();
  for (const file of files) {
    const home = homeOf(file);
    if (home !== null && !owned.has(home)) owned.set(home, []);
  }
  for (const file of files) owned.get(ownerOf(file.name, owned) ?? '')?.push(file);
  return [...owned].map(([path, own]) => ({ id: path || '.', name: path || '.', path, files: own }));
}

/** A run for each file. */
export const fileRuns = (files: readonly SourceFile[]): RunInSource[] => runsAt(files, ({ name }) => name);

/** The innermost home that a file is in; undefined where it is in none but perhaps the source itself. */
function ownerOf(name: string, homes: ReadonlyMap<string, unknown>): string | undefined {
  for (let at = name; at !== '.' && at !== ''; at = dirname(at)) if (homes.has(at)) return at;
  return undefined;
}

/** The folder that a file is in; empty for the source itself. */
export const folderOf = (name: string): string => (name.includes('/') ? dirname(name) : '');

interface RunsOfSource {
  importer: Importer;
  /** What the runs hang on: the files, and how they are where runs are parts of them. */
  print: string;
  runs: readonly RunInSource[];
  /** What the search for them passed over. */
  passedOver: string | null;
}

const known = new WeakMap<Source, RunsOfSource>();

/** As of the source's last look; made out anew only when files have come or gone, or have changed where runs are parts of them. */
async function lookForRuns(importer: Importer, source: Source): Promise<RunsOfSource> {
  if (source.listed.length === 0) await source.list();
  const { several } = importer;
  const print = source.listed.map(({ name, bytes, modified }) => (several.inFiles ? `${name}\n${bytes} ${modified}` : name)).join('\n');
  const last = known.get(source);
  if (last?.importer === importer && last.print === print) return last;
  const look = { importer, print, runs: await several.runs(source), passedOver: (await several.passedOver?.(source)) ?? null };
  known.set(source, look);
  return look;
}

/** The runs of a source. */
export const runsOf = async (importer: Importer, source: Source): Promise<readonly RunInSource[]> =>
  (await lookForRuns(importer, source)).runs;

/** What the search for the runs of a source passed over, in a sentence; null for nothing. */
export const passedOver = async (importer: Importer, source: Source): Promise<string | null> =>
  (await lookForRuns(importer, source)).passedOver;

/** What is to be said of a source as a whole, whatever its files say. */
export async function sourceNotes(importer: Importer, source: Source): Promise<ImportNote[]> {
  const several = severalNote(importer.several, await runsOf(importer, source));
  const message = await passedOver(importer, source);
  const beyond: ImportNote | null = message === null ? null : { id: 'passed-over', level: 'warning', message };
  return [unreadableNote(source), several, beyond, ...(source.notes ?? [])].filter((note) => note !== null);
}

const shown = 8;

function severalNote(several: SeveralRuns, runs: readonly RunInSource[]): ImportNote | null {
  const together = runs.length > 1 ? several.together(runs) : null;
  if (together === null) return null;
  return {
    id: 'several-runs',
    level: 'warning',
    message: `${runs.length} runs seem to be here: ${namesOf(runs)}. ${together} Import one of them alone to see it by itself, or each as a run of its own.`,
  };
}

/** `a (3 files), the folder itself (1 file) and 4 more` */
export function namesOf(runs: readonly RunInSource[]): string {
  const names = runs.slice(0, shown).map((run) => {
    const { name, files, within } = run;
    if (within !== undefined)
      return name.slice(0, 100) + (runs.some((other) => other !== run && other.name === name) ? ` (${run.id})` : '');
    return `${name === '.' ? 'the folder itself' : name} (${files.length} ${files.length === 1 ? 'file' : 'files'})`;
  });
  return `${names.join(', ')}${runs.length > names.length ? ` and ${runs.length - names.length} more` : ''}`;
}
