/** Beneath which run an evaluation is listed. Pure. */
import { isEvaluation } from '../../core/methods.js';
import type { RunSummary } from '../../store/views.js';

/**
 * The run whose checkpoint an evaluation tests. The evaluation is listed beneath it, because no experiment file of a person's made it.
 * @returns null for a run that trains, and where the tested run is missing or is itself an evaluation: those have rows of their own
 */
export function evaluatedBy<R extends Pick<RunSummary, 'method' | 'parent'>>(run: R, runs: ReadonlyMap<string, R>): R | null {
  if (!isEvaluation(run.method) || !run.parent) return null;
  const tested = runs.get(run.parent.run);
  return tested && !isEvaluation(tested.method) ? tested : null;
}
