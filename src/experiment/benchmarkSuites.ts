/** What is evaluated while training. */
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { meta } from './keyMeta.js';

export const suites = ['held-out', 'validation', 'gsm', 'math', 'gsm-zh', 'elementary-zh', 'tools'] as const;

/** What each suite asks, in a line. */
export const suiteDescriptions: Record<(typeof suites)[number], string> = {
  'held-out': "questions of the experiment's own generator that training never sees: to report",
  validation: 'others that training never sees: to choose settings with',
  gsm: 'English word problems, in the manner of GSM8K',
  math: 'five subjects and five levels with LaTeX answers, in the manner of MATH',
  'gsm-zh': 'Chinese word problems, in the manner of MGSM-zh',
  'elementary-zh': 'Chinese elementary arithmetic, in the manner of CMATH',
  tools: 'questions to be computed by a Python program, in the manner of MATH with Python',
};

const settings = {
  size: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .meta(meta({ description: 'Number of questions; of a mixture of texts, documents of each source.' })),
  every: z
    .number()
    .int()
    .min(1)
    .default(20)
    .meta(meta({ description: 'Evaluate every this many steps, and at the start and the end.', governs: ['accuracy/held_out'] })),
  samples: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(1)
    .meta(
      meta({
        description: 'K: solutions sampled per question, for Maj@k and Pass@k up to K. With 1 there is the greedy solution alone.',
        paper: '64',
      }),
    ),
  temperature: z
    .number()
    .gt(0)
    .max(5)
    .default(0.7)
    .meta(meta({ description: 'Softmax temperature of the K samples; the greedy solution has none.', paper: '0.7' })),
  shots: z
    .number()
    .int()
    .min(0)
    .max(16)
    .default(0)
    .meta(meta({ description: 'Worked examples before each question, for base models.' })),
};

const ofSuite = z.strictObject({
  suite: z.enum(suites).meta(
    meta({
      description:
        'held-out and validation: questions of the same generator that training never sees, to report and to choose settings with; of a mixture of texts, the loss on documents kept out of each source. The others are fixed sets, the same for every experiment.',
    }),
  ),
  ...settings,
});

const ofFile = z.strictObject({
  file: z
    .string()
    .min(1)
    .meta(
      meta({
        description:
          'Questions of a JSONL file in the public format of GSM8K, MATH, MGSM-zh or CMATH, relative to this file. Keep them out of your training data.',
      }),
    ),
  ...settings,
});

export const benchmark = z.union([ofSuite, ofFile]).meta(meta({ description: 'A suite by its name, or a file of questions.' }));

export type Benchmark = z.output<typeof benchmark>;
export type SuiteName = z.output<typeof ofSuite>['suite'];

/** What its results are listed under: the suite's name, or the file's without its ending. */
export const benchmarkName = (b: { suite: string } | { file: string }): string =>
  'suite' in b ? b.suite : basename(b.file).replace(/\.jsonl?$/i, '');

/** The same with the paths of files made absolute. @param folder what they are relative to */
export const benchmarksFrom = (folder: string, benchmarks: readonly Benchmark[]): Benchmark[] =>
  benchmarks.map((b) => ('file' in b ? { ...b, file: resolve(folder, b.file) } : b));
