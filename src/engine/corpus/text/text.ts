import type { Random } from '../../random.js';

/** Draws one document. */
export type TextGenerator = (random: Random) => string;

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
