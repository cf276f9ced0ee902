/** What the python backend takes beside the keys that every trainer has: a real policy needs them. */
import { z } from 'zod';
import { meta } from './keyMeta.js';

const lora = z.strictObject({
  rank: z
    .number()
    .int()
    .min(1)
    .max(1024)
    .default(16)
    .meta(meta({ description: 'r: rank of the two matrices beside each weight.' })),
  alpha: z
    .number()
    .gt(0)
    .default(32)
    .meta(meta({ description: 'α: what they add is scaled by α/r.' })),
  targets: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .default('all-linear')
    .meta(meta({ description: 'Names of the layers that get them, or all-linear.' })),
});

/** How the weights of a policy are held, wherever they come from. */
export const weights = {
  dtype: z
    .enum(['float32', 'bfloat16'])
    .optional()
    .meta(meta({ description: 'For the python backend: type of the weights (default: float32).', paper: 'bfloat16' })),
  lora: lora.optional().meta(
    meta({
      description:
        'For the python backend: train low-rank matrices beside frozen weights (LoRA, arXiv:2106.09685). Needs the package peft.',
    }),
  ),
};

export const engine = z.enum(['transformers', 'vllm']).meta(
  meta({
    description:
      'For the python backend: what samples. transformers: the policy itself, anywhere (default). vllm: vLLM in the same process, on a GPU.',
    governs: ['seconds/sample'],
  }),
);

export const python = z
  .strictObject({
    batch: z
      .number()
      .int()
      .min(1)
      .max(65_536)
      .default(8)
      .meta(
        meta({
          description: 'Most sequences per device and forward pass; gradients are accumulated until the step is whole.',
          governs: ['seconds/train'],
        }),
      ),
    gradient_checkpointing: z
      .boolean()
      .default(false)
      .meta(
        meta({ description: 'Compute activations twice instead of keeping them: less memory, more time.', governs: ['seconds/train'] }),
      ),
  })
  .meta(meta({ description: 'For the python backend: how it trains.' }));
