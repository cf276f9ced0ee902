/** What a pre-training experiment reads: a mixture of text sources, each with its share of the tokens. */
import { z } from 'zod';
import { paperMixture } from '../core/mixture.js';
import { meta } from './keyMeta.js';

/** Sources whose documents are generated here, each standing for one of the paper's mixture, in that order. */
export const textSources = ['math-web', 'algebra', 'arxiv', 'code', 'prose'] as const;
export type TextSource = (typeof textSources)[number];

const share = z
  .number()
  .gt(0)
  .max(1)
  .meta(meta({ description: 'Part of the tokens that come from this source. The shares of a mixture sum to 1.', governs: ['loss'] }));

const generatedText = z.strictObject({
  source: z.enum(textSources).meta(
    meta({
      description:
        'Text generated here. math-web: questions with worked solutions. algebra: rewriting and proofs, a line a step. arxiv: paragraphs with LaTeX. code: small Python programs. prose: plain sentences.',
      paper: paperMixture.map((s) => s.name).join(', '),
    }),
  ),
  share,
});

const filesOfText = z.strictObject({
  path: z
    .string()
    .min(1)
    .meta(
      meta({
        description:
          'A file or folder of text, relative to this file. .txt and .md: a document each. .jsonl: a document a line, in the field text. Files are read in the order of their paths, and again from the start when all are read.',
      }),
    ),
  share,
  name: z
    .string()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, 'use letters, digits, blanks, ".", "_" and "-", starting with a letter or digit')
    .optional()
    .meta(meta({ description: 'What curves and the doughnut call it (default: the last part of the path).' })),
});

const documents = {
  context_length: z
    .number()
    .int()
    .min(8)
    .max(1024)
    .default(256)
    .meta(
      meta({
        description: 'Longest context in tokens. A longer document is read in several, each token predicted once.',
        paper: '4096',
        governs: ['loss', 'seconds/train'],
      }),
    ),
  held_out_fraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .meta(
      meta({
        description:
          'Share of documents (of math-web: questions) kept out of training, chosen by a hash of the text. Use the same value in later stages, so that no held-out question of theirs has been read here.',
      }),
    ),
};

export const mixtureData = z.strictObject({
  mixture: z
    .array(z.union([generatedText, filesOfText]))
    .min(1)
    .max(32)
    .meta(meta({ description: 'Sources of a pre-training run and their shares of the tokens.', governs: ['loss'] })),
  ...documents,
});

export const presetData = z.strictObject({
  preset: z.enum(['deepseekmath']).meta(
    meta({
      description: `The mixture of DeepSeekMath's continued pre-training, from the sources generated here: ${paperMixture
        .map((s, i) => `${textSources[i]} ${s.share}`)
        .join(', ')}.`,
      paper: paperMixture.map((s) => `${s.name} ${s.share}`).join(', '),
      governs: ['loss'],
    }),
  ),
  ...documents,
});

/** Documents to pre-train on. */
export type MixtureData = z.output<typeof mixtureData> | z.output<typeof presetData>;

/** One source of a mixture, with the name that metrics carry. */
export type MixtureEntry = { name: string; share: number } & ({ source: TextSource } | { path: string });

/** The sources in their order. Names are unique once `checkMixture` has passed. */
export function mixtureOf(data: MixtureData): MixtureEntry[] {
  if ('preset' in data) return textSources.map((source, i) => ({ name: source, source, share: paperMixture[i].share }));
  return data.mixture.map((s) => ('source' in s ? { name: s.source, ...s } : { ...s, name: s.name ?? nameOf(s.path) }));
}

/** `corpus/notes.jsonl` → `notes.jsonl`; what a name may not hold is left out. */
function nameOf(path: string): string {
  const last = path.split(/[\\/]/).findLast((part) => part !== '' && part !== '.') ?? '';
  const name = last.replaceAll(/[^\p{L}\p{N} ._-]/gu, '').slice(0, 64);
  return name === '' ? 'files' : name;
}
