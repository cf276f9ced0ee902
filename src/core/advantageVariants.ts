/** Ways in which trainers come from the rewards of a group to its advantages. Pure. */
import { drGrpoAdvantages, outcomeAdvantages, rlooAdvantages } from './advantages.js';
import { allEqual, populationStd } from './stats.js';

export const variantIds = ['standardised', 'sample', 'centred', 'leave-one-out', 'leave-one-out-std', 'none'] as const;
export type VariantId = (typeof variantIds)[number];

export interface AdvantageVariant {
  name: string;
  /** LaTeX. */
  formula: string;
  /** Who does so. */
  used: string;
  /** Â, length G; of rewards that are all equal 0 throughout, but where there is no baseline. */
  advantages: (rewards: readonly number[]) => number[];
  /** Largest |Â| there can be in a group of G, whatever the rewards; null: none. */
  bound: (size: number) => number | null;
}

/**
 * The largest |Â| of a standardised group: one reward differs from all the others, which are equal. Then its deviation is (G−1)/G of the
 * difference d, the population's std d·√(G−1)/G, the sample's d/√G.
 */
const populationBound = (size: number): number => Math.sqrt(size - 1);
const sampleBound = (size: number): number => (size - 1) / Math.sqrt(size);
/** std with G − 1 beneath the sum: √(G/(G−1)) times the population's. */
const sampleOver = (size: number): number => Math.sqrt((size - 1) / size);

export const advantageVariants: Record<VariantId, AdvantageVariant> = {
  standardised: {
    name: 'r − mean, divided by the population’s std',
    formula: '\\dfrac{r_i - \\operatorname{mean}(r)}{\\operatorname{std}(r)},\\ \\operatorname{std}^2 = \\tfrac1G\\sum_j (r_j - \\bar r)^2',
    used: 'DeepSeekMath, this trainer',
    advantages: outcomeAdvantages,
    bound: populationBound,
  },
  sample: {
    name: 'r − mean, divided by the sample’s std',
    formula:
      '\\dfrac{r_i - \\operatorname{mean}(r)}{\\operatorname{std}(r)},\\ \\operatorname{std}^2 = \\tfrac1{G-1}\\sum_j (r_j - \\bar r)^2',
    used: 'TRL, verl (PyTorch’s default)',
    advantages: (rewards) => outcomeAdvantages(rewards).map((a) => a * sampleOver(rewards.length)),
    bound: sampleBound,
  },
  centred: {
    name: 'r − mean',
    formula: 'r_i - \\operatorname{mean}(r)',
    used: 'Dr. GRPO, scale_rewards: none',
    advantages: drGrpoAdvantages,
    bound: () => null,
  },
  'leave-one-out': {
    name: 'r − mean of the others',
    formula: 'r_i - \\tfrac1{G-1}\\textstyle\\sum_{j \\ne i} r_j',
    used: 'RLOO',
    advantages: rlooAdvantages,
    bound: () => null,
  },
  'leave-one-out-std': {
    name: 'r − mean of the others, divided by the population’s std',
    formula: '\\dfrac{r_i - \\frac1{G-1}\\sum_{j \\ne i} r_j}{\\operatorname{std}(r)}',
    used: 'RLOO with normalisation',
    advantages: (rewards) => {
      const [g, sigma] = [rewards.length, populationStd(rewards)];
      return rlooAdvantages(rewards).map((a) => (g < 2 || sigma === 0 ? 0 : a / sigma));
    },
    bound: (size) => (populationBound(size) * size) / (size - 1),
  },
  none: {
    name: 'r, without a baseline',
    formula: 'r_i',
    used: 'REINFORCE',
    advantages: (rewards) => [...rewards],
    bound: () => null,
  },
};

/** What the setting `method.advantage` of our own trainer stands for: its names are among these. */
export const isVariant = (name: unknown): name is VariantId => variantIds.some((id) => id === name);

/** Whether the rewards differ: where all are equal, no formula with a baseline tells solutions apart. */
export const hasSignal = (rewards: readonly number[]): boolean => !allEqual(rewards);
