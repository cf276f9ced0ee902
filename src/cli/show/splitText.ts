import type { HeldOutSplit } from '../../core/heldOutSplit.js';

/** Behind what is shown: nothing was trained on it. Nothing where it was. */
export const splitText = (split: HeldOutSplit | null): string => (split === null ? '' : ` · ${split} rows, not trained on`);
