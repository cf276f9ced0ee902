/** Characters that hide or reorder text, made visible wherever model output is shown as it is. Pure. */

/** Controls, bidirectional overrides, marks and isolates, zero-width spaces and soft hyphens: they change how text reads without showing. */
const hidden = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\p{Cs}]/gu;

/** `⟨U+202E⟩`. */
const sign = (c: string): string => `⟨U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** Text for reading: line breaks and tabs stay, whatever else is invisible shows as `⟨U+202E⟩`. */
export const reveal = (text: string): string => text.replace(hidden, (c) => (c === '\n' || c === '\t' ? c : c === '\r' ? '' : sign(c)));

/** A token's text in the readout: every character visible, line breaks and spaces too; an empty token is `∅`. */
export const exactly = (text: string): string =>
  text === ''
    ? '∅'
    : text
        .replace(/[\n\t\r]/g, (c) => ({ '\n': '↵', '\t': '⇥' })[c] ?? '␍')
        .replace(hidden, sign)
        .replace(/[\u200c\u200d]/g, sign)
        .replace(/ /g, '·')
        .replace(/[\u00a0\u2000-\u200a\u202f\u3000]/g, sign);
