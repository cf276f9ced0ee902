/** Longer than this, what stands between two answers is a text of its own. */
const longest = 80;

const pieces = [
  String.raw`\s`,
  '[,;&~$、，；]',
  String.raw`\\[()[\],;:! \\]`,
  String.raw`\\q?quad(?![A-Za-z])`,
  String.raw`\\(?:text|textrm|textbf|mathrm|mbox)\s?\{\s*(?:and|or|,|;|和|或)?\s*\}`,
  String.raw`(?:and|or)(?![A-Za-z])`,
  '和|或|与|及|以及|且',
  // The name of what comes next: "y_2 =", "f(x) =".
  String.raw`[A-Za-z](?:_(?:\w|\{\w{1,8}\}))?(?:\([A-Za-z]\))?\s{0,2}=`,
];
const onlyConnectives = new RegExp(`^(?:${pieces.join('|')})*$`);
const connective = /[,;&、，；和或与及且]|\b(?:and|or)\b/;
const explicit = /[和或与及且]|(?:^|[^A-Za-z\\])(?:and|or)(?![A-Za-z])/;

/** Whether two answers on either side of this text are one answer: it holds no word but "and" or "or", and no new paragraph. */
export function connects(gap: string): boolean {
  return gap.length <= longest && !/\n[ \t]*\n/.test(gap) && onlyConnectives.test(gap);
}

/** Whether such a text says so: by a comma or a word, not by white space alone. */
export const isConnective = (gap: string): boolean => connects(gap) && connective.test(gap);

/** Whether it says so by a word. */
export const isConnectiveWord = (gap: string): boolean => connects(gap) && explicit.test(gap);
