/** A step in numbers: counted from the rows below, and what the trainer told besides. */
import type { GroupSummary, StepSummary } from '../store/views.js';
import { count, meanStd, significant } from '../core/format.js';
import { groupCounts, tellsOtherwise } from './groupCounts.js';

/** A number that the header of a step says, and how it is to be read. */
export interface StepFact {
  label: string;
  value: string;
  title?: string;
}

/** @param narrowed only some of the groups are listed: the numbers are then those of the whole step */
export function stepFacts(step: StepSummary, groups: readonly GroupSummary[], narrowed: boolean): StepFact[] {
  if (narrowed) return wholeStep(step);
  const trained = groups.filter((g) => g.split === null);
  const heldOut = groups.filter((g) => g.split !== null);
  const main = trained.length > 0 ? trained : heldOut;
  const { shape, rewardMean, rewardStd } = groupCounts(main);
  const facts: StepFact[] = [
    { label: 'asked', value: shape },
    { label: 'reward', value: meanStd(rewardMean, rewardStd), title: 'Mean and standard deviation over the solutions of the rows below' },
  ];
  if (trained.length > 0 && heldOut.length > 0) {
    const other = groupCounts(heldOut);
    facts.push({
      label: 'evaluation',
      value: `${other.shape}, ${meanStd(other.rewardMean, other.rewardStd)}`,
      title: 'Counted apart: rows of an evaluation, not trained on',
    });
  }
  // Without rows that were trained on, what the trainer told is of solutions that are not here.
  if (tellsOtherwise(step.rewardMean, rewardMean))
    facts.push({
      label: trained.length > 0 ? 'told by the trainer' : 'reward in training',
      value: meanStd(step.rewardMean, step.rewardStd),
      title:
        trained.length > 0
          ? 'The trainer recorded another reward for this step: of solutions that are not (or not all) among these rows, or counted otherwise'
          : 'What the trainer recorded for the solutions it trained on, which are not among these rows',
    });
  if (step.kl !== null && trained.length > 0) facts.push({ label: 'KL', value: significant(step.kl) });
  return facts;
}

const wholeStep = ({ groups, solutions, rewardMean, rewardStd, countedMean, kl }: StepSummary): StepFact[] => [
  { label: 'asked', value: `${count(groups, 'question')}, ${count(solutions, 'solution')}`, title: 'In the whole step' },
  ...(tellsOtherwise(rewardMean, countedMean)
    ? [
        { label: 'reward', value: significant(countedMean), title: 'Mean over the solutions of the whole step' },
        {
          label: 'told by the trainer',
          value: meanStd(rewardMean, rewardStd),
          title: 'Of solutions that are not (or not all) among those of the step',
        },
      ]
    : [{ label: 'reward', value: meanStd(rewardMean, rewardStd), title: 'Mean and standard deviation over the whole step' }]),
  ...(kl === null ? [] : [{ label: 'KL', value: significant(kl) }]),
];
