import { isJsonl, LineKinds } from '../files/lineKinds.js';
import { firstJsonLines } from '../files/peek.js';
import type { Detection, ImportItem, SeveralRuns, Source, SourceFile } from '../importer.js';
import { runsAt } from '../severalRuns.js';
import { LineGroups, type RowFormat } from './lineGroups.js';
import type { Part } from './part.js';
import { PartCache, PartsSession } from './partsSession.js';

/** What a format says of its JSONL files. */
export interface LinesOf<Row, Format extends RowFormat<Row>> {
  /** Whether a first line is one of the format's. */
  isRow(line: unknown): boolean;
  format(file: SourceFile): Format;
}

/** A session over JSONL files that are known by their first line, whatever they are called; their groups stand one behind another. */
export abstract class LinesSession<Row, Format extends RowFormat<Row>> extends PartsSession {
  private readonly kinds: LineKinds<true>;
  protected readonly files = new PartCache<LineGroups<Row, Format>>();

  constructor(
    source: Source,
    private readonly of: LinesOf<Row, Format>,
  ) {
    super(source);
    this.kinds = new LineKinds((line) => (of.isRow(line) ? true : null));
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    await this.kinds.look(await this.source.list());
    yield* super.read(signal);
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    // A single file is what somebody took it for, so that its fault is reported.
    const own = files.filter((file) => this.kinds.of(file) ?? (files.length === 1 && isJsonl(file.name)));
    const parts = own.map((file) => this.files.get(file, (at) => new LineGroups<Row, Format>(at, this.of.format(at))));
    for (const [i, part] of parts.entries()) part.behind = parts.slice(0, i);
    return parts;
  }
}

/** @param keys what a line is known by, in words */
export async function detectLines(
  source: Source,
  isRow: (line: unknown) => boolean,
  keys: string,
): Promise<Omit<Detection, 'importer'> | null> {
  for (const file of (await source.list()).filter(({ name }) => isJsonl(name)).slice(0, 10))
    if (isRow((await firstJsonLines(file.path, 1))[0])) return { confidence: 0.95, why: `${file.name} with ${keys} in each line` };
  return null;
}

/**
 * Runs of JSONL files that are known by their first line.
 * @param homeOf the folder or file of the run that such a file is a sign of
 * @param together a sentence
 */
export const lineRuns = (isRow: (line: unknown) => boolean, homeOf: (name: string) => string, together: string): SeveralRuns => ({
  async runs({ listed }) {
    const kinds = new LineKinds((line) => (isRow(line) ? true : null));
    await kinds.look(listed);
    return runsAt(listed, (file) => (kinds.of(file) ? homeOf(file.name) : null));
  },
  together: () => together,
});
