import { sampleTasks } from './methods/sampleGroups.js';
import { isRight } from './samples.js';
import { pairAccuracy, plattScaling, reliability } from '../core/platt.js';
import type { Explorer } from './methods/method.js';
import { pairsOf } from './methods/pairs.js';
import type { RewardModel } from './rewardModel.js';
import { stepEnds } from './stepEnds.js';
import type { Task } from './tasks/task.js';

export interface RewardModelScores {
  /** Share of the pairs of a right and a wrong solution of one question that are scored in that order. */
  accuracy: number;
  /** At least 1, as a benchmark has something to count; without a pair the accuracy is 0. */
  pairs: number;
  /** Expected calibration error over ten bins, of probabilities fitted on the other half of the questions. */
  calibrationError: number;
}

/** Solutions per question. */
const samples = 4;

/**
 * Samples solutions of questions that training has not seen and looks how a reward model orders them. Its probabilities are
 * fitted anew to what it says now: to half of the questions to measure them on the other half, then to all.
 */
export async function evaluateRewardModel(e: Explorer, rewardModel: RewardModel, tasks: readonly Task[]): Promise<RewardModelScores> {
  const groups = await sampleTasks({ ...e, rewardModel: undefined }, e.policy, tasks, samples);
  const all = groups.flatMap((g) => g.solutions);
  const sequences = all.map((s) => s.sequence);
  const scores = await rewardModel.scores(sequences, all.map(stepEnds));
  const labels = all.map(isRight);
  const pairs = pairsOf(groups);

  const half = samples * Math.ceil(tasks.length / 2);
  rewardModel.calibration = plattScaling(scores.slice(0, half), labels.slice(0, half));
  const later = scores.slice(half).map((score) => rewardModel.probability(score));
  const { error } = reliability(later, labels.slice(half), 10);
  rewardModel.calibration = plattScaling(scores, labels);
  const of = (side: 0 | 1) => pairs.map((pair) => scores[pair[side]]);
  return { accuracy: pairAccuracy(of(0), of(1)), pairs: Math.max(1, pairs.length), calibrationError: error };
}
