/** The embedded trainer: `dist/engine.cjs`, run by a Node of the right version. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Experiment } from '../experiment/schema.js';
import type { Place, TrainerProgram } from '../launch/backend.js';
import { dependencies, version } from '../../package.json';
import { environmentOf } from './environmentOf.js';
import { filesOf } from './filesOf.js';
import { findNode } from './findNode.js';

export interface EmbeddedOptions {
  /** The folder with the bundles. */
  distFolder: string;
  /** Path of the Node executable to use, when the user names one. */
  nodePath?: string;
}

/** More threads than cores slow it down severalfold; beyond four they gain nothing on models of this size. */
const MOST_THREADS = 4;

export async function embeddedTrainer(options: EmbeddedOptions, experiment: Experiment, place: Place): Promise<TrainerProgram> {
  const node = await findNode(options.nodePath);
  return {
    argv: [node.executable, place.of(join(options.distFolder, 'engine.cjs')), '--run', place.directory],
    resume: ['--resume'],
    env: environmentOf(experiment),
    files: [options.distFolder, ...filesOf(experiment)],
    resources: { threads: experiment.launch.threads ?? Math.min(availableParallelism(), MOST_THREADS) },
    versions: { engine: version, 'onnxruntime-node': dependencies['onnxruntime-node'], node: node.version },
  };
}
