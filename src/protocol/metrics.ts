/**
 * The metric names trainers write and pages draw: one list, so that a curve, a hover and a column mean the same.
 * Unknown names are kept and drawn too; these are the ones with a meaning the product relies on.
 */
export interface MetricInfo {
  /** Short label for axes and tiles. */
  label: string;
  /** One line: what the number is. */
  meaning: string;
  unit?: 'fraction' | 'tokens' | 'seconds' | 'nats' | 'tokens/s';
}

export const metrics = {
  'reward/mean': { label: 'reward', meaning: 'Mean total reward of the solutions sampled at this step.' },
  'reward/std': { label: 'reward std', meaning: 'Standard deviation of the total reward over all solutions of the step.' },
  'accuracy/train': { label: 'train accuracy', meaning: "Share of the step's sampled solutions that are correct.", unit: 'fraction' },
  'accuracy/held_out': { label: 'held-out', meaning: 'Greedy accuracy on held-out questions.', unit: 'fraction' },
  'accuracy/validation': { label: 'validation', meaning: 'Greedy accuracy on validation questions.', unit: 'fraction' },
  kl: { label: 'KL', meaning: 'Mean over tokens of the k3 estimate of KL(π_θ ‖ π_ref).', unit: 'nats' },
  entropy: { label: 'entropy', meaning: "Mean entropy of the policy's next-token distribution over response tokens.", unit: 'nats' },
  'clip_ratio/low': {
    label: 'clipped low',
    meaning: 'Share of response tokens with ratio < 1−ε and negative advantage.',
    unit: 'fraction',
  },
  'clip_ratio/high': {
    label: 'clipped high',
    meaning: 'Share of response tokens with ratio > 1+ε and positive advantage.',
    unit: 'fraction',
  },
  'ratio/min': { label: 'ratio min', meaning: 'Smallest π_θ/π_old among response tokens.' },
  'ratio/max': { label: 'ratio max', meaning: 'Largest π_θ/π_old among response tokens.' },
  'length/mean': { label: 'length', meaning: 'Mean response length.', unit: 'tokens' },
  'length/truncated': { label: 'truncated', meaning: 'Share of responses cut at the token limit.', unit: 'fraction' },
  'groups/zero_std': {
    label: 'no signal',
    meaning: 'Share of groups whose rewards are all equal: they carry no signal.',
    unit: 'fraction',
  },
  'groups/all_right': { label: 'all right', meaning: 'Groups in which every solution is correct.' },
  'groups/mixed': { label: 'mixed', meaning: 'Groups with correct and wrong solutions.' },
  'groups/all_wrong': { label: 'all wrong', meaning: 'Groups in which no solution is correct.' },
  'groups/rounds': {
    label: 'rounds',
    meaning: 'How often further questions were sampled for this step, with the first time (dynamic sampling).',
  },
  'groups/sampled': {
    label: 'sampled',
    meaning: 'Groups that were sampled for this step, with those that were left out (dynamic sampling).',
  },
  loss: { label: 'loss', meaning: "The method's loss, mean over the step's updates." },
  'loss/held_out': {
    label: 'held-out loss',
    meaning:
      'Mean of −log π_θ over the tokens of held-out documents, sources weighted by their target shares. Its exponential is the perplexity.',
    unit: 'nats',
  },
  'loss/validation': {
    label: 'validation loss',
    meaning: 'Mean of −log π_θ over the tokens of validation documents, sources weighted by their target shares.',
    unit: 'nats',
  },
  grad_norm: { label: 'gradient norm', meaning: 'Global gradient norm before clipping.' },
  learning_rate: { label: 'learning rate', meaning: 'Learning rate of this step.' },
  'critic/loss': { label: 'critic loss', meaning: "The value model's squared error, halved, mean over the step's updates." },
  'critic/grad_norm': { label: 'critic gradient', meaning: 'Global gradient norm of the value model before clipping.' },
  'critic/explained': {
    label: 'explained',
    meaning: 'Share of the variance of the returns that the value model explains: 1 is perfect, 0 knows the mean alone.',
  },
  'reward_model/loss': { label: 'reward model loss', meaning: "The reward model's loss, mean over the step's updates." },
  'reward_model/grad_norm': { label: 'reward model gradient', meaning: 'Global gradient norm of the reward model before clipping.' },
  'reward_model/accuracy': {
    label: 'pairs in order',
    meaning: 'Share of the pairs of a right and a wrong solution of held-out questions that the reward model puts in that order.',
    unit: 'fraction',
  },
  'reward_model/calibration_error': {
    label: 'calibration error',
    meaning: "Mean distance between the reward model's probability and the share that is right, over ten bins of held-out solutions.",
    unit: 'fraction',
  },
  'dpo/margin': {
    label: 'DPO margin',
    meaning: 'Mean of β times the difference of the log-ratios of the right and the wrong side.',
    unit: 'nats',
  },
  'dpo/accuracy': { label: 'DPO accuracy', meaning: 'Share of pairs whose margin is positive.', unit: 'fraction' },
  'tokens/total': { label: 'tokens', meaning: 'Tokens trained on since the start of the run.', unit: 'tokens' },
  'tokens/sampled': { label: 'sampled', meaning: 'Tokens that the policy wrote in this step, on all devices.', unit: 'tokens' },
  'tokens/trained': {
    label: 'trained',
    meaning: 'Tokens of prompts and solutions that went forward and backward through the policy in this step, once for each time.',
    unit: 'tokens',
  },
  'sequences/trained': { label: 'sequences', meaning: 'Sequences that these tokens are of: prompt and solution, once for each time.' },
  'tokens/per_second': { label: 'tokens/s', meaning: 'Tokens sampled and trained per second of this step.', unit: 'tokens/s' },
  'tokens/sampled_per_second': {
    label: 'sampling',
    meaning: 'Tokens that the policy wrote per second of sampling, on all devices.',
    unit: 'tokens/s',
  },
  'tokens/trained_per_second': {
    label: 'training',
    meaning: 'Tokens of prompts and solutions that went forward and backward through the policy per second of training, on all devices.',
    unit: 'tokens/s',
  },
  'mfu/sampling': {
    label: 'sampling',
    meaning: 'Share of the devices’ peak that sampling needs: 2N FLOPs a token, attention not counted.',
    unit: 'fraction',
  },
  'mfu/training': {
    label: 'training',
    meaning: 'Share of the devices’ peak that training needs: 6N + 12·L·H·Q·T FLOPs a token (PaLM, appendix B).',
    unit: 'fraction',
  },
  'signal/all_wrong': { label: 'all wrong', meaning: 'Share of the groups in which no solution is correct.', unit: 'fraction' },
  'signal/mixed': { label: 'mixed', meaning: 'Share of the groups with correct and wrong solutions.', unit: 'fraction' },
  'signal/all_right': { label: 'all right', meaning: 'Share of the groups in which every solution is correct.', unit: 'fraction' },
  'signal/not_judged': { label: 'not judged', meaning: 'Share of the groups of which no solution was judged.', unit: 'fraction' },
  'signal/truncated': {
    label: 'truncated',
    meaning: 'Share of the groups with at least one solution that was cut at the token limit, of those of which it is known.',
    unit: 'fraction',
  },
  'signal/errors': { label: 'with errors', meaning: 'Share of the groups with at least one episode that failed.', unit: 'fraction' },
  'signal/informative': { label: 'with signal', meaning: 'Share of the groups whose rewards are not all equal.', unit: 'fraction' },
  'signal/reward': { label: 'all groups', meaning: 'Mean total reward of the solutions that are kept of this step.' },
  'signal/informative_reward': {
    label: 'groups with signal',
    meaning: 'Mean total reward of the solutions of groups whose rewards are not all equal: what is learned from.',
  },
  'seconds/sample': { label: 'sampling', meaning: 'Seconds spent sampling.', unit: 'seconds' },
  'seconds/grade': { label: 'grading', meaning: 'Seconds spent grading.', unit: 'seconds' },
  'seconds/train': { label: 'training', meaning: 'Seconds spent in policy updates.', unit: 'seconds' },
  'seconds/evaluate': { label: 'evaluating', meaning: 'Seconds spent on benchmarks.', unit: 'seconds' },
  'seconds/record': { label: 'recording', meaning: 'Seconds spent writing events and checkpoints.', unit: 'seconds' },
  'seconds/step': { label: 'step time', meaning: 'Seconds of the whole step.', unit: 'seconds' },
} as const satisfies Record<string, MetricInfo>;

export type MetricName = keyof typeof metrics;

/** Values of metrics at one step, by name. Names that are not listed here are allowed, too. */
export type MetricValues = Partial<Record<MetricName, number>> & Record<string, number>;

/**
 * The bounds that follow from what a metric is: 0 and 1 for a share, and for most rewards. Values may lie outside all the same: who scales
 * by the bounds has to check.
 */
export function boundsOf(metric: string): { low: number; high: number } | undefined {
  const info: MetricInfo | undefined = Object.hasOwn(metrics, metric) ? metrics[metric as MetricName] : undefined;
  const isShare = info?.unit === 'fraction' || /^(accuracy|benchmark)\//.test(metric);
  return isShare || metric === 'reward/mean' || metric.startsWith('reward/term/') ? { low: 0, high: 1 } : undefined;
}

/** Metric of one reward term, e.g. `reward/term/correct`. */
export const rewardTermMetric = (term: string): string => `reward/term/${term}`;

/** Share that a source of a data mixture has of the tokens so far, and the one it should have. */
export const mixtureShareMetric = (source: string): string => `mixture/${source}`;
export const mixtureTargetMetric = (source: string): string => `mixture/target/${source}`;
/** Mean of −log π_θ over the tokens of a source's held-out documents. */
export const mixtureLossMetric = (split: 'held_out' | 'validation', source: string): string => `loss/${split}/${source}`;
