import { gradeSolution, type Grade } from '../grading/grade.js';
import type { Explorer } from './methods/method.js';
import type { Sample, Sequence } from './model/policy.js';
import { rewardFunction, type Reward } from './rewards.js';
import type { Task } from './tasks/task.js';
import { decode, endToken, promptTokens } from './tokenizer.js';

/** One output of the sampling policy, graded. */
export interface SampledSolution {
  sequence: Sequence;
  sample: Sample;
  text: string;
  /** End offset of each token in the text (UTF-16 code units). */
  ends: number[];
  grade: Grade;
  reward: Reward;
}

/** The G solutions of one question. */
export interface SampledGroup<S extends SampledSolution = SampledSolution> {
  task: Task;
  solutions: S[];
}

/** Samples G outputs o_i ~ π_θ(·|q) for the next questions, grades and rewards them. */
export async function sampleGroups(e: Explorer, size: number): Promise<SampledGroup[]> {
  const { sampling, reward } = e.experiment;
  const rewarded = rewardFunction(reward, sampling.max_tokens);
  const tasks = Array.from({ length: sampling.questions_per_step }, e.nextTask);
  const prompts = tasks.flatMap((t) => Array.from({ length: size }, () => promptTokens(t.question)));
  const samples = await e.phase('sample', () =>
    e.policy.sample(prompts, { maxTokens: sampling.max_tokens, temperature: sampling.temperature, endToken, random: e.random }),
  );
  return e.phase('grade', () =>
    tasks.map((task, q) => ({
      task,
      solutions: samples.slice(q * size, (q + 1) * size).map((sample, i): SampledSolution => {
        const { text, ends } = decode(sample.tokens);
        const grade = gradeSolution(text, task.answer, { evaluated: true });
        const sequence = { prompt: prompts[q * size + i], response: sample.tokens };
        return { sequence, sample, text, ends, grade, reward: rewarded({ text, length: sample.tokens.length, grade }) };
      }),
    })),
  );
}
