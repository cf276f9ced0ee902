import { chainOf, type ExperimentFile } from '../../experiment/lineage.js';
import type { Experiment } from '../../experiment/schema.js';
import type { PlannedExperiment } from '../../contracts/planner.js';

/**
 * What the memory planner needs of an experiment: its method and batch, and the preset at the beginning of its chain.
 * @param files experiments among which the chain is looked up
 */
export function plannerInput(file: ExperimentFile, files: readonly ExperimentFile[]): PlannedExperiment {
  const chain = chainOf(file, files);
  const { policy } = (chain.ok ? chain.files[0] : file).experiment;
  const { name, method, sampling, backend, reward, data } = file.experiment;
  const sequences = 'group_size' in method ? sampling.questions_per_step * method.group_size : null;
  return {
    name,
    method: method.name,
    preset: 'preset' in policy ? policy.preset : null,
    embedded: backend === 'embedded',
    reference: 'beta' in method ? method.beta > 0 : null,
    rewardModel: reward.some((r) => r.term === 'reward_model'),
    sequences,
    batch: batchOf(file.experiment) ?? sequences,
    maxTokens: 'context_length' in data ? data.context_length : sampling.max_tokens,
  };
}

/** Sequences of an update, where the method says how many. */
function batchOf({ method, data }: Experiment): number | undefined {
  if (method.name === 'pretrain' && 'context_length' in data) return Math.ceil(method.batch_tokens / data.context_length);
  return 'batch_size' in method ? method.batch_size : undefined;
}
