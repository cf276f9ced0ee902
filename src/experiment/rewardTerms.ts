/** The reward terms of an experiment and their settings. */
import { z } from 'zod';
import { formatMarkers } from '../grading/rewards/formatReward.js';
import { meta } from './keyMeta.js';

const weight = z
  .number()
  .default(1)
  .meta(meta({ description: 'Factor of this term in the total reward.', governs: ['reward/mean'] }));

const correct = z.strictObject({
  term: z.literal('correct').meta(meta({ description: '1 when the final answer equals the gold one, else 0.' })),
  weight,
});

const format = z.strictObject({
  term: z.literal('format').meta(meta({ description: '1 when the final answer is stated by the marker, else 0.' })),
  weight,
  marker: z
    .enum(formatMarkers)
    .default('answer is')
    .meta(
      meta({
        description:
          'How the answer has to be stated. answer is: "The answer is …". boxed: \\boxed{…}. ####: "#### …". answer tag: <answer>…</answer>. chinese: 答案是 ….',
      }),
    ),
});

const lengthPenalty = z.strictObject({
  term: z.literal('length_penalty').meta(
    meta({
      description:
        "DAPO's soft overlong punishment: 0 up to max_tokens − cache_tokens, falling to −1 at max_tokens, −1 beyond (arXiv:2503.14476, equation 13).",
    }),
  ),
  weight,
  max_tokens: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta(
      meta({
        description: 'L_max: length in tokens at which the punishment is full (default: sampling.max_tokens).',
        paper: '20480 (DAPO)',
        governs: ['length/mean', 'length/truncated'],
      }),
    ),
  cache_tokens: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta(
      meta({
        description: 'L_cache: the last tokens before max_tokens, in which the punishment grows (default: a fifth of max_tokens).',
        paper: '4096 (DAPO)',
        governs: ['length/mean', 'length/truncated'],
      }),
    ),
});

const repetition = z.strictObject({
  term: z.literal('repetition').meta(
    meta({
      description: 'Minus the share of n-grams of words, numbers and signs that repeat an earlier one: 0 down to −1.',
    }),
  ),
  weight,
  ngram: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(3)
    .meta(meta({ description: 'n: words, numbers and signs in a row that count as one piece.', governs: ['length/mean'] })),
});

const regex = z.strictObject({
  term: z.literal('regex').meta(meta({ description: '1 when the pattern is found in the solution, else 0.' })),
  weight,
  pattern: z
    .string()
    .min(1)
    .max(500)
    .meta(
      meta({
        description:
          "A regular expression in RE2's syntax, found anywhere in the solution: (?i) ignores case, ^ and $ are its ends ((?m): of its lines). No look-around and no back-references: it runs in linear time, whatever the solution holds. Quote it in single quotes.",
      }),
    ),
});

const rewardModel = z.strictObject({
  term: z.literal('reward_model').meta(meta({ description: 'What a reward model says: its probability that the solution is right.' })),
  weight,
  from: z
    .string()
    .min(1)
    .meta(
      meta({
        description: 'The reward model: an experiment whose method is outcome-reward or process-reward, a run id, or either with @step.',
      }),
    ),
});

const pythonFunction = z.strictObject({
  term: z.literal('function').meta(meta({ description: 'For the python backend: what a function of your own says, written in Python.' })),
  weight,
  function: z
    .string()
    .regex(/^[A-Za-z_][\w.]*:[A-Za-z_]\w*$/, 'write module:function, e.g. my_rewards:brevity')
    .meta(
      meta({
        description:
          'module:function; the module lies in the folder of this file, or is installed. It is called as reward functions of TRL are: prompts, completions, completion_ids, question, gold; and returns a number each, or None.',
      }),
    ),
});

const mathVerify = z.strictObject({
  term: z.literal('math_verify').meta(
    meta({
      description:
        'For the python backend: 1 when Math-Verify finds the gold answer in the solution, else 0. Needs the package math-verify.',
    }),
  ),
  weight,
});

export const rewardTerm = z
  .discriminatedUnion('term', [correct, format, lengthPenalty, repetition, regex, rewardModel, mathVerify, pythonFunction])
  .meta(
    meta({
      description:
        'correct: the final answer equals the gold one. format: it is stated as asked. length_penalty: long solutions lose. repetition: repeated n-grams lose. regex: a pattern of your own is found. reward_model: what a reward model says. math_verify: the same as correct, by the package Math-Verify. function: what a Python function says.',
    }),
  );

export type RewardTerm = z.output<typeof rewardTerm>;

/** Terms whose values only a trainer in Python finds. */
export const isOfPython = ({ term }: RewardTerm): boolean => term === 'function' || term === 'math_verify';

/** What its values are listed under: the term, or the name of a Python function. */
export const termName = (term: RewardTerm): string => (term.term === 'function' ? term.function.split(':')[1] : term.term);

type LengthPenalty = Extract<RewardTerm, { term: 'length_penalty' }>;

/** L_max and L_cache with their defaults. @param longest sampling.max_tokens */
export function overlongLimits(term: LengthPenalty, longest: number): { maxTokens: number; cacheTokens: number } {
  const maxTokens = term.max_tokens ?? longest;
  return { maxTokens, cacheTokens: term.cache_tokens ?? Math.max(1, Math.round(maxTokens / 5)) };
}
