import { share } from './stats.js';

/** Whether a step that leads to the right answer sometimes counts as right (`hard`), or by how often it does (`soft`). */
export type StepEstimate = 'hard' | 'soft';

/**
 * Labels of the steps of one solution without annotators: from each step, the solution is completed N times, and the step is as good
 * as its completions are.
 * - `hard`: 1 if any of the N completions reaches the right answer, else 0. Source: equation 3.
 * - `soft`: the share of the completions that reach it. Source: equation 4.
 * @param completions completions[j][n]: whether completion n from the end of step j reached the right answer. The end of a finished
 * solution has one completion, the solution itself.
 * @returns one label in [0, 1] per step
 * @throws RangeError where a step was never completed
 * Source: Wang et al., Math-Shepherd (arXiv 2312.08935), section 3.3.
 */
export function stepLabels(completions: readonly (readonly boolean[])[], estimate: StepEstimate): number[] {
  return completions.map((outcomes, step) => {
    if (outcomes.length === 0) throw new RangeError(`Step ${step} was never completed: it has no label.`);
    if (estimate === 'soft') return share(outcomes, (reached) => reached);
    return outcomes.includes(true) ? 1 : 0;
  });
}
