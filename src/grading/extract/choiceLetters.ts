import type { Span } from './extraction.js';

/** Why a letter is a choice and no variable, article or initial: what follows it. */
const atStart =
  /(?:(?:option|choice|answer|选项)\s{0,3})?(?:\\(?:text|textbf|mathrm|mathbf)\s?\{\s?)?[([（【]?\s?([A-J]{1,4})(?:\s?[)\]）】}](?!\w)|(?=\s*(?:$|[\n.,;:*。，、；|"'”]|\$|<|(?:because|since|as|which|is|are|for|by|so)\b)))/y;

/** The letter or letters of a choice that a statement begins with: "(B)", "B.", "B because …", "option C". */
export function choiceAt(text: string, index: number): Span | undefined {
  atStart.lastIndex = index;
  const found = atStart.exec(text);
  // A word in capitals or a letter that an operator follows is another answer.
  if (!found || (found[1].length > 1 && new Set(found[1]).size < found[1].length)) return undefined;
  const at = index + found[0].indexOf(found[1], found[0].search(/[([（【{\s]*[A-J]{1,4}(?:\s?[)\]）】}]|$)/));
  return [at, at + found[1].length];
}

const single = /(?<![A-Za-z\d\\'’_^{])([A-J])(?![A-Za-z\d'’_^(])(?!\s*(?:[-+=/<>]|\*(?!\*))|\s+[a-z])/g;

/** The last capital letter that stands for itself. */
export function lastChoice(text: string): Span | undefined {
  const found = [...text.matchAll(single)].at(-1);
  return found && [found.index, found.index + 1];
}
