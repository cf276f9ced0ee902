/** Experiments to begin with; the files are in media/templates. */
export interface Template {
  label: string;
  detail: string;
  file: string;
}

export const templates: readonly Template[] = [
  { label: 'SFT', detail: 'A fresh tiny model learns from worked solutions', file: 'sft.yaml' },
  { label: 'GRPO from an SFT run', detail: 'Reinforcement learning on top of another experiment', file: 'grpo.yaml' },
];
