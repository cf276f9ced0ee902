/** A server that is asked the questions of benchmarks: `dist/evaluator.cjs`, run by a Node of the right version. */
import { join } from 'node:path';
import { endpointKeyVariable } from '../experiment/endpointSettings.js';
import type { Experiment } from '../experiment/schema.js';
import type { Place, TrainerProgram } from '../launch/backend.js';
import { version } from '../../package.json';
import type { EmbeddedOptions } from './embedded.js';
import { filesOf } from './filesOf.js';
import { findNode } from './findNode.js';

export interface EndpointOptions extends EmbeddedOptions {
  /** The key that was given for an address; where it is left out, the one of this process's environment is used. */
  keyOf?: (url: string) => Promise<string | undefined>;
  /** Variables by which programs reach servers as who launches them does; where it is left out, their environment says. */
  network?: () => Record<string, string>;
}

export async function endpointQuestions(options: EndpointOptions, experiment: Experiment, place: Place): Promise<TrainerProgram> {
  const node = await findNode(options.nodePath);
  const { policy } = experiment;
  const key = 'endpoint' in policy ? await options.keyOf?.(policy.endpoint.url) : undefined;
  return {
    argv: [node.executable, place.of(join(options.distFolder, 'evaluator.cjs')), '--run', place.directory],
    resume: ['--resume'],
    env: { ...options.network?.(), ...experiment.launch.env, ...(key !== undefined && { [endpointKeyVariable]: key }) },
    files: [options.distFolder, ...filesOf(experiment)],
    resources: { threads: null },
    versions: { 'endpoint-backend': version, node: node.version },
  };
}
