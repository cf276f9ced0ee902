/** What is evaluated while training. */
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

export const benchmark = z.strictObject({
  suite: z.enum(suites).meta(
    meta({
      description:
        'held-out and validation: questions of the same generator that training never sees, to report and to choose settings with. The others are fixed sets, the same for every experiment.',
    }),
  ),
  size: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .meta(meta({ description: 'Number of questions.' })),
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
});

export type Benchmark = z.output<typeof benchmark>;
export type SuiteName = Benchmark['suite'];
