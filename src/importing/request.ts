/** A request to import a folder or file. */
import { basename, resolve } from 'node:path';
import { graphemes } from '../core/graphemes.js';
import { whyNothing } from '../importers/emptySource.js';
import { folderSource, unreadableNote } from '../importers/files/folderSource.js';
import { ImportError, type Detection, type Importer, type ImportOptions, type Mapping, type Source } from '../importers/importer.js';
import { detectFormat, importerById, importers } from '../importers/index.js';
import { runSource } from '../importers/runSource.js';

export interface ImportRequest extends ImportOptions {
  /** The folder or file. */
  path: string;
  /** An importer's id; found from the content when left out. */
  format?: string;
  /** Which of several runs that are there, by its id or name; all of it as one run when left out. */
  run?: string;
  /** The experiment's name; taken from the files when left out. */
  name?: string;
}

/** Several formats fit, or none does: a person has to say which. */
export class FormatQuestion extends Error {
  constructor(
    readonly path: string,
    readonly candidates: readonly Detection[],
  ) {
    const likely = candidates.filter((c) => c.confidence > 0.5);
    const shown = (likely.length > 0 ? likely : candidates).map((c) => `\n  ${c.importer.id}: ${c.importer.title}, for it has ${c.why}`);
    super(
      likely.length > 0
        ? `${path} may be one of several formats:${shown.join('')}`
        : `No format is recognised in ${path}.${shown.length > 0 ? ` Perhaps:${shown.join('')}` : ' For any JSONL, CSV, Parquet or SQLite file say which fields mean what.'}`,
    );
    this.name = 'FormatQuestion';
  }
}

export interface ChosenFormat {
  /** What is read: of a request for one run no other's files. */
  source: Source;
  importer: Importer;
  why: string;
}

/**
 * The format of a request: the one that it names, or the one that the content shows.
 * @throws FormatQuestion when a person has to choose
 * @throws ImportError when there is no such file, no such format, or no such run in it
 */
export async function chooseFormat(request: ImportRequest): Promise<ChosenFormat> {
  const chosen = await formatOf(request, folderSource(request.path));
  if (request.run === undefined) return chosen;
  const source = runSource(chosen.importer, chosen.source, request.run);
  await source.list();
  return { ...chosen, source };
}

async function formatOf(request: ImportRequest, source: Source): Promise<ChosenFormat> {
  const wanted = request.format ?? (request.mapping ? 'generic' : undefined);
  if (wanted !== undefined) {
    const importer = importerById(wanted);
    if (importer) return { source, importer, why: 'as asked for' };
    throw new ImportError(request.path, null, `there is no format "${wanted}". Formats: ${importers.map((i) => i.id).join(', ')}.`);
  }
  const nothing = await whyNothing(source);
  if (nothing !== null) throw new ImportError(source.root, null, nothing);
  const { chosen, candidates } = await detectFormat(source);
  const unreadable = unreadableNote(source);
  if (candidates.length === 0 && unreadable) throw new ImportError(source.root, null, `nothing is recognised in it. ${unreadable.message}`);
  if (!chosen) throw new FormatQuestion(resolve(request.path), candidates);
  return { source, importer: chosen.importer, why: chosen.why };
}

export const optionsOf = ({ groupSize, mapping, python }: ImportRequest): ImportOptions => ({
  ...(groupSize !== undefined && { groupSize }),
  ...(mapping && { mapping }),
  ...(python !== undefined && { python }),
});

const mappingKeys = ['question', 'solution', 'gold', 'reward', 'advantage', 'correct', 'group', 'step'] as const;

/**
 * `question=prompt,solution=output.text` as a mapping.
 * @throws Error that says what is wrong
 */
export function parseMapping(text: string): Mapping {
  const mapping: Partial<Record<(typeof mappingKeys)[number], string>> = {};
  for (const part of text.split(',')) {
    const at = part.indexOf('=');
    const key = mappingKeys.find((k) => k === part.slice(0, at).trim());
    const field = part.slice(at + 1).trim();
    if (at < 1 || !key || field === '')
      throw new Error(`"${part}" maps nothing: write WHAT=FIELD with WHAT one of ${mappingKeys.join(', ')}, separated by commas.`);
    mapping[key] = field;
  }
  if (mapping.solution === undefined) throw new Error('A mapping must say at least where the solution is: solution=FIELD.');
  return { ...mapping, solution: mapping.solution };
}

/**
 * A name as people read it: one line of at most 100 characters, without invisible ones.
 * @returns '' when nothing of it is left
 */
export function shownName(text: string): string {
  const words = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return graphemes(words).slice(0, 100).join('');
}

/** An experiment's name that can be part of a run's id. */
export function experimentName(name: string, path: string): string {
  const clean = (text: string): string =>
    text
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+|[-._]+$/g, '')
      .slice(0, 80);
  return clean(name) || clean(basename(path)) || 'import';
}
