/** What importers mark groups with that share a step with training and are not trained on: `info.split`. */
export type HeldOutSplit = 'evaluation' | 'validation';
export const heldOutSplit = (split: unknown): HeldOutSplit | null => (split === 'evaluation' || split === 'validation' ? split : null);
