import type { ImportItem, SourceFile } from '../importer.js';

/** A file that was not written to for so long is not being written. */
const abandonedMs = 10_000;

/**
 * A line that is not complete waits for its end; when nobody has written for a while, its end is missing.
 * @param files each with the number of its incomplete last line, or null
 */
export function* tornNote(files: Iterable<{ file: SourceFile; line: number | null | undefined }>): Generator<ImportItem> {
  const torn = [...files].flatMap(({ file, line }) =>
    typeof line === 'number' && Date.now() - file.modified > abandonedMs ? [`${file.name}, line ${line}`] : [],
  );
  if (torn.length === 0) return;
  const message = `Cut off inside their last line, which is left out: ${torn.slice(0, 5).join('; ')}${torn.length > 5 ? '; …' : ''}.`;
  yield { kind: 'note', note: { id: 'torn', level: 'warning', message } };
}
