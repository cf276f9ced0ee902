import type { Experiment } from '../../experiment/schema.js';
import { runsTrl } from '../command/isCaptured.js';
import type { KnownPackage } from './environmentFacts.js';

/** Whether a training starts the chosen Python, as far as the experiment says. */
export const usesPython = ({ backend, command }: Pick<Experiment, 'backend' | 'command'>): boolean =>
  backend === 'python' || (backend === 'command' && command?.run.some((word) => word.includes('${python}')) === true);

/** Packages of the chosen Python without which a training cannot begin. */
export function neededPackages(experiment: Experiment): KnownPackage[] {
  const { backend, policy, sampling, reward } = experiment;
  const trl: KnownPackage[] = ['torch', 'transformers', 'trl'];
  if (backend === 'command') return usesPython(experiment) && runsTrl(experiment) ? trl : [];
  if (backend !== 'python') return [];
  return [
    ...trl,
    ...('lora' in policy && policy.lora ? (['peft'] as const) : []),
    ...(sampling.engine === 'vllm' ? (['vllm'] as const) : []),
    ...(reward.some(({ term }) => term === 'math_verify') ? (['math-verify'] as const) : []),
  ];
}
