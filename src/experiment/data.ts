/** What an experiment trains on. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { meta } from './keyMeta.js';
import { mixtureData, presetData } from './mixtureSchema.js';

export const generator = z.enum(['arithmetic', 'word-problems', 'mixed', 'math', 'word-problems-zh', 'elementary-zh', 'tools']);

const generated = z
  .strictObject({
    generator: generator.meta(
      meta({
        description:
          'Task generator of the embedded trainer. math: five subjects in LaTeX. word-problems-zh, elementary-zh: in Chinese. tools: the solution runs Python.',
      }),
    ),
    levels: z
      .array(z.number().int().min(1).max(5))
      .min(1)
      .default([1, 2])
      .meta(meta({ description: 'Difficulty levels to draw from, 1 (easy) to 5.', governs: ['accuracy/train', 'reward/mean'] })),
    held_out_fraction: z
      .number()
      .gt(0)
      .lt(1)
      .default(0.1)
      .meta(meta({ description: 'Share of questions kept out of training, chosen by a hash of the question.' })),
    direct_fraction: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .meta(
        meta({
          description: 'Share of the demonstrations (SFT) that state the answer without showing the steps.',
          governs: ['length/mean', 'accuracy/held_out'],
        }),
      ),
  })
  .meta(meta({ description: 'Questions to train on.' }));

const questionFile = z.strictObject({
  questions: z
    .string()
    .min(1)
    .meta(
      meta({
        description:
          'For the python backend: a JSONL file of questions in the public format of GSM8K, MATH, MGSM-zh or CMATH, relative to this file. Its solutions are what SFT imitates.',
      }),
    ),
  held_out_fraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .meta(meta({ description: 'Share of questions kept out of training, chosen by a hash of the question.' })),
});

const dataset = z.strictObject({
  dataset: z
    .string()
    .min(1)
    .meta(meta({ description: 'For the command backend: a dataset folder, file or hub name, used in the command as ${data.dataset}.' })),
});

export const data = z
  .union([generated, questionFile, dataset, mixtureData, presetData])
  .meta(meta({ description: 'What to train on: questions, or for pre-training a mixture of texts.' }));

export type Generator = z.output<typeof generator>;

/** What an experiment trains on. */
export type Data = z.output<typeof data>;

/** Questions of the embedded trainer's own generators. */
export type GeneratedData = z.output<typeof generated>;

/** Questions of a file. */
export type QuestionFile = z.output<typeof questionFile>;

/** The same with the paths of files made absolute. @param folder what they are relative to */
export function dataFrom(folder: string, from: Data): Data {
  if ('questions' in from) return { ...from, questions: resolve(folder, from.questions) };
  if (!('mixture' in from)) return from;
  return { ...from, mixture: from.mixture.map((s) => ('path' in s ? { ...s, path: resolve(folder, s.path) } : s)) };
}
