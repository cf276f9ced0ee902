/** What may have gone wrong in a solution, as lists are narrowed to it. */
export const failures = ['errors', 'tool-failures', 'truncated', 'wrong-paid'] as const;
export type Failure = (typeof failures)[number];

/** As a condition in a sentence: `16 groups with errors`. */
export const failureWords: Record<Failure, string> = {
  errors: 'with errors',
  'tool-failures': 'with tool failures',
  truncated: 'truncated',
  'wrong-paid': 'with a wrong answer paid',
};

/** Solutions of a group that have each; null: none is known to have it, and of some it is not known. */
export type FailureCounts = Record<Failure, number | null>;

/** Groups of a step with a solution that has it, and groups of which it is not known. */
export interface FailingGroups {
  groups: number;
  unknown: number;
}

/** As a name: `tool failures`. */
export const failureName = (failure: Failure): string => failure.replace('-', ' ');
