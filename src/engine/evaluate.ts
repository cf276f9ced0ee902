import { checker, gradeSolution } from '../grading/grade.js';
import type { Policy } from './model/policy.js';
import type { Task } from './tasks/task.js';
import { decode, endToken, promptTokens } from './tokenizer.js';

export interface Accuracy {
  /** Fraction correct. */
  value: number;
  /** Questions. */
  n: number;
  checker: string;
}

/** Share of the tasks whose likeliest solution (temperature 0) is right. Draws no random numbers. */
export async function greedyAccuracy(policy: Policy, tasks: readonly Task[], maxTokens: number): Promise<Accuracy> {
  const prompts = tasks.map((t) => promptTokens(t.question));
  const samples = await policy.sample(prompts, { maxTokens, temperature: 0, endToken, random: noRandom });
  const right = samples.filter(
    (s, i) => gradeSolution(decode(s.tokens).text, tasks[i].answer, { evaluated: true }).verdict === 'equal',
  ).length;
  return { value: right / tasks.length, n: tasks.length, checker };
}

function noRandom(): number {
  throw new Error('Greedy decoding drew a random number.');
}
