/** Where in the way from a base model to its final form a method stands. */

export const stages = ['base', 'pretraining', 'sft', 'rl'] as const;
export type Stage = (typeof stages)[number];

/** Methods that test weights and change none. */
const evaluating: readonly string[] = ['evaluate', 'eval'];
const pretraining: readonly string[] = ['pretrain', 'pretraining', 'cpt'];
/** What learns from the model's own samples or from judgements of them. */
const learnsFromRewards: readonly string[] = [
  'rft',
  'online-rft',
  'dpo',
  'ppo',
  'grpo',
  'reinforce',
  'reinforce++',
  'rloo',
  'remax',
  'dr-grpo',
  'dapo',
  'gspo',
  'cispo',
];

export const isEvaluation = (method: string): boolean => evaluating.includes(method);

/** The stage that a method's training makes; null for one we do not know, and for one that trains nothing. */
export function stageOf(method: string): Stage | null {
  const name = method.toLowerCase().replaceAll('_', '-');
  if (name === 'sft') return 'sft';
  if (pretraining.includes(name)) return 'pretraining';
  return learnsFromRewards.includes(name) ? 'rl' : null;
}

/** What importers mark groups with that share a step with training and are not trained on: `info.split`. */
export type HeldOutSplit = 'evaluation' | 'validation';
export const heldOutSplit = (split: unknown): HeldOutSplit | null => (split === 'evaluation' || split === 'validation' ? split : null);
