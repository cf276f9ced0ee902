/** What was found when a run was examined last: a sidecar beside it, so that a list of runs can say so without examining any. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readText } from '../core/files/regularFile.js';
import { replaceFile } from '../core/files/replaceFile.js';
import { tryJson } from '../core/tryJson.js';
import { layout } from '../protocol/layout.js';
import type { Examined } from '../doctor/examined.js';

const lastExamination = z.object({
  v: z.literal(1),
  /** The last step that was seen; null: the run had none. */
  upTo: z.number().int().nullable(),
  findings: z
    .array(
      z.object({
        id: z.string().max(100),
        name: z.string().max(200),
        onset: z.number().int(),
        /** The last step at which it showed; null: it goes on. Left out by earlier versions, as `serious`. */
        until: z.number().int().nullable().optional(),
        serious: z.boolean().optional(),
      }),
    )
    .max(100),
  /** Checks that could not be judged, and that found nothing. */
  unjudged: z.number().int(),
  healthy: z.number().int(),
});
export type LastExamination = z.output<typeof lastExamination>;

/** What is kept of an examination; consequences are not listed by themselves. */
export const summaryOf = ({ upTo, findings, unjudged, healthy }: Examined): LastExamination => ({
  v: 1,
  upTo,
  findings: findings.map(({ id, name, onset, until, serious }) => ({ id, name, onset, until, serious })),
  unjudged: unjudged.length,
  healthy: healthy.length,
});

/** @returns whether it could be written: a folder that may only be read is examined all the same */
export function writeLastExamination(runDirectory: string, examined: Examined): boolean {
  try {
    replaceFile(join(runDirectory, layout.doctor), `${JSON.stringify(summaryOf(examined))}\n`);
    return true;
  } catch {
    return false;
  }
}

/** @returns null where it was never examined, or what lies there is nothing of ours */
export function readLastExamination(runDirectory: string): LastExamination | null {
  const file = join(runDirectory, layout.doctor);
  if (!existsSync(file)) return null;
  try {
    return lastExamination.safeParse(tryJson(readText(file))).data ?? null;
  } catch {
    return null;
  }
}
