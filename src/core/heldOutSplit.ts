/** The marks (`info.split`) that importers give to groups that stand at a step of training without having been trained on. */
export const heldOutSplits = ['evaluation', 'validation'] as const;
export type HeldOutSplit = (typeof heldOutSplits)[number];
/** The mark in a group's `info.split`; null for any other value. */
export const heldOutSplit = (split: unknown): HeldOutSplit | null => heldOutSplits.find((one) => one === split) ?? null;
