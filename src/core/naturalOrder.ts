/** The order of names that contain numbers, in every list that a person reads. Pure. */

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** `sub_2` before `sub_19`, `Kl` beside `kl`; names that differ only in case or in leading zeros keep one order, whatever the input's. */
export const naturally = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
