import { count, memory } from '../core/format.js';
import { messageOf } from '../core/messageOf.js';
import type { Experiment } from '../experiment/schema.js';
import type { Jobs } from './jobs.js';
import type { Offer } from './targets/target.js';

/** `gpu: up, 5 of 8 nodes idle, 64 cores, 503 GiB, gpu:h100:4`; what nobody says is left out. */
export const offerText = ({ name, state, cpus, memoryBytes, gpus }: Offer): string =>
  [
    `${name}: ${state}`,
    cpus === null ? '' : count(cpus, 'core'),
    memoryBytes === null ? '' : memory(memoryBytes),
    gpus === null ? '' : gpus.length === 0 ? 'no GPU' : gpus.join(' and '),
  ]
    .filter(Boolean)
    .join(', ');

/** What the target of an experiment has to offer just now, a line each, or why it cannot be asked; none of this machine, which is looked at itself. */
export async function offerLines({ launch: { target } }: Experiment, jobs: Jobs): Promise<string[]> {
  if (target.name === 'local') return [];
  try {
    return (await jobs.target(target.name).offers(target)).map(offerText);
  } catch (error) {
    return [messageOf(error)];
  }
}
