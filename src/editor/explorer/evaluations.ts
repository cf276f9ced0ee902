/** Where evaluations belong. Pure. */
import { isEvaluation } from '../../core/methods.js';
import type { RunSummary } from '../../store/views.js';

/**
 * The run whose checkpoint an evaluation tests, and beneath which it is listed: no experiment of a person's made it.
 * @returns null for what trains, and where the tested run is not (or no longer) here or itself an evaluation: those stand for themselves
 */
export function evaluatedBy<R extends Pick<RunSummary, 'method' | 'parent'>>(run: R, runs: ReadonlyMap<string, R>): R | null {
  if (!isEvaluation(run.method) || !run.parent) return null;
  const tested = runs.get(run.parent.run);
  return tested && !isEvaluation(tested.method) ? tested : null;
}
