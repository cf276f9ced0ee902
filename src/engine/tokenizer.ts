/**
 * Character-level tokens, fixed for ever, since checkpoints hold an embedding for each: printable ASCII and the Chinese
 * characters of the task generators. The lines that fence programs and their outputs are a token each, so that sampling can
 * stop behind a program.
 */
export const programFence = '```python\n';
export const outputFence = '```output\n';
export const closingFence = '```\n';
const fences = [programFence, outputFence, closingFence];
const ascii = Array.from({ length: 0x7f - 0x20 }, (_, i) => String.fromCharCode(0x20 + i));
const chinese =
  '×÷、。，：？一三下东个丽书买了人们倍元全共几分刚到剩千华卖卡又友只周在均多大它宽小少己平张形把支数方时明是有朋本朵果案每比汽灰点片现留白的盒离积程笔答算箱米糖红终给自花苹蛋行袋要计车还送铅长面颗鸡黄兔';

/** Special tokens come first; they have no text. */
export const padToken = 0;
export const startToken = 1;
export const endToken = 2;
/** Stands for any character that has no token of its own. */
export const unknownToken = 3;
const specials = 4;

const pieces = [...fences, '\n', ...ascii, ...Array.from(chinese)];
const ids = new Map(pieces.map((piece, i) => [piece, i + specials]));

/** Number of token ids. */
export const vocabulary = pieces.length + specials;

/** What runs a program that has just been written. */
export const closingToken = ids.get(closingFence)!;
export const programToken = ids.get(programFence)!;
export const outputToken = ids.get(outputFence)!;

const unit = new RegExp(`${fences.join('|')}|[^]`, 'gu');

/** Every text has tokens: a character that is in no piece becomes the unknown token. */
export const encode = (text: string): number[] => (text.match(unit) ?? []).map((piece) => ids.get(piece) ?? unknownToken);

/** What the policy continues: start, question, line break. */
export const promptTokens = (question: string): number[] => [startToken, ...encode(`${question}\n`)];

/** A demonstration of a whole response: text, end. */
export const responseTokens = (text: string): number[] => [...encode(text), endToken];

/**
 * @returns the text, and the end offset of each token's text in it (UTF-16 code units); special tokens are empty, but an
 * unknown one is the replacement character
 */
export function decode(tokens: readonly number[]): { text: string; ends: number[] } {
  let text = '';
  const ends = tokens.map((id) => {
    text += id === unknownToken ? '\uFFFD' : (pieces[id - specials] ?? '');
    return text.length;
  });
  return { text, ends };
}
