/**
 * Grades that another checker, or another version of one, has given to a run's solutions afterwards. They stand beside the events, in one
 * file per checker, and change nothing in the events. The first line of a file says whose grades they are, each further line is one grade.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../core/files/fileErrors.js';
import { hash64 } from '../core/hash.js';
import { count } from './count.js';
import { grade, gradeVerdict, PROTOCOL_VERSION } from './events.js';
import { layout } from './layout.js';

/** Name of a file of grades without its ending: what addresses carry. */
export const gradesName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/);
/** A longer first line is no header of ours. */
export const maxHeaderBytes = 4096;
/** Longer lines are reported and passed over. */
export const maxGradeBytes = 1024 * 1024;

/** First line of a file of grades. */
export const gradesHeader = z.object({
  v: z.literal(PROTOCOL_VERSION),
  type: z.literal('grades'),
  /** Tells this file from a later one of the same name. */
  id: z.string().min(1).max(100),
  /** Name and version, e.g. `grpo-lab 2`, `math-verify 0.8.0`. */
  checker: z.string().min(1).max(200),
  /** When the file was begun: ISO 8601, UTC. */
  time: z.string().max(100),
});
export type GradesHeader = z.output<typeof gradesHeader>;

/** One grade. Of two lines about the same solution the later one stands. */
export const gradeLine = z.object({
  v: z.literal(PROTOCOL_VERSION),
  step: count,
  /** 0-based, as in events. */
  group: count,
  solution: count,
  /** Number of the group event whose text was graded: the grade counts as long as that event does. */
  seq: z.number().int().min(1),
  /** The verdict of the run's own checker; null when it gave none. */
  was: gradeVerdict.nullable(),
  /** As in a group event; the checker is the file's. */
  grade: grade.omit({ checker: true }),
});
export type GradeLine = z.output<typeof gradeLine>;

export const gradesFolder = (runDir: string): string => join(runDir, layout.grades);
export const gradesFile = (runDir: string, name: string): string => join(gradesFolder(runDir), `${name}.ndjson`);

/** Name of the file for a checker's grades. The hash tells checkers apart whose names differ only in characters that are replaced. */
export function nameOfGrades(checker: string): string {
  const readable = checker
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 60);
  return `${readable === '' ? 'checker' : readable}-${hash64(checker)[0].toString(16).padStart(8, '0')}`;
}

/** @returns names of the files of grades of a run, sorted */
export function listGrades(runDir: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(gradesFolder(runDir));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const names = entries.filter((e) => e.endsWith('.ndjson')).map((e) => e.slice(0, -'.ndjson'.length));
  return names.filter((n) => gradesName.safeParse(n).success).sort();
}
