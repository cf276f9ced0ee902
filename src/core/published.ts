/**
 * Published results, in per cent as printed: of models of billions of parameters on the real benchmarks, not of anything measured here.
 * Source: DeepSeekMath (arXiv 2402.03300), table 2 (base models, few-shot), table 5 (instruct and RL models), abstract (Maj@64).
 */
import type { Stage } from './methods.js';

export const publishedBenchmarks = ['GSM8K', 'MATH', 'MGSM-zh', 'CMATH', 'MATH+Python'] as const;
export type PublishedBenchmark = (typeof publishedBenchmarks)[number];
export type PublishedScores = Partial<Record<PublishedBenchmark, number>>;

export interface PublishedModel {
  model: string;
  /** Where it stands in that paper. */
  place: string;
  scores: PublishedScores;
  /** How an answer was chosen: greedy decoding, or a vote over 64 samples. */
  mode: 'greedy' | 'maj@64';
}

/** DeepSeekMath 7B through its stages. The columns without Python are chain-of-thought, MATH+Python is tool-integrated. */
export const publishedStages: readonly (PublishedModel & { stage: Stage })[] = [
  { stage: 'base', model: 'DeepSeekMath-Base 7B', place: 'table 2, few-shot', mode: 'greedy', scores: { GSM8K: 64.2, MATH: 36.2 } },
  {
    stage: 'sft',
    model: 'DeepSeekMath-Instruct 7B',
    place: 'table 5',
    mode: 'greedy',
    scores: { GSM8K: 82.9, MATH: 46.8, 'MGSM-zh': 73.2, CMATH: 84.6, 'MATH+Python': 57.4 },
  },
  {
    stage: 'rl',
    model: 'DeepSeekMath-RL 7B',
    place: 'table 5',
    mode: 'greedy',
    scores: { GSM8K: 88.2, MATH: 51.7, 'MGSM-zh': 79.6, CMATH: 88.8, 'MATH+Python': 58.8 },
  },
  { stage: 'rl', model: 'DeepSeekMath-RL 7B', place: 'abstract', mode: 'maj@64', scores: { MATH: 60.9 } },
];

/** Results of other models, with which the paper compares its own. */
export const publishedOthers: readonly PublishedModel[] = [
  ...(
    [
      ['Gemini Ultra', 53.2],
      ['GPT-4', 52.9],
      ['Baichuan-3', 49.2],
      ['GLM-4', 47.9],
      ['InternLM2-Math 20B', 37.7],
      ['Qwen 72B', 35.2],
      ['WizardMath-v1.1 7B', 33.0],
    ] as const
  ).map(([model, MATH]): PublishedModel => ({ model, place: 'table 5', mode: 'greedy', scores: { MATH } })),
  ...(
    [
      ['Minerva 540B', 58.8, 33.6],
      ['Llemma 34B', 54.0, 25.3],
      ['Mistral 7B', 40.3, 14.3],
    ] as const
  ).map(([model, GSM8K, MATH]): PublishedModel => ({ model, place: 'table 2, base model', mode: 'greedy', scores: { GSM8K, MATH } })),
];

/** Which suites were made like, or hold, a published benchmark. The more telling name comes first: MGSM contains GSM. */
const alike: readonly [RegExp, PublishedBenchmark][] = [
  [/^gsm-zh$|mgsm/, 'MGSM-zh'],
  [/^elementary-zh$|cmath/, 'CMATH'],
  [/^tools$/, 'MATH+Python'],
  [/^gsm$|gsm8k/, 'GSM8K'],
  [/^math$|hendrycks[-_]?math/, 'MATH'],
];

/** The published benchmark that a suite mirrors; undefined when it mirrors none. Equal names do not make equal questions. */
export const publishedCounterpart = (suite: string): PublishedBenchmark | undefined =>
  alike.find(([pattern]) => pattern.test(suite.toLowerCase()))?.[1];
