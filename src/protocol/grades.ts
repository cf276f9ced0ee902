/**
 * Grades that another checker, or another version of one, has given to a run's solutions afterwards. They stand beside the events, in one
 * file per checker, and change nothing in the events. The first line of a file says whose grades they are, each further line is one grade.
 */
import { z } from 'zod';
import { count } from './count.js';
import { grade, gradeVerdict, PROTOCOL_VERSION } from './events.js';
import { layout } from './layout.js';
import { nameOfSidecar, sidecarFile, sidecarFolder, sidecarName, type Sidecar } from './sidecar.js';

/** Name of a file of grades without its ending: what addresses carry. */
export const gradesName = sidecarName;

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

export const gradesSidecar: Sidecar<GradesHeader, GradeLine> = {
  what: layout.grades,
  header: gradesHeader,
  line: gradeLine,
  maxLineBytes: 1024 * 1024,
  ownerOf: ({ checker }) => checker,
};

export const gradesFolder = (runDir: string): string => sidecarFolder(gradesSidecar, runDir);
export const gradesFile = (runDir: string, name: string): string => sidecarFile(gradesSidecar, runDir, name);

/** Name of the file for a checker's grades. */
export const nameOfGrades = (checker: string): string => nameOfSidecar(checker, 'checker');
