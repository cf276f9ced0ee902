import type { StepSummary } from '../store/views.js';
import { failures, failureWords } from '../core/failures.js';
import { meanStd, significant } from '../core/format.js';
import { tellsOtherwise } from './groupCounts.js';

/** `0.71 ± 0.31 · 9 mixed, 5 all right, 2 all wrong · 3 truncated` */
export function stepDescription(s: StepSummary): string {
  const stated = s.rewardMean === null ? '' : meanStd(s.rewardMean, s.rewardStd);
  // The counts are of the groups: theirs first where the trainer speaks of other solutions.
  const reward = tellsOtherwise(s.rewardMean, s.countedMean) ? `${significant(s.countedMean)} in its groups (trainer: ${stated})` : stated;
  const counts = [
    [s.mixed, 'mixed'],
    [s.allRight, 'all right'],
    [s.allWrong, 'all wrong'],
  ] as const;
  const groups = counts.flatMap(([n, what]) => (n > 0 ? [`${n} ${what}`] : [])).join(', ');
  // Where a part of the reward is paid for form, wrong answers are paid in every step: that is for whoever asks.
  const named = failures.filter((f) => f !== 'wrong-paid');
  const failing = named.flatMap((f) => (s.failures[f].groups > 0 ? [`${s.failures[f].groups} ${failureWords[f]}`] : [])).join(', ');
  return [reward, groups, failing].filter(Boolean).join(' · ');
}
