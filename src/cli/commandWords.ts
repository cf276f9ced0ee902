import { tryJson } from '../core/tryJson.js';
import { CliError, exit } from './exit.js';

/**
 * A program and its arguments as a person writes them in one option, without a shell: words between white space, quotes
 * around what holds some. A list in JSON is taken as it is.
 * @throws CliError when a quote is left open or nothing is named
 */
export function commandWords(text: string): string[] {
  const words = text.trimStart().startsWith('[') ? fromJson(text) : fromWords(text);
  if (words.length === 0 || words[0] === '') throw new CliError(`"${text}" names no program.`, exit.usage);
  return words;
}

function fromWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (const c of text) {
    if (quote !== '') {
      if (c === quote) quote = '';
      else word = `${word ?? ''}${c}`;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${c}`;
  }
  if (quote !== '') throw new CliError(`A ${quote} is not closed in: ${text}`, exit.usage);
  if (word !== undefined) words.push(word);
  return words;
}

function fromJson(text: string): string[] {
  const list = tryJson(text);
  if (Array.isArray(list) && list.every((w) => typeof w === 'string')) return list;
  throw new CliError(`${text} is not a list of words in JSON, like ["python", "check.py"].`, exit.usage);
}
