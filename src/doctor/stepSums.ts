import { allEqual } from '../core/stats.js';
import type { ExaminedGroup } from './evidence.js';

/** What the groups of a step add up to: computed once, read by many rules. */
export interface StepSums {
  groups: number;
  solutions: number;
  /** With a reward that is a number. */
  rewarded: number;
  rewardSum: number;
  judged: number;
  right: number;
  /** Groups all of whose rewards are known; those in which they are equal; of these, those with no right and with only right solutions. */
  rewardedGroups: number;
  flat: number;
  flatWrong: number;
  flatRight: number;
  /** Solutions of which it is known how they ended, and those cut at the limit. */
  ended: number;
  truncated: number;
  /** Tokens of all, of right and of wrong solutions, as far as lengths are known, and how many these are. */
  tokens: number;
  measured: number;
  rightTokens: number;
  rightMeasured: number;
  wrongTokens: number;
  wrongMeasured: number;
  /** Sum over groups of distinct answers by solutions, and the groups that have answers. */
  distinctShare: number;
  answered: number;
  errors: number;
}

export const noSums = (): StepSums => ({
  groups: 0,
  solutions: 0,
  rewarded: 0,
  rewardSum: 0,
  judged: 0,
  right: 0,
  rewardedGroups: 0,
  flat: 0,
  flatWrong: 0,
  flatRight: 0,
  ended: 0,
  truncated: 0,
  tokens: 0,
  measured: 0,
  rightTokens: 0,
  rightMeasured: 0,
  wrongTokens: 0,
  wrongMeasured: 0,
  distinctShare: 0,
  answered: 0,
  errors: 0,
});

export function addGroup(sums: StepSums, { solutions }: ExaminedGroup): void {
  const rewards = solutions.flatMap(({ reward }) => (reward !== null && Number.isFinite(reward) ? [reward] : []));
  let right = 0;
  let judged = 0;
  const answers = new Set<string>();
  for (const s of solutions) {
    if (s.correct !== null) {
      judged++;
      if (s.correct) right++;
    }
    if (s.finish !== 'other') sums.ended++;
    if (s.finish === 'length') sums.truncated++;
    if (s.error) sums.errors++;
    if (s.answer !== null) answers.add(s.answer);
    if (s.tokens <= 0) continue;
    sums.tokens += s.tokens;
    sums.measured++;
    if (s.correct === true) {
      sums.rightTokens += s.tokens;
      sums.rightMeasured++;
    } else if (s.correct === false) {
      sums.wrongTokens += s.tokens;
      sums.wrongMeasured++;
    }
  }
  sums.groups++;
  sums.solutions += solutions.length;
  sums.rewarded += rewards.length;
  for (const reward of rewards) sums.rewardSum += reward;
  sums.judged += judged;
  sums.right += right;
  if (answers.size > 0) {
    sums.answered++;
    sums.distinctShare += answers.size / solutions.length;
  }
  // A group of one is compared with nobody.
  if (rewards.length < solutions.length || solutions.length < 2) return;
  sums.rewardedGroups++;
  if (!allEqual(rewards)) return;
  sums.flat++;
  if (judged === solutions.length && right === 0) sums.flatWrong++;
  if (judged === solutions.length && right === judged) sums.flatRight++;
}

const part = (sum: number, of: number): number => (of === 0 ? NaN : sum / of);
/** NaN where nothing of it is known. */
export const rewardMean = (s: StepSums): number => part(s.rewardSum, s.rewarded);
export const accuracy = (s: StepSums): number => part(s.right, s.judged);
export const lengthMean = (s: StepSums): number => part(s.tokens, s.measured);
