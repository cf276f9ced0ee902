/** The mark (`info.split`) that importers give to groups that stand at a step of training without having been trained on. */
export type HeldOutSplit = 'evaluation' | 'validation';
/** The mark in a group's `info.split`; null for any other value. */
export const heldOutSplit = (split: unknown): HeldOutSplit | null => (split === 'evaluation' || split === 'validation' ? split : null);
