import { sampleTasks } from './methods/sampleGroups.js';
import { isRight } from './samples.js';
import { calibrated, pairAccuracy, plattScaling, reliability, type Calibration } from '../core/platt.js';
import type { Explorer } from './methods/method.js';
import { pairsAmong } from './methods/pairs.js';
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
  /** How a raw score becomes a probability, fitted to all of them. */
  calibration: Calibration;
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
  const scores = await rewardModel.scores(
    all.map((s) => s.sequence),
    all.map(stepEnds),
  );
  const judged = scoredGroups(scores, all.map(isRight), samples);
  rewardModel.calibration = judged.calibration;
  return judged;
}

/**
 * What raw scores are worth that a reward model has given to solutions.
 * @param size solutions of each question, which stand together
 */
export function scoredGroups(scores: readonly number[], labels: readonly boolean[], size: number): RewardModelScores {
  const half = size * Math.ceil(labels.length / size / 2);
  const ofHalf = plattScaling(scores.slice(0, half), labels.slice(0, half));
  const later = scores.slice(half).map((score) => calibrated(score, ofHalf));
  const { error } = reliability(later, labels.slice(half), 10);
  const pairs = pairsAmong(groupedBy(size, labels));
  const of = (side: 0 | 1) => pairs.map((pair) => scores[pair[side]]);
  return {
    accuracy: pairAccuracy(of(0), of(1)),
    pairs: Math.max(1, pairs.length),
    calibrationError: error,
    calibration: plattScaling(scores, labels),
  };
}

const groupedBy = (size: number, labels: readonly boolean[]): boolean[][] =>
  Array.from({ length: Math.ceil(labels.length / size) }, (_, i) => labels.slice(i * size, (i + 1) * size));
