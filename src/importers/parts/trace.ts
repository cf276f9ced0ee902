import { k3 } from '../../core/kl.js';
import { encodeF32, encodeU32, encodeU8 } from '../../protocol/arrays.js';
import type { EventBody } from '../../protocol/events.js';
import type { ImportItem, ImportNote } from '../importer.js';

export type TraceBody = Extract<EventBody, { type: 'trace' }>;

type Numbers = readonly number[] | null | undefined;

/** Numbers of the sampled tokens of one solution, one element a token; those that the format lacks are left out. */
export interface TokenNumbers {
  ids?: Numbers;
  /** log π as the engine that sampled gave it. */
  logp_sampler?: Numbers;
  /** log π by the trainer, before the step's updates. */
  logp_old?: Numbers;
  logp_ref?: Numbers;
  logp?: Numbers;
  ratio?: Numbers;
  entropy?: Numbers;
  kl?: Numbers;
  advantage?: Numbers;
  /** 1 for tokens that are learned from, 0 for others. */
  mask?: Numbers;
}

/**
 * A trace of tokens of which nobody knows what text they stand for: every token ends at offset 0, so that none claims a place in
 * the text. Arrays of another length than the tokens are left out, for nobody knows theirs; so is an advantage that all tokens share,
 * and a mask that lets all of them through.
 * @param tokens the response's length in tokens
 * @param ends where the format does tell
 * @returns null when nothing is left
 */
export function traceOf(
  at: { step: number; group: number; solution: number },
  numbers: TokenNumbers,
  tokens: number,
  ends?: readonly number[],
): TraceBody | null {
  if (tokens <= 0) return null;
  const { ids, mask, ...others } = numbers;
  const whole = (array: Numbers): array is readonly number[] => array?.length === tokens;
  const known = whole(ids) && ids.every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 32);
  const arrays = Object.entries(others).flatMap(([name, array]: [string, Numbers]) =>
    whole(array) && (name !== 'advantage' || array.some((a) => a !== array[0])) ? [[name, encodeF32(array)] as const] : [],
  );
  if (!known && arrays.length === 0) return null;
  return {
    type: 'trace',
    ...at,
    ends: encodeU32(ends ?? new Array<number>(tokens).fill(0)),
    ...(known && { ids: encodeU32(ids) }),
    ...Object.fromEntries(arrays),
    ...(whole(mask) && mask.some((x) => x !== 1) && { mask: encodeU8(mask.map((x) => Number(x !== 0))) }),
  };
}

/** Mean of per-token numbers; null for none. */
export const meanOf = (numbers: Numbers): number | null =>
  numbers && numbers.length > 0 ? numbers.reduce((sum, x) => sum + x, 0) / numbers.length : null;

/** The k3 estimate of KL to the reference per token; null when either side is unknown or of other tokens. */
export const k3PerToken = (logp: Numbers, reference: Numbers): number[] | null =>
  logp && logp.length > 0 && logp.length === reference?.length ? logp.map((x, t) => k3(x, reference[t])) : null;

export const placelessTokens: ImportNote = {
  id: 'tokens',
  level: 'info',
  message: 'Tokens have ids and numbers, but no text: without the tokenizer nobody knows where in the solution each stands.',
};

export const note = (importNote: ImportNote): ImportItem => ({ kind: 'note', note: importNote });
