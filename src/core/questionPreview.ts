/**
 * What a row shows of a question: not its beginning where that says little (a system prompt, instructions with which other questions of the
 * step begin, too), but the part in which it differs from them. Pure.
 */
export interface QuestionPreview {
  /** At most 200 characters, from the first one that is shown on; begins with "…" when some before it are left out. */
  text: string;
  /** Characters of the question before the text that are left out. */
  skipped: number;
}

const mostShown = 200;
/** Two questions with this many equal characters at the beginning look the same in a row, however wide it is. */
const alike = 80;
/**
 * A preview begins at most this many characters before the point where questions start to differ: at a line or a sentence, else at a word.
 */
const leadIn = 60;
const shortest = 5;

/** The first `length` UTF-16 code units of a text, or one less where that would split a character. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');

/** A text of more than `limit` UTF-16 code units without its end, which `…` stands for. */
export const abridged = (text: string, limit: number): string => (text.length > limit ? `${cut(text, limit - 1)}…` : text);

/** A text on one line, cut to `limit` characters. */
export const oneLine = (text: string, limit: number): string => abridged(text.replace(/\s+/g, ' ').trim(), limit);

/** For a tooltip: what the preview leaves out; '' when it leaves out nothing. */
export const skippedText = ({ skipped }: QuestionPreview): string =>
  skipped === 0
    ? ''
    : `The first ${skipped.toLocaleString('en-US')} characters are left out: turns before the last question, or what other questions of this step begin with too.`;

/**
 * What a row shows of a question.
 * @param skipped from `skippedStarts`; when left out, the preview begins with the last user turn
 */
export function questionPreview(question: string, skipped?: number): QuestionPreview {
  const { start, end } = userTurn(question);
  const from = skipped ?? start;
  const text = question.slice(from, Math.max(from, end));
  return { text: `${from > 0 ? '…' : ''}${cut(text, mostShown)}`, skipped: from };
}

/** Whether a question is so short that it is shown whole, whatever the other questions of its step are. */
export const staysWhole = (question: string): boolean => question.length <= alike && !conversation.test(question);

/**
 * How many characters at the beginning of each question are no part of its preview: what comes before the last user turn of a
 * conversation, and then what other questions begin with too, as far as they would look alike.
 */
export function skippedStarts(questions: readonly string[]): number[] {
  const turns = questions.map(userTurn);
  const userTexts = questions.map((q, i) => q.slice(turns[i].start, turns[i].end));
  const sorted = [...new Set(userTexts)].sort();
  const shared = new Map<string, number>();
  const common = sorted.slice(1).map((text, i) => commonStart(sorted[i], text));
  const narrow = (from: number, to: number, start: number): void => {
    for (let first = from; first < to; first++) {
      let last = first;
      while (last < to && common[last] >= start + alike) last++;
      if (last === first) continue;
      let length = Infinity;
      for (let i = first; i < last; i++) length = Math.min(length, common[i]);
      for (let i = first; i <= last; i++) shared.set(sorted[i], length);
      narrow(first, last, length);
      first = last;
    }
  };
  narrow(0, sorted.length - 1, 0);
  return userTexts.map((text, i) => turns[i].start + legibleStart(text, shared.get(text) ?? 0));
}

function commonStart(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** Where to begin near `at`, so that what stands there can be read: at a line, a sentence, or a word. */
function legibleStart(text: string, at: number): number {
  if (at === 0) return 0;
  const from = Math.max(0, at - leadIn);
  const before = text.slice(from, at);
  const next = /[.?!:;]$/.test(before) ? (/^\s+(?=\S)/.exec(text.slice(at, at + leadIn))?.[0].length ?? 0) : 0;
  const line = before.lastIndexOf('\n') + 1;
  const sentence = /^.*[.?!:;]\s+/s.exec(before)?.[0].length ?? 0;
  const word = /^.*\s/s.exec(before)?.[0].length ?? 0;
  const start = next > 0 ? at + next : from + (line || sentence || word || before.length);
  // A word or two at the very end of a question say nothing alone.
  const legible = text.length - start > shortest ? start : from + (/^\S*\s/.exec(before)?.[0].length ?? 0);
  // Not between the two halves of a character.
  return (text.charCodeAt(legible) & 0xfc00) === 0xdc00 ? legible - 1 : legible;
}

const role = '(system|developer|user|human|assistant|model|tool|ipython)';
/** What a turn begins with: `user: `, a role on a line of its own, or the marks of a chat template. */
const opening = `(?:<\\|im_start\\|>|<\\|start_header_id\\|>|<start_of_turn>)?${role}(?:<\\|end_header_id\\|>|:(?=\\s)|(?=\\r?\\n))`;
const conversation = new RegExp(`^(?:<\\|begin_of_text\\|>|<bos>|<s>)?\\s*${opening}`, 'i');
const turn = new RegExp(`(?:^|<\\|eot_id\\|>|<\\|begin_of_text\\|>|<bos>|<s>)${opening}`, 'gim');

/** What closes a turn: marks of a template, and the space around them. */
const closing = /(?:\s|<\|im_end\|>|<\|eot_id\|>|<end_of_turn>|<\/s>)+$/;

/** @returns where the text of the last user turn stands; all of it when the question is no conversation, or that turn holds no text */
export function userTurn(question: string): { start: number; end: number } {
  const whole = { start: 0, end: question.length };
  if (!conversation.test(question)) return whole;
  const turns = [...question.matchAll(turn)];
  const last = turns.findLastIndex(([, who]) => /^(?:user|human)$/i.test(who));
  if (last < 0) return whole;
  const start = turns[last].index + turns[last][0].length;
  const text = question.slice(start, turns.at(last + 1)?.index).replace(closing, '');
  if (text.replace(/<[^>]*>/g, '').trim() === '') return whole;
  return { start: start + text.length - text.trimStart().length, end: start + text.length };
}
