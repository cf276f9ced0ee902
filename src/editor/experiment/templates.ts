/** Experiments to begin with; the files are in media/templates. */
export interface Template {
  /** Under which heading it stands. */
  group: string;
  label: string;
  detail: string;
  file: string;
}

const rl = 'Reinforcement learning on top of another experiment';
const samples = "Learning from the SFT model's samples";
const models = 'Reward models';

export const templates: readonly Template[] = [
  { group: 'A start', label: 'SFT', detail: 'A fresh tiny model learns from worked solutions', file: 'sft.yaml' },
  { group: 'A start', label: 'Pre-training', detail: 'Read a mixture of texts before SFT', file: 'pretrain.yaml' },
  { group: rl, label: 'GRPO', detail: 'Reinforce what beats the mean of its group', file: 'grpo.yaml' },
  { group: rl, label: 'Dr. GRPO', detail: 'Without dividing by deviation and length', file: 'grpo-dr.yaml' },
  { group: rl, label: 'DAPO', detail: 'GRPO that clips less upwards and samples until there is a signal', file: 'grpo-dapo.yaml' },
  { group: rl, label: 'GRPO, process supervision', detail: 'A process reward model scores each step', file: 'grpo-process.yaml' },
  { group: rl, label: 'Iterative GRPO', detail: 'Reference and reward model are renewed', file: 'grpo-iterative.yaml' },
  { group: rl, label: 'PPO', detail: 'With a value model beside the policy', file: 'ppo.yaml' },
  { group: rl, label: 'Online RFT', detail: 'Imitate what the current policy gets right', file: 'online-rft.yaml' },
  { group: samples, label: 'RFT', detail: 'Imitate what the SFT model gets right', file: 'rft.yaml' },
  { group: samples, label: 'DPO', detail: 'Prefer its right solutions to its wrong ones', file: 'dpo.yaml' },
  { group: models, label: 'Outcome reward model', detail: 'Tells right solutions from wrong ones', file: 'outcome-reward.yaml' },
  { group: models, label: 'Process reward model', detail: 'Tells how promising each step is', file: 'process-reward.yaml' },
  { group: 'Measuring', label: 'Evaluation', detail: 'Benchmarks on a checkpoint, nothing trained', file: 'evaluate.yaml' },
  { group: 'Your own trainer', label: 'GRPO with TRL', detail: 'On a GPU, started from here and followed live', file: 'trl.yaml' },
  { group: 'Your own trainer', label: 'GRPO with verl', detail: 'On a GPU, started from here and followed live', file: 'verl.yaml' },
];
