/** What the rows of a step add up to. */
import type { GroupSummary } from '../store/views.js';
import { count } from '../core/format.js';

export interface GroupCounts {
  /** `16 questions, 8 solutions each`, or how many questions and solutions where sizes differ. */
  shape: string;
  /** Over all solutions with a reward: from the groups' means and spreads, E[r] and E[r²] = std² + mean². */
  rewardMean: number | null;
  rewardStd: number | null;
}

export function groupCounts(groups: readonly GroupSummary[]): GroupCounts {
  let [solutions, rewarded, sum, squares] = [0, 0, 0, 0];
  for (const { size, rewardMean, rewardStd } of groups) {
    solutions += size;
    if (rewardMean === null || rewardStd === null) continue;
    rewarded += size;
    sum += rewardMean * size;
    squares += (rewardStd ** 2 + rewardMean ** 2) * size;
  }
  const first = groups.at(0)?.size;
  const questions = count(groups.length, 'question');
  const shape = groups.every((g) => g.size === first)
    ? `${questions}, ${count(first ?? 0, 'solution')} each`
    : `${questions}, ${count(solutions, 'solution')}`;
  if (rewarded === 0) return { shape, rewardMean: null, rewardStd: null };
  const mean = sum / rewarded;
  return { shape, rewardMean: mean, rewardStd: Math.sqrt(Math.max(0, squares / rewarded - mean ** 2)) };
}

/** Whether a number that the trainer told of a step is of something else than its rows: a hundredth is left to rounding. */
export const tellsOtherwise = (stated: number | null, counted: number | null): boolean =>
  stated !== null && counted !== null && Math.abs(stated - counted) > 0.01 * Math.max(Math.abs(stated), Math.abs(counted));
