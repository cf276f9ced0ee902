/** The run directory here, as the copy of another one: it gains what that gains, byte for byte, and nothing of its own. */
import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tryJson } from '../../../core/tryJson.js';
import { appendFlags, openRegular } from '../../../core/files/regularFile.js';
import { readIdentity, writeIdentity } from '../../../protocol/identity.js';
import { layout } from '../../../protocol/layout.js';
import { runIdentity } from '../../../protocol/runFiles.js';
import { compressedEnding, listSegments, withSegment } from '../../../protocol/segments.js';
import { withRunLock } from '../../runLock.js';
import type { Seen } from './frames.js';

export type Piece = Extract<Seen, { kind: 'piece' }>;

/** Here lies something else than the beginning of what lies there: neither is written over. */
export class NotACopy extends Error {
  override readonly name = 'NotACopy';
}

const segment = /^events\/\d{6,15}\.ndjson$/;
const compressed = /^events\/\d{6,15}\.ndjson\.zst$/;
const replaced = /^(?:stdout|stderr)\.log$|^media\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}$/;

/** How much of each file is here: what the script goes on from. */
export function offsets(directory: string): string[] {
  const known: [string, number][] = listSegments(directory).map((name) => [
    `${layout.events}/${name}`,
    withSegment(directory, name, ({ size }) => size),
  ]);
  const others = [layout.stdout, layout.stderr, ...inside(directory, layout.events), ...inside(directory, layout.media)];
  for (const name of others) {
    if (!replaced.test(name) && !compressed.test(name)) continue;
    const stats = [join(directory, name), partOf(directory, name)]
      .map((file) => statSync(file, { throwIfNoEntry: false }))
      .find((s) => s?.isFile());
    if (stats) known.push([name, stats.size]);
  }
  return known.flatMap(([name, size]) => [name, String(size)]);
}

const inside = (directory: string, folder: string): string[] =>
  existsSync(join(directory, folder))
    ? readdirSync(join(directory, folder)).map((name) => `${folder}/${name.replace(/^\.(.+)\.part$/, '$1')}`)
    : [];

/** Where a compressed segment grows until it is whole: readers pass over the name. */
const partOf = (directory: string, name: string): string => join(directory, name.replace(/\/(?=[^/]+$)/, '/.') + '.part');

/**
 * Takes a piece over.
 * @throws NotACopy; the file system's error
 */
export async function takeOver(directory: string, piece: Piece): Promise<void> {
  const { name } = piece;
  if (name === layout.identity) await takeFindings(directory, piece);
  else if (compressed.test(name)) takeCompressed(directory, piece);
  else if (segment.test(name)) append(join(directory, name), piece, false);
  else if (replaced.test(name)) append(join(directory, name), piece, true);
  else throw new NotACopy(`${name} is no file of a run that is copied`);
}

/** @param restarts whether a file that begins anew there does so here */
function append(file: string, { name, offset, bytes }: Piece, restarts: boolean): void {
  mkdirSync(dirname(file), { recursive: true });
  const fd = openRegular(file, appendFlags);
  try {
    if (offset === 0 && restarts) ftruncateSync(fd, 0);
    const { size } = fstatSync(fd);
    if (size !== offset)
      throw new NotACopy(`${name} has ${size} bytes here, and goes on at ${offset} there: the folder there holds another run of this name`);
    for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
  } finally {
    closeSync(fd);
  }
}

/** The same text in another file: it takes the place of the one that was copied while it grew. */
function takeCompressed(directory: string, piece: Piece): void {
  const file = join(directory, piece.name);
  const part = partOf(directory, piece.name);
  append(part, piece, true);
  if (piece.offset + piece.bytes.length < piece.size) return;
  renameSync(part, file);
  rmSync(file.slice(0, -compressedEnding.length), { force: true });
}

/** What capture has found out of the trainer there; the rest of run.json is written here, by who names the run. */
async function takeFindings(directory: string, { bytes }: Piece): Promise<void> {
  const there = runIdentity.safeParse(tryJson(bytes.toString('utf8'))).data;
  if (!there) return;
  await withRunLock(directory, () => {
    const here = readIdentity(directory);
    if (here?.id !== there.id) return;
    const { sampling, setup, versions } = there;
    const found = { ...here, ...(sampling && { sampling }), ...(setup && { setup }), versions: { ...here.versions, ...versions } };
    if (JSON.stringify(found) !== JSON.stringify(here)) writeIdentity(directory, found);
  });
}
