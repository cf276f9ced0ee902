import type { Grade } from '../grading/grade.js';
import type { Evaluator } from './evaluate.js';
import type { Explorer } from './methods/method.js';
import type { Policy, Sequence } from './model/policy.js';
import { rewardFunction, type Reward } from './rewards.js';
import { stepEnds } from './steps.js';
import { gradeTask } from './tasks/gradeTask.js';
import type { Task } from './tasks/task.js';
import { decode, endToken, promptTokens } from './tokenizer.js';
import { writeResponses, type ModelResponse } from './tools/responses.js';

/** One output of a sampling policy, graded. */
export interface SampledSolution {
  sequence: Sequence;
  sample: ModelResponse;
  text: string;
  /** End offset of each token in the text (UTF-16 code units). */
  ends: number[];
  grade: Grade;
  reward: Reward;
  /** 1 for each token that the policy wrote, 0 for a tool's output; it wrote all of them when left out. */
  own?: Uint8Array;
  /** What a process reward model says of each step (a probability), and the step's last token (0-based). */
  steps?: { ends: number[]; rewards: number[] };
}

/** The G solutions of one question. */
export interface SampledGroup<S extends SampledSolution = SampledSolution> {
  task: Task;
  solutions: S[];
}

export const isRight = (s: Pick<SampledSolution, 'grade'>): boolean => s.grade.verdict === 'equal';

/** A question's solutions, not rewarded yet. */
export interface WrittenGroup {
  task: Task;
  solutions: Written[];
}

/** Samples G outputs for each of the next questions, grades and rewards them. @param sampler π_θ, or whatever the method learns from */
export async function sampleGroups(e: Explorer, sampler: Policy, size: number): Promise<SampledGroup[]> {
  const tasks = Array.from({ length: e.experiment.sampling.questions_per_step }, e.nextTask);
  return sampleTasks(e, sampler, tasks, size);
}

/** The same for given questions. */
export async function sampleTasks(e: Explorer, sampler: Policy, tasks: readonly Task[], size: number): Promise<SampledGroup[]> {
  const { max_tokens: maxTokens, temperature } = e.experiment.sampling;
  const groups = await writeSolutions({ ...e, policy: sampler, maxTokens }, tasks, { size, temperature });
  const solutions = await e.phase('grade', () =>
    rewarded(
      e,
      groups.flatMap((g) => g.solutions),
    ),
  );
  return tasks.map((task, q) => ({ task, solutions: solutions.slice(q * size, (q + 1) * size) }));
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
  { policy, maxTokens, random, phase }: Evaluator,
  tasks: readonly Task[],
  { size, temperature, prompt = ({ question }) => promptTokens(question), answerLength }: WriteOptions,
): Promise<WrittenGroup[]> {
  const prompts = tasks.flatMap((t) => Array.from({ length: size }, () => prompt(t)));
  const options = { maxTokens, temperature, endToken, random, tools: tasks.some((t) => t.tools) };
  const samples = await phase('sample', () => writeResponses(policy, prompts, options));
  return phase('grade', () =>
    tasks.map((task, q) => ({
      task,
      solutions: samples.slice(q * size, (q + 1) * size).map((whole, i): Written => {
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

type Written = Omit<SampledSolution, 'reward' | 'steps'>;

/**
 * Every solution with its reward, and where a process reward model judges, with what it says of each step.
 * A model that is being trained is asked too, but what it says counts for nothing.
 */
async function rewarded(e: Explorer, written: readonly Written[]): Promise<SampledSolution[]> {
  const { reward, sampling } = e.experiment;
  const rewardOf = rewardFunction(reward, sampling.max_tokens);
  const { rewardModel } = e;
  const sequences = written.map((s) => s.sequence);
  const ends = written.map(stepEnds);
  const scores = await rewardModel?.scores(sequences, ends);
  const said = scores?.map((score) => rewardModel!.probability(score));
  const stepwise = rewardModel?.kind === 'process' ? await rewardModel.steps(sequences, ends) : undefined;
  return written.map((s, i): SampledSolution => {
    const total = rewardOf({ text: s.text, length: s.sequence.response.length, grade: s.grade, ...(said && { model: said[i] }) });
    const listed = reward.some((r) => r.term === 'reward_model');
    const terms = said && !listed ? { ...total.terms, reward_model: said[i] } : total.terms;
    const solution = { ...s, reward: { ...total, terms } };
    return stepwise ? { ...solution, steps: { ends: ends[i], rewards: stepwise[i] } } : solution;
  });
}
