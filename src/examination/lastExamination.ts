/** What was found when a run was examined last: a sidecar beside it, so that a list of runs can say so without examining any. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { count } from '../core/format.js';
import { readText } from '../core/files/regularFile.js';
import { replaceFile } from '../core/files/replaceFile.js';
import { tryJson } from '../core/tryJson.js';
import { layout } from '../protocol/layout.js';
import type { Examined } from './examine.js';

const lastExamination = z.object({
  v: z.literal(1),
  /** The last step that was seen; null: the run had none. */
  upTo: z.number().int().nullable(),
  findings: z.array(z.object({ id: z.string(), name: z.string().max(200), onset: z.number().int() })).max(100),
  /** Checks that could not be judged, and that found nothing. */
  unjudged: z.number().int(),
  healthy: z.number().int(),
});
export type LastExamination = z.output<typeof lastExamination>;

/** @returns whether it could be written: a folder that may only be read is examined all the same */
export function writeLastExamination(runDirectory: string, { upTo, findings, unjudged, healthy }: Examined): boolean {
  const last: LastExamination = {
    v: 1,
    upTo,
    findings: findings.map(({ id, name, onset }) => ({ id, name, onset })),
    unjudged: unjudged.length,
    healthy: healthy.length,
  };
  try {
    replaceFile(join(runDirectory, layout.doctor), `${JSON.stringify(last)}\n`);
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

/** `2 findings: Truncated solutions (12), Stale samples (40); at step 120`. @param step the run's last finished step */
export function lastExaminationText({ findings, upTo }: LastExamination, step: number): string {
  const at = upTo === null || upTo === step ? '' : `; at step ${upTo}`;
  if (findings.length === 0) return `nothing found${at}`;
  const named = findings.slice(0, 2).map(({ name, onset }) => `${name} (${onset})`);
  return `${count(findings.length, 'finding')}: ${named.join(', ')}${findings.length > 2 ? ', …' : ''}${at}`;
}
