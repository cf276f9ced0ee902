/** A policy that a server holds: what the backend `endpoint` asks. */
import { z } from 'zod';
import { meta } from './keyMeta.js';

/**
 * The variable that holds the endpoint's key. It goes from process to process and into no file: what a program is started with is
 * recorded without its environment.
 */
export const endpointKeyVariable = 'GRPO_LAB_ENDPOINT_KEY';

const plainUrl = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
};

export const endpoint = z.strictObject({
  url: z
    .string()
    .refine(plainUrl, 'use an address that begins with http:// or https://, without a name or password in it')
    .meta(
      meta({
        description:
          "Of a server that speaks OpenAI's protocol, such as http://localhost:8000/v1; …/v1/completions for base models. A key is never written here: it comes from GRPO_LAB_ENDPOINT_KEY, or VS Code's secret storage.",
      }),
    ),
  model: z
    .string()
    .min(1)
    .max(500)
    .meta(meta({ description: 'The model, as the server calls it.' })),
  at_once: z
    .number()
    .int()
    .min(1)
    .max(256)
    .default(4)
    .meta(meta({ description: 'Questions that are asked at the same time.' })),
});
