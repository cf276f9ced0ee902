/** What groups of a step are narrowed to, with the number of groups that have it: as the store counted the whole step. Pure. */
import { failureName, failures, type Failure } from '../../src/core/failures.js';
import { count } from '../../src/core/format.js';
import type { StepSummary } from '../../src/store/views.js';

export interface FailureChip {
  failure: Failure;
  name: string;
  /** Groups that have it; `–` where none is known to and of some it is not known. */
  number: string;
  /** None is known to have it: there is nothing to narrow to. */
  empty: boolean;
  title: string;
}

const meanings: Record<Failure, string> = {
  errors: 'At least one episode ended with an error',
  'tool-failures': 'At least one tool answered that it failed',
  truncated: 'At least one solution was cut at the token limit',
  'wrong-paid': 'At least one solution is wrong and has a reward above 0',
};

/** Without those that no group of the step has, unless they are chosen. */
export const failureChips = ({ groups, failures: counts }: StepSummary, chosen: readonly Failure[]): FailureChip[] =>
  failures.flatMap((failure): FailureChip[] => {
    const { groups: found, unknown } = counts[failure];
    if (found === 0 && unknown === 0 && !chosen.includes(failure)) return [];
    const left =
      unknown === 0
        ? ''
        : `. ${unknown === groups ? 'It was not recorded' : `Of ${count(unknown, 'group')} it is not known`}${found === 0 ? '' : ': there may be more'}`;
    return [
      {
        failure,
        name: failureName(failure),
        number: found === 0 && unknown > 0 ? '–' : found.toLocaleString('en-US'),
        empty: found === 0,
        title: `${meanings[failure]}${left}`,
      },
    ];
  });
