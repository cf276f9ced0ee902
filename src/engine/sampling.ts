import type { Phase } from './clock.js';
import type { Policy } from './model/policy.js';
import type { GradedGroup, GradedSolution } from './samples.js';
import { gradeTask } from './tasks/gradeTask.js';
import type { Task } from './tasks/task.js';
import { decode, endToken, promptTokens } from './tokenizer.js';
import { writeResponses, type ModelResponse } from './tools/responses.js';

/** What solutions are sampled with. */
export interface Sampler {
  policy: Policy;
  maxTokens: number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Announces a phase and counts its time. */
  phase: <T>(phase: Phase, work: () => T | Promise<T>) => Promise<T>;
}

interface WriteOptions {
  /** Solutions per question. */
  size: number;
  temperature: number;
  /** What the policy continues: the question alone when left out. */
  prompt?: (task: Task) => number[];
  /** How many of the tokens are the answer, where what follows it is something else. All of them when left out. */
  answerLength?: (tokens: readonly number[]) => number;
}

/** Samples solutions of each question and grades them. Temperature 0 draws no random number. */
export async function writeSolutions(
  { policy, maxTokens, random, phase }: Sampler,
  tasks: readonly Task[],
  { size, temperature, prompt = ({ question }) => promptTokens(question), answerLength }: WriteOptions,
): Promise<GradedGroup[]> {
  const prompts = tasks.flatMap((t) => Array.from({ length: size }, () => prompt(t)));
  const options = { maxTokens, temperature, endToken, random, tools: tasks.some((t) => t.tools) };
  const samples = await phase('sample', () => writeResponses(policy, prompts, options));
  return phase('grade', () =>
    tasks.map((task, q) => ({
      task,
      solutions: samples.slice(q * size, (q + 1) * size).map((whole, i): GradedSolution => {
        const sample = answerLength ? shortened(whole, answerLength(whole.tokens)) : whole;
        const { text, ends } = decode(sample.tokens);
        const grade = gradeTask(text, task);
        const { own } = sample;
        return { sequence: { prompt: prompts[q * size + i], response: sample.tokens }, sample, text, ends, grade, ...(own && { own }) };
      }),
    })),
  );
}

function shortened(sample: ModelResponse, length: number): ModelResponse {
  if (length >= sample.tokens.length) return sample;
  const { tokens, logp, entropy, rank, own } = sample;
  const per = { logp: logp.slice(0, length), entropy: entropy.slice(0, length), rank: rank.slice(0, length) };
  return { ...sample, ...per, tokens: tokens.slice(0, length), ...(own && { own: own.slice(0, length) }), finish: 'stop' };
}
