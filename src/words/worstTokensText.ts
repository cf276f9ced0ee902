/** What is said of a list of worst tokens, on its page and in the terminal alike. */
import { count, significant } from '../core/format.js';
import { temperatureText, twoTemperaturesText } from '../core/logpTemperature.js';
import type { TokenMeasure } from '../core/worstTokens.js';
import type { WorstTokens } from '../store/views.js';

export const measureWords: Record<TokenMeasure, { label: string; symbol: string; meaning: string }> = {
  kl: { label: 'KL', symbol: 'KL', meaning: 'Largest KL of policy and reference (k3 estimate of KL(π_θ ‖ π_ref), nats)' },
  ratio: { label: 'ratio', symbol: 'π_θ/π_old', meaning: 'Ratio π_θ/π_old farthest from 1: 2 is as far as ½' },
  sampler: {
    label: 'sampler',
    symbol: 'log π_old/π_sampler',
    meaning: 'Largest difference of trainer and sampler: |log π_old − log π_sampler|, nats',
  },
};

/** `0.0500`, of a difference with its sign. */
export const measureValue = (by: TokenMeasure, value: number): string =>
  by === 'sampler' && value > 0 ? `+${significant(value)}` : significant(value);

/** How far the list is: `all 320 traces read`. */
export function readText({ by, plan, read, lacking, end }: WorstTokens): string {
  const { traces } = plan;
  const all = traces.toLocaleString('en-US');
  const some = `${read.toLocaleString('en-US')} of ${count(traces, 'trace')} read`;
  if (traces === 0) return 'no solution here has a trace: the trainer wrote no numbers of tokens';
  if (end === 'temperatures') return twoTemperaturesText(plan.logpTemperatures);
  if (end === null) return `${some} so far`;
  if (end === 'time') return `${some} when the time was up: ${by === 'kl' ? 'those with the largest KL' : 'the newest'}`;
  const left = by === 'kl' ? traces - lacking - read : 0;
  if (left > 0) return `${some}: the largest KL of each is known, and no other has one that belongs here`;
  return by === 'kl' && lacking > 0 ? `${some}, all that tell KL` : traces === 1 ? 'the only trace was read' : `all ${all} traces read`;
}

const lackingWords: Record<TokenMeasure, string> = {
  kl: 'without a KL of a token that was learned from',
  ratio: 'without a ratio, and without log-probabilities that it follows from',
  sampler: 'without the log-probabilities of both trainer and sampler',
};

/** What is not among what was compared, and why. */
export function leftOutTexts({ by, plan, lacking, unreadable, masked, unknown }: WorstTokens): string[] {
  const { solutions, traces } = plan;
  const ofRead = by === 'kl' ? ' of these traces' : '';
  return [
    ...(traces > 0 && traces < solutions
      ? [`${(solutions - traces).toLocaleString('en-US')} of ${count(solutions, 'solution')} have no trace`]
      : []),
    ...(lacking > 0 ? [`${count(lacking, 'trace')} ${lackingWords[by]}`] : []),
    ...(unreadable > 0 ? [`${count(unreadable, 'trace')} could not be read: the files of the run were changed or are damaged`] : []),
    ...(masked > 0 ? [`${count(masked, 'token')}${ofRead} not learned from left out`] : []),
    ...(unknown > 0 ? [`${count(unknown, 'token')}${ofRead} without a number left out`] : []),
  ];
}

/** At which temperature the numbers are. */
export const worstTemperature = ({ plan }: WorstTokens): string => temperatureText(plan.logpTemperatures.trainer);
