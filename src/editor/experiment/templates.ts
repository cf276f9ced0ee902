/** Experiments to begin with; the files are in media/templates. */
export interface Template {
  label: string;
  detail: string;
  file: string;
}

export const templates: readonly Template[] = [
  { label: 'SFT', detail: 'A fresh tiny model learns from worked solutions', file: 'sft.yaml' },
  { label: 'GRPO from an SFT run', detail: 'Reinforcement learning on top of another experiment', file: 'grpo.yaml' },
  { label: 'GRPO with TRL', detail: "TRL's own trainer on a GPU, started from here and followed live", file: 'trl.yaml' },
  { label: 'GRPO with verl', detail: "verl's own trainer on a GPU, started from here and followed live", file: 'verl.yaml' },
];
