/** A multiple-choice answer. */
export interface Choice {
  letter: string;
  /** The option's text that stands beside the letter. */
  content: string;
  /** Written as only choices are: (C), C., C: 12. A single letter may be a variable. */
  sure: boolean;
}

const wrapped = /^\(?\s*([A-J])\s*\)?[.:]?$/;
const withContent = /^(?:\(\s*([A-J])\s*\)|([A-J])\s*[.):])\s*(\S[^]*)$/;

/** @returns undefined when the text is no choice */
export function choiceOf(text: string): Choice | undefined {
  if (text.length > 300) return undefined;
  const plain = text
    .replace(/\$|\\(?:text|textbf|mathrm|mathbf|mbox|textnormal)\s*(?=\{)|\\[()[\], ;]|[{}*]/g, '')
    .replace(/^\s*(?:option|choice|answer)\s+/i, '')
    .trim();
  const letter = wrapped.exec(plain);
  if (letter) return { letter: letter[1], content: '', sure: plain.length > 1 };
  const found = withContent.exec(plain);
  // A list of letters, or a product (A)(B), is no choice with content.
  if (!found || /^[=,+\-*^_/]/.test(found[3]) || /^[A-J]\s*[.):]\s*[A-J]\b/.test(plain)) return undefined;
  return { letter: found[1] || found[2], content: found[3], sure: true };
}

/** The option's text without its letter, to compare with a side that gives no letter. */
export function withoutChoice(text: string): string | undefined {
  const stripped = text.replace(/^[\s$]*(?:\\text(?:bf)?\s*\{)?\s*(?:\(\s*[A-J]\s*\)|[A-J]\s*[.):])\s*\}?(?:\\[,; ]|\\quad|~|\s)*/, '');
  return stripped !== text && stripped.trim() !== '' ? stripped : undefined;
}
