/** What can be the name of a label. Pages ask, too. */
import { z } from 'zod';

/** In characters (UTF-16). */
export const longestLabel = 100;
export const longestNote = 10_000;

/** A name as it is kept: nothing that cannot be seen, no space around it, and not the same letters composed in two ways. */
export const labelName = z
  .string()
  .min(1)
  .max(longestLabel)
  .refine((name) => name === name.trim() && name === name.normalize('NFC') && !/\p{C}/u.test(name), 'not a name of a label');

/** What a person typed as a label, as it is kept; undefined: it cannot be one. */
export function labelOf(typed: string): string | undefined {
  const { data } = labelName.safeParse(typed.normalize('NFC').trim().replace(/\s+/gu, ' '));
  return data;
}
