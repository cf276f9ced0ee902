/** A step, summed up. */
import type { FailingGroups, Failure } from '../../core/failures.js';

export interface StepSummary {
  step: number;
  rewardMean: number | null;
  rewardStd: number | null;
  kl: number | null;
  groups: number;
  mixed: number;
  allRight: number;
  allWrong: number;
  solutions: number;
  failures: Record<Failure, FailingGroups>;
}
