/** What a person is shown before they import: which formats it may be, its fields, and whether it was imported before. */
import { basename } from 'node:path';
import type { RunFacts } from '../core/runFacts.js';
import { folderSource } from '../importers/files/folderSource.js';
import { whyNothing } from '../importers/emptySource.js';
import { guessMapping, previewOf, type TablePreview } from '../importers/formats/generic/generic.js';
import type { Importer, Mapping, SourceFile } from '../importers/importer.js';
import { detectFormat, importers } from '../importers/index.js';
import { runsOf } from '../importers/severalRuns.js';
import { importsOf } from './earlierImports.js';
import { surveyRuns, unlisted } from './surveyRuns.js';

export interface FormatChoice {
  id: string;
  title: string;
  /** Why the source may be of this format; null when nothing in it looks like it. */
  why: string | null;
  /** Whether a person can set the group size. */
  takesGroupSize: boolean;
  /** The runs of this format, when there are several; empty for a single one. */
  runs: RunFacts[];
  /** What the list of runs lacks. */
  unlisted: string | null;
}

export interface ImportLook {
  /** Why there is nothing to import, whatever the format: a sentence. */
  nothing: string | null;
  /** The format it is; null when a person has to say. */
  chosen: FormatChoice | null;
  /** Every format, the likeliest first. */
  formats: FormatChoice[];
  /** The first rows of the first table in it, for naming what its fields mean. */
  table: TablePreview | null;
  guess: Partial<Mapping>;
  /** Runs imported from the same path before. */
  earlier: { id: string; name: string; run: string | null }[];
}

/**
 * Looks at a folder or file without importing it.
 * @throws ImportError when there is nothing at the path
 */
export async function lookAt(runsDir: string, path: string, signal: AbortSignal): Promise<ImportLook> {
  const source = folderSource(path);
  const nothing = await whyNothing(source);
  const { chosen, candidates } = nothing === null ? await detectFormat(source) : { candidates: [] };
  const files = source.listed;
  const choice = async (importer: Importer, why: string | null): Promise<FormatChoice> => {
    const several = why !== null && (await runsOf(importer, source)).length > 1;
    return {
      id: importer.id,
      title: importer.title,
      why,
      takesGroupSize: importer.takesGroupSize ?? false,
      runs: several ? await surveyRuns(importer, source, {}, signal) : [],
      unlisted: several ? await unlisted(importer, source) : null,
    };
  };
  const seen: FormatChoice[] = [];
  for (const { importer, why } of candidates) seen.push(await choice(importer, why));
  const others = importers.filter((importer) => !seen.some(({ id }) => id === importer.id));
  const table = nothing === null ? await tableIn(files, signal) : null;
  return {
    nothing,
    chosen: seen.find(({ id }) => id === chosen?.importer.id) ?? null,
    formats: [...seen, ...(await Promise.all(others.map((importer) => choice(importer, null))))],
    table,
    guess: guessMapping(table?.fields ?? []),
    earlier: (await importsOf(runsDir, source.root)).map(({ directory, name, run }) => ({ id: basename(directory), name, run })),
  };
}

async function tableIn(files: readonly SourceFile[], signal: AbortSignal): Promise<TablePreview | null> {
  for (const file of files.slice(0, 50)) {
    // A broken table is told when it is imported.
    const preview = await previewOf(file, signal).catch(() => null);
    if (preview && preview.fields.length > 0) return preview;
  }
  return null;
}
