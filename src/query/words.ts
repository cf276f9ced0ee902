/**
 * What `"let me check"` means: these words behind each other, case ignored, with anything between them that is neither letter, digit
 * nor mark. A word is a run of letters, digits and marks, as long as it goes on: "wait" is not in "waiting".
 */

const wordCharacters = '\\p{L}\\p{N}\\p{M}\\p{Co}';
const word = new RegExp(`[${wordCharacters}]+`, 'gu');

/** The words of a text, as they are written. */
export const wordsOf = (text: string): string[] => text.match(word) ?? [];

/** Finds the words in a text; linear in it. There must be one. */
export function wordsPattern(words: readonly string[]): RegExp {
  return new RegExp(`(?<![${wordCharacters}])${words.join(`[^${wordCharacters}]+`)}(?![${wordCharacters}])`, 'giu');
}
