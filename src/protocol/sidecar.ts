/**
 * Files that stand beside a run's events and that its writer does not write: grades of other checkers, labels and notes of people. Each has
 * one owner and one writer at a time. The first line says whose it is, each further line is one statement.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../core/files/fileErrors.js';
import { hash64 } from '../core/hash.js';

/** Name of such a file without its ending: what addresses carry. */
export const sidecarName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/);
/** A longer first line is no header of ours. */
export const maxHeaderBytes = 4096;

/** What every first line has. */
export interface SidecarHeader {
  v: number;
  type: string;
  /** Tells this file from a later one of the same name. */
  id: string;
  /** When the file was begun: ISO 8601, UTC. */
  time: string;
}

interface Schema<T> {
  safeParse(x: unknown): { success: true; data: T } | { success: false; error: z.ZodError };
}

/** A kind of such files. */
export interface Sidecar<Header extends SidecarHeader, Line extends object> {
  /** Its folder in the run directory, and what messages call its content. */
  what: 'grades' | 'labels';
  header: Schema<Header>;
  line: Schema<Line>;
  /** Longer lines are reported and passed over. */
  maxLineBytes: number;
  /** Whose a file is. */
  ownerOf: (header: Header) => string;
}

type Named = Pick<Sidecar<never, never>, 'what'>;

export const sidecarFolder = ({ what }: Named, runDir: string): string => join(runDir, what);
export const sidecarFile = (kind: Named, runDir: string, name: string): string => join(sidecarFolder(kind, runDir), `${name}.ndjson`);

/**
 * Name of the file of an owner. The hash tells owners apart whose names differ only in characters that are replaced.
 * @param whole what makes it another file, beside the owner
 */
export function nameOfSidecar(owner: string, otherwise: string, whole = owner): string {
  const readable = owner
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 60);
  return `${readable === '' ? otherwise : readable}-${hash64(whole)[0].toString(16).padStart(8, '0')}`;
}

/** @returns names of the files of a kind that a run has, sorted */
export function listSidecars(kind: Named, runDir: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(sidecarFolder(kind, runDir));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const names = entries.filter((e) => e.endsWith('.ndjson')).map((e) => e.slice(0, -'.ndjson'.length));
  return names.filter((n) => sidecarName.safeParse(n).success).sort();
}
