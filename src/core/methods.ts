/**
 * The training methods, one row each: where it stands on the way from a base model to its final form, what it learns from, what it
 * holds in memory, and its place in the paradigm. Stages, origins, planner, paradigm and explanations follow from here.
 */

export const stages = ['base', 'pretraining', 'sft', 'rl'] as const;
export type Stage = (typeof stages)[number];

/** A row of the paradigm: data source, reward, gradient coefficient. Source: DeepSeekMath (arXiv 2402.03300), section 5.2.1, table 10. */
export interface Paradigm {
  data: string;
  reward: string;
  /** GC, in LaTeX. */
  coefficient: string;
  /** Whether it learns from samples of the current policy. */
  online: boolean;
}

export interface MethodFacts {
  /** Name shown to people. */
  label: string;
  /** Names of other trainers for it, in lower case with hyphens. */
  aliases?: readonly string[];
  /** The stage that its training makes; null for one that trains no policy. */
  stage: Stage | null;
  trains: 'policy' | 'reward_model' | 'nothing';
  /** Whether it learns from given texts or from what the policy writes. The latter needs a policy that does not write noise. */
  from: 'texts' | 'samples';
  /** The method whose memory the planner counts for it; null when nothing is trained. */
  memory: MemoryMethod | null;
  /** Its row in the paper's table; null when the paper does not list it. */
  paradigm: Paradigm | null;
  /** A sentence on where its advantages come from, when it does not compare the rewards of a group. */
  ownAdvantages?: string;
  /** The same for a run in which the steps of solutions were rewarded one by one. */
  stepAdvantages?: string;
}

const rejection = 'Rejection sampling imitates right solutions with 1 and leaves out the others with 0; it compares no group.';

const table = {
  pretrain: {
    label: 'pre-training',
    aliases: ['pretraining', 'cpt'],
    stage: 'pretraining',
    trains: 'policy',
    from: 'texts',
    memory: 'sft',
    paradigm: null,
  },
  sft: {
    label: 'SFT',
    stage: 'sft',
    trains: 'policy',
    from: 'texts',
    memory: 'sft',
    paradigm: { data: 'curated (q, o)', reward: 'none', coefficient: '1', online: false },
  },
  rft: {
    label: 'RFT',
    stage: 'rl',
    trains: 'policy',
    from: 'samples',
    memory: 'rft',
    paradigm: {
      data: 'samples of the SFT model',
      reward: 'rule',
      coefficient: '\\mathbb{I}(o) = \\begin{cases}1 & \\text{right}\\\\ 0 & \\text{wrong}\\end{cases}',
      online: false,
    },
    ownAdvantages: rejection,
  },
  dpo: {
    label: 'DPO',
    stage: 'rl',
    trains: 'policy',
    from: 'samples',
    memory: 'dpo',
    paradigm: {
      data: 'pairs (o⁺, o⁻) of samples of the SFT model',
      reward: 'rule',
      coefficient:
        '\\pm\\,\\sigma\\!\\left(\\beta\\log\\tfrac{\\pi_\\theta(o^-)}{\\pi_{\\mathrm{ref}}(o^-)} - \\beta\\log\\tfrac{\\pi_\\theta(o^+)}{\\pi_{\\mathrm{ref}}(o^+)}\\right)',
      online: false,
    },
    ownAdvantages: 'DPO sets right solutions against wrong ones in pairs: ±σ(−margin), and 0 for what has no partner.',
  },
  'online-rft': {
    label: 'Online RFT',
    stage: 'rl',
    trains: 'policy',
    from: 'samples',
    memory: 'online-rft',
    paradigm: { data: 'samples of the current policy', reward: 'rule', coefficient: '\\mathbb{I}(o)', online: true },
    ownAdvantages: rejection,
  },
  ppo: {
    label: 'PPO',
    stage: 'rl',
    trains: 'policy',
    from: 'samples',
    memory: 'ppo',
    paradigm: {
      data: 'samples of the current policy',
      reward: 'learned model or rule, with the KL penalty in it',
      coefficient: 'A_t\\ \\text{(GAE over } V_\\psi)',
      online: true,
    },
    ownAdvantages:
      'PPO has an advantage for each token, from its value model (GAE), and compares no group; a solution’s number here is the mean over its tokens.',
  },
  grpo: {
    label: 'GRPO',
    stage: 'rl',
    trains: 'policy',
    from: 'samples',
    memory: 'grpo',
    paradigm: {
      data: 'groups of the current policy',
      reward: 'learned model or rule',
      coefficient: '\\hat A_{i,t} + \\beta\\left(\\tfrac{\\pi_{\\mathrm{ref}}(o_t)}{\\pi_\\theta(o_t)} - 1\\right)',
      online: true,
    },
    stepAdvantages:
      'Each step of a solution was rewarded: every token has the sum of the normalised rewards of the steps from there on, and a solution’s number here is the mean over its tokens.',
  },
  'outcome-reward': {
    label: 'outcome-reward',
    stage: null,
    trains: 'reward_model',
    from: 'samples',
    memory: 'rm',
    paradigm: null,
  },
  'process-reward': {
    label: 'process-reward',
    stage: null,
    trains: 'reward_model',
    from: 'samples',
    memory: 'rm',
    paradigm: null,
  },
  evaluate: {
    label: 'EVALUATE',
    aliases: ['eval'],
    stage: null,
    trains: 'nothing',
    from: 'samples',
    memory: null,
    paradigm: null,
  },
} as const satisfies Record<string, MethodFacts>;

export type MethodName = keyof typeof table;
export const methods: Readonly<Record<MethodName, MethodFacts>> = table;
export const methodNames = Object.keys(methods) as MethodName[];

/** Methods of other trainers that learn from rewards: variants of REINFORCE and GRPO, each with a name of its own. */
const othersFromRewards: readonly string[] = ['reinforce', 'reinforce++', 'rloo', 'remax', 'dr-grpo', 'dapo', 'gspo', 'cispo'];

/**
 * The row of a method.
 * @param name as in run.json
 * @returns undefined for a method that only other trainers have
 */
export const factsOf = (name: string): MethodFacts | undefined => (Object.hasOwn(methods, name) ? methods[name as MethodName] : undefined);

/** Whether a method evaluates weights and trains nothing. */
export const isEvaluation = (name: string): boolean => name === 'evaluate' || methods.evaluate.aliases!.includes(name);

/** The stage that training with a method leads to, however its name is spelt; null when the method is unknown or trains no policy. */
export function stageOf(name: string): Stage | null {
  const written = name.toLowerCase().replaceAll('_', '-');
  const known = factsOf(written) ?? Object.values(methods).find(({ aliases }) => aliases?.includes(written));
  return known?.stage ?? (othersFromRewards.includes(written) ? 'rl' : null);
}

/** What people call a method: `pre-training`, `SFT`, `GRPO`; longer names of other trainers stay as they are. */
export const methodText = (name: string): string => factsOf(name)?.label ?? (name.length <= 10 ? name.toUpperCase() : name);

export const models = ['policy', 'reference', 'reward', 'critic'] as const;
export type Model = (typeof models)[number];

/**
 * What methods hold in memory, as far as the planner distinguishes them.
 * `online`: it samples from the policy while it trains. Of the models, in the order of the bars: `trained` ones hold gradients and
 * optimiser state beside their weights, `frozen` ones are always there, `for-kl` with β > 0, `when-learned` where the reward is a model.
 * Source: DeepSeekMath (arXiv 2402.03300), figure 4, and table 10 for the others.
 */
export const memoryOf = {
  sft: { label: 'SFT', online: false, holds: { policy: 'trained' } },
  rft: { label: 'RFT', online: false, holds: { policy: 'trained' } },
  'online-rft': { label: 'Online RFT', online: true, holds: { policy: 'trained', reward: 'when-learned' } },
  dpo: { label: 'DPO', online: false, holds: { policy: 'trained', reference: 'frozen' } },
  rm: { label: 'Reward model', online: false, holds: { reward: 'trained' } },
  ppo: { label: 'PPO', online: true, holds: { policy: 'trained', reference: 'for-kl', reward: 'when-learned', critic: 'trained' } },
  grpo: { label: 'GRPO', online: true, holds: { policy: 'trained', reference: 'for-kl', reward: 'when-learned' } },
} as const satisfies Record<string, { label: string; online: boolean; holds: Partial<Record<Model, Holding>> }>;

export type Holding = 'trained' | 'frozen' | 'for-kl' | 'when-learned';
/** A method, as far as the planner distinguishes them. */
export type MemoryMethod = 'sft' | 'rft' | 'online-rft' | 'dpo' | 'rm' | 'ppo' | 'grpo';
export const memoryMethods = Object.keys(memoryOf) as [MemoryMethod, ...MemoryMethod[]];
