import type { Experiment } from '../experiment/schema.js';

/** What an experiment adds to its trainer's environment. */
export const environmentOf = ({ launch: { env, target } }: Pick<Experiment, 'launch'>): Record<string, string> => ({
  ...('gpus' in target && Array.isArray(target.gpus) && { CUDA_VISIBLE_DEVICES: target.gpus.join(',') }),
  ...env,
});
