/** A folder may hold several runs of one format, while an import is one run: where each is, and what becomes of them together. */
import { dirname } from 'node:path';
import { unreadableNote } from './files/folderSource.js';
import type { Importer, ImportNote, RunPlace, SeveralRuns, Source, SourceFile } from './importer.js';

/**
 * @param homeOf the run's folder of a file, without a slash behind it; null for a file that tells no run
 * @param together a sentence
 */
export const runsBy = (homeOf: (name: string) => string | null, together: string): SeveralRuns => ({
  places: (files) => placesBy(files, ({ name }) => homeOf(name)),
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
export const firstOf = (...ways: SeveralRuns[]): SeveralRuns => ({
  places(files) {
    for (const way of ways) {
      const places = way.places(files);
      if (places.length > 0) return places;
    }
    return [];
  },
  together: (places) => ways[0].together(places),
});

export function placesBy(files: readonly SourceFile[], homeOf: (file: SourceFile) => string | null): RunPlace[] {
  const homes = new Map<string, number>();
  for (const file of files) {
    const home = homeOf(file);
    if (home !== null) homes.set(home, (homes.get(home) ?? 0) + 1);
  }
  return [...homes].map(([path, count]) => ({ path, files: count }));
}

/** The folder that a file is in; empty for the source itself. */
export const folderOf = (name: string): string => (name.includes('/') ? dirname(name) : '');

/** What is to be said of a source as a whole, whatever its files say. */
export function sourceNotes(importer: Importer, source: Source): ImportNote[] {
  return [unreadableNote(source), severalNote(importer.several, source.listed)].filter((note) => note !== null);
}

const shown = 8;

function severalNote(several: SeveralRuns, files: readonly SourceFile[]): ImportNote | null {
  const places = several.places(files);
  const together = places.length > 1 ? several.together(places) : null;
  if (together === null) return null;
  const names = places
    .slice(0, shown)
    .map(({ path, files: count }) => `${path === '' ? 'the folder itself' : path} (${count} ${count === 1 ? 'file' : 'files'})`);
  const more = places.length - names.length;
  return {
    id: 'several-runs',
    level: 'warning',
    message: `${places.length} runs seem to be here: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}. ${together} Import one of them alone to see it by itself.`,
  };
}
