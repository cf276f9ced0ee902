/** Whether the tokens that an endpoint lists are those that it has written. */

/** A token as it is listed beside the text. */
export interface ListedToken {
  text: string | null;
  logp: number | null;
}

/**
 * llama.cpp lists tokens together that make one character, as the last of them; so a list that is too short belongs to no token.
 * In a stream it lists no end token either, though it counts it: one that is missing is the end where no listed token can be several.
 * @param tokens how many were written; null: the server does not say, and the list is all that is known
 * @param ended whether the model ended by itself, with an end token
 * @returns log π of each token (of all but the end token, where that is not listed); null where the list is not the tokens'
 */
export function tokenRow(listed: readonly ListedToken[], tokens: number | null, ended: boolean): number[] | null {
  const logp = listed.flatMap((t) => t.logp ?? []);
  if (logp.length < listed.length) return null;
  const missing = (tokens ?? logp.length) - logp.length;
  const isTheEnd = missing === 1 && ended && listed.every(({ text }) => text !== null && ascii.test(text));
  return missing === 0 || isTheEnd ? logp : null;
}

/** A token of such a text is one: characters of several tokens lie beyond. */
const ascii = /^\p{ASCII}*$/u;

/**
 * Where each listed token ends in the text.
 * @returns offsets in UTF-16 code units; null where the tokens' texts, one after the other, are not the text
 */
export function tokenEnds(listed: readonly ListedToken[], text: string): number[] | null {
  let at = 0;
  const ends = listed.map((token) => (at += token.text?.length ?? 0));
  return listed.map((token) => token.text ?? '').join('') === text ? ends : null;
}
