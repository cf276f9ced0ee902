/** A step, summed up. */
import type { FailingGroups, Failure } from '../../core/failures.js';

export interface StepSummary {
  step: number;
  /** What the trainer told of the step, else what its groups add up to. */
  rewardMean: number | null;
  rewardStd: number | null;
  /** Mean reward over the solutions of its groups: of other solutions than the trainer's where they are of an evaluation, or not all there. */
  countedMean: number | null;
  kl: number | null;
  groups: number;
  mixed: number;
  allRight: number;
  allWrong: number;
  solutions: number;
  failures: Record<Failure, FailingGroups>;
}
