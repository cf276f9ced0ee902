/** What is said of advantages as they would be, on pages and in the terminal alike. */
import type { VerdictPay } from '../core/advantageWhatIf.js';
import { count } from '../core/format.js';
import type { StepWhatIf } from '../core/stepWhatIf.js';

/** `The checker’s verdicts take the place of “correct”: 1 where right, 0 where wrong.` */
export const payText = ({ term, right, wrong }: VerdictPay, number: (value: number) => string): string =>
  `The checker’s verdicts take the place of ${term === null ? 'the whole reward' : `“${term}”`}: ${number(right)} where right, ${number(wrong)} where wrong, as the run’s own verdicts are paid in this step.`;

/** @param undecided verdicts in the step */
export const undecidedText = (undecided: number): string =>
  undecided === 0 ? '' : ` ${count(undecided, 'verdict is', 'verdicts are')} undecided, and paid as wrong.`;

/** Groups of which nothing follows, and why. */
export const leftTexts = ({ ungraded, left }: StepWhatIf): string[] => [
  ...(ungraded > 0 ? [`${count(ungraded, 'group was', 'groups were')} not graded by this checker, or not wholly.`] : []),
  ...(left > 0 ? [`${count(left, 'group')} could not be computed anew: rewards are missing, or are no sum of their terms.`] : []),
];
