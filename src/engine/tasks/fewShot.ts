import type { Demonstration } from './task.js';

/** What a base model continues: each question with its solution, a blank line between them, and the question to answer. */
export const fewShotPrompt = (demonstrations: readonly Demonstration[], question: string): string =>
  [...demonstrations.map((d) => `${d.question}\n${d.response}\n`), question].join('\n');
