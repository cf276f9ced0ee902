import { encode } from '../tokenizer.js';
import type { Demonstration } from './task.js';

/** What a base model continues: each question with its solution, a blank line between them, and the question to answer. */
export const fewShotPrompt = (demonstrations: readonly Demonstration[], question: string): string =>
  [...demonstrations.map((d) => `${d.question}\n${d.response}\n`), question].join('\n');

const newline = encode('\n')[0];

/**
 * Where an answer to such a prompt ends: a base model goes on with a blank line and a question of its own.
 * @returns how many tokens belong to the answer: all before the first blank line
 */
export function answerLength(tokens: readonly number[]): number {
  const blank = tokens.findIndex((token, i) => token === newline && tokens[i + 1] === newline);
  return blank < 0 ? tokens.length : blank;
}
