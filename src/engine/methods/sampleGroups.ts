import { rewardFunction } from '../rewardFunction.js';
import type { Policy } from '../model/policy.js';
import type { SampledGroup, SampledSolution, GradedSolution } from '../samples.js';
import { writeSolutions } from '../sampling.js';
import { stepEnds } from '../stepEnds.js';
import type { Task } from '../tasks/task.js';
import type { Explorer } from './method.js';

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

/**
 * Every solution with its reward, and where a process reward model judges, with what it says of each step.
 * A model that is being trained is asked too, but what it says counts for nothing.
 */
async function rewarded(e: Explorer, written: readonly GradedSolution[]): Promise<SampledSolution[]> {
  const { reward, sampling } = e.experiment;
  const rewardOf = rewardFunction(reward, sampling.max_tokens);
  const { rewardModel } = e;
  const sequences = written.map((s) => s.sequence);
  const ends = written.map(stepEnds);
  const scores = await rewardModel?.scores(sequences, ends);
  const probabilities = scores?.map((score) => rewardModel!.probability(score));
  const stepwise = rewardModel?.kind === 'process' ? await rewardModel.steps(sequences, ends) : undefined;
  return written.map((s, i): SampledSolution => {
    const total = rewardOf({
      text: s.text,
      length: s.sequence.response.length,
      grade: s.grade,
      ...(probabilities && { model: probabilities[i] }),
    });
    const listed = reward.some((r) => r.term === 'reward_model');
    const terms = probabilities && !listed ? { ...total.terms, reward_model: probabilities[i] } : total.terms;
    const solution = { ...s, reward: { ...total, terms } };
    return stepwise ? { ...solution, steps: { ends: ends[i], rewards: stepwise[i] } } : solution;
  });
}
