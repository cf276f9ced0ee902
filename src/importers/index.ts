/** Every format there is, and which one a source is. */
import { lastLook } from './files/folderSource.js';
import type { Detection, Importer, Source } from './importer.js';
import { importers } from './registry.js';

export { importers } from './registry.js';

/** What `importer.ts` promises: above this a format is taken for possible, and so much must lie between it and the next. */
const possible = 0.5;
const clear = 0.2;

export interface Detected {
  /** Left out when nothing fits, or when it must be asked. */
  chosen?: Detection;
  /** Every format that sees anything of its own, likeliest first. */
  candidates: Detection[];
}

/** @param among for tests; the registered ones otherwise */
export async function detectFormat(source: Source, among: readonly Importer[] = importers): Promise<Detected> {
  await source.list();
  const listed = lastLook(source);
  const found = await Promise.all(
    among.map(async (importer): Promise<Detection[]> => {
      const detection = await importer.detect(listed);
      return detection && detection.confidence > 0 ? [{ ...detection, importer }] : [];
    }),
  );
  const candidates = found.flat().sort((a, b) => b.confidence - a.confidence || a.importer.id.localeCompare(b.importer.id));
  const likely = candidates.filter((candidate) => candidate.confidence > possible);
  const own = likely.filter(({ importer }) => !importer.besideOthers);
  const [first, second] = (own.length > 0 ? own : likely) as (Detection | undefined)[];
  const sure = first && (!second || first.confidence - second.confidence >= clear);
  return { ...(sure && { chosen: first }), candidates };
}

export const importerById = (id: string): Importer | undefined => importers.find((importer) => importer.id === id);
