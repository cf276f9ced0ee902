/** A step, summed up. */

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
}
