/** Benchmarks on a checkpoint of a run, as a run of their own. */
import { join } from 'node:path';
import { evaluationText, type BenchmarkRequest } from '../experiment/evaluationExperiment.js';
import { experimentSchema } from '../experiment/schema.js';
import { launchExperiment, LaunchError, type LaunchedRun, type LaunchRequest } from './launchExperiment.js';
import type { Supervisor } from './supervisor.js';

export interface EvaluationRequest extends Pick<LaunchRequest, 'folder' | 'runsDir' | 'agree'> {
  run: { id: string; name: string; resolved: Record<string, unknown> };
  /** Step of the checkpoint. */
  step: number;
  benchmarks: readonly BenchmarkRequest[];
}

/**
 * Launches benchmarks on a checkpoint.
 * @returns undefined when the person did not agree
 * @throws LaunchError when the run's policy is not one that the embedded trainer can load
 */
export async function evaluateRun(
  { run, step, benchmarks, ...where }: EvaluationRequest,
  supervisor: Supervisor,
): Promise<LaunchedRun | undefined> {
  const parsed = experimentSchema.safeParse(run.resolved);
  if (!parsed.success || parsed.data.backend !== 'embedded' || 'dataset' in parsed.data.data || 'questions' in parsed.data.data) {
    throw new LaunchError(
      `${run.name} cannot be evaluated here: only checkpoints of the embedded trainer can. Serve other models from an endpoint and sample from that.`,
    );
  }
  const text = evaluationText({ run: run.id, step, experiment: { ...parsed.data, data: parsed.data.data } }, benchmarks);
  const launched = await launchExperiment({ ...where, text, path: join(where.runsDir, run.id, 'evaluation.experiment.yaml') }, supervisor);
  return launched.at(-1);
}
