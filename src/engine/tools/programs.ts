import { closingToken, closingFence, decode, encode, outputFence, outputToken, programToken } from '../tokenizer.js';
import type { ToolResult } from './python.js';

/** The program that the last token closes; undefined when that closes none. */
export function programAtEnd(tokens: readonly number[]): string | undefined {
  if (tokens.at(-1) !== closingToken) return undefined;
  const body = tokens.slice(0, -1);
  const open = body.findLastIndex((t) => t === programToken || t === outputToken || t === closingToken);
  return body[open] === programToken ? decode(body.slice(open + 1)).text : undefined;
}

/** Of what a program prints the model sees this much: characters. */
const shownCharacters = 400;

/**
 * What the model goes on from: what was printed and what went wrong, between the lines that mark an output. Backticks are not
 * handed on: no program can end its own output and write what looks like the model's words.
 */
export function outputTokens({ stdout, message }: ToolResult): number[] {
  const whole = [stdout.trimEnd(), message]
    .filter((part) => part !== '')
    .join('\n')
    .replaceAll('`', "'");
  const text = whole.length > shownCharacters ? `${whole.slice(0, shownCharacters)}...` : whole;
  return encode(`${outputFence}${text}${text === '' ? '' : '\n'}${closingFence}`);
}

/** 1 for each token of a response that the model wrote, 0 for those of outputs with the lines that mark them; undefined when it wrote all. */
export function ownTokensOf(tokens: readonly number[]): Uint8Array | undefined {
  if (!tokens.includes(outputToken)) return undefined;
  const own = new Uint8Array(tokens.length);
  let inOutput = false;
  tokens.forEach((token, t) => {
    inOutput ||= token === outputToken;
    own[t] = inOutput ? 0 : 1;
    if (token === closingToken) inOutput = false;
  });
  return own;
}
