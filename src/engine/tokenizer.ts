/** Character-level tokens: fixed for ever, since checkpoints hold an embedding for each. */
const alphabet = "\n 0123456789abcdefghijklmnopqrstuvwxyzABCEHJLMSTWZ.,?!+-*/=()%$':";

/** Special tokens come first; they have no text. */
export const padToken = 0;
export const startToken = 1;
export const endToken = 2;
const specials = 3;

const characters = Array.from(alphabet);
const ids = new Map(characters.map((c, i) => [c, i + specials]));

/** Number of token ids. */
export const vocabulary = characters.length + specials;

/** @throws Error naming the first character that has no token */
export function encode(text: string): number[] {
  return Array.from(text, (c) => {
    const id = ids.get(c);
    if (id === undefined) throw new Error(`The tokenizer has no token for ${JSON.stringify(c)} in ${JSON.stringify(text.slice(0, 80))}.`);
    return id;
  });
}

/** What the policy continues: start, question, line break. */
export const promptTokens = (question: string): number[] => [startToken, ...encode(`${question}\n`)];

/** A demonstration of a whole response: text, end. */
export const responseTokens = (text: string): number[] => [...encode(text), endToken];

/**
 * @returns the text, and the end offset of each token's text in it (UTF-16 code units); special tokens are empty
 */
export function decode(tokens: readonly number[]): { text: string; ends: number[] } {
  let text = '';
  const ends = tokens.map((id) => {
    text += characters[id - specials] ?? '';
    return text.length;
  });
  return { text, ends };
}
