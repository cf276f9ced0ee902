/** What a person is shown before they import: which formats it may be, its fields, and whether it was imported before. */
import { basename } from 'node:path';
import { folderSource } from '../../importers/files/source.js';
import { guessMapping, previewFieldsOf, type FieldPreview } from '../../importers/generic/index.js';
import type { HeldRun, Mapping, SourceFile } from '../../importers/importer.js';
import { detectFormat, importers } from '../../importers/index.js';
import { readIdentity } from '../../protocol/identity.js';
import { importsOf } from './earlier.js';

export interface FormatChoice {
  id: string;
  title: string;
  /** Null for a format that sees nothing of its own in it. */
  why: string | null;
}

export interface ImportLook {
  /** The format it is; null when a person has to say. */
  chosen: FormatChoice | null;
  /** Every format, likeliest first. */
  formats: FormatChoice[];
  /** Of the first table in it, for naming what they mean; none when there is no table. */
  fields: FieldPreview[];
  guess: Partial<Mapping>;
  /** Runs that the source holds, when it may hold several: the one that wrote last first. */
  runs: HeldRun[];
  /** Runs imported from the same path before. */
  earlier: { id: string; name: string; directory: string }[];
}

/** @throws ImportError when there is nothing at the path */
export async function lookAt(runsDir: string, path: string, signal: AbortSignal): Promise<ImportLook> {
  const source = folderSource(path);
  const { chosen, candidates } = await detectFormat(source);
  const seen = candidates.map(({ importer, why }): FormatChoice => ({ id: importer.id, title: importer.title, why }));
  const others = importers.filter((importer) => !seen.some(({ id }) => id === importer.id));
  const fields = await fieldsOf(await source.list(), signal);
  return {
    chosen: chosen ? { id: chosen.importer.id, title: chosen.importer.title, why: chosen.why } : null,
    formats: [...seen, ...others.map(({ id, title }) => ({ id, title, why: null }))],
    fields,
    // What cannot be read is told when it is imported.
    runs: (await chosen?.importer.runs?.(source).catch(() => [])) ?? [],
    guess: guessMapping(fields.map(({ field }) => field)),
    earlier: (await importsOf(runsDir, source.root)).map((directory) => ({
      id: basename(directory),
      name: readIdentity(directory)?.name ?? basename(directory),
      directory,
    })),
  };
}

async function fieldsOf(files: readonly SourceFile[], signal: AbortSignal): Promise<FieldPreview[]> {
  for (const file of files.slice(0, 50)) {
    // A broken table is told when it is imported.
    const fields = await previewFieldsOf(file, signal).catch(() => null);
    if (fields && fields.length > 0) return fields;
  }
  return [];
}
