/** Benchmarks on a server's model, as a run. */
import { join } from 'node:path';
import { endpointEvaluationName, endpointEvaluationText, type EndpointEvaluation } from '../experiment/evaluationExperiment.js';
import { EXPERIMENT_SUFFIX } from '../experiment/find.js';
import { launchExperiment, type LaunchedRun, type LaunchRequest } from './launchExperiment.js';
import type { Supervisor } from './supervisor.js';

/** A file of questions is asked whole, unless a size is named. */
export const wholeFile = 100_000;

/**
 * Launches benchmarks on a model behind an endpoint.
 * @returns undefined when the person did not agree
 * @throws LaunchError when something of it cannot be asked: with what is wrong
 */
export async function evaluateEndpoint(
  evaluation: EndpointEvaluation,
  where: Pick<LaunchRequest, 'folder' | 'runsDir' | 'agree'>,
  supervisor: Supervisor,
): Promise<LaunchedRun | undefined> {
  const text = endpointEvaluationText(evaluation);
  const name = evaluation.name ?? endpointEvaluationName(evaluation.model);
  const launched = await launchExperiment({ ...where, text, path: join(where.folder, `${name}${EXPERIMENT_SUFFIX}`) }, supervisor);
  return launched.at(-1);
}
