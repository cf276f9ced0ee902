import { k3 } from '../../core/kl.js';
import { encodeF32, encodeU32 } from '../../protocol/arrays.js';
import type { EventBody } from '../../protocol/events.js';
import type { Imported, ImportNote } from '../importer.js';

export type TraceBody = Extract<EventBody, { type: 'trace' }>;

/** Numbers of the sampled tokens of one solution, one element a token; those that the format lacks are left out. */
export interface TokenNumbers {
  ids?: readonly number[];
  /** log π of the policy that sampled. */
  logp_old?: readonly number[];
  logp_ref?: readonly number[];
  logp?: readonly number[];
  ratio?: readonly number[];
  entropy?: readonly number[];
  kl?: readonly number[];
  advantage?: readonly number[];
}

/**
 * A trace of tokens of which nobody knows what text they stand for: every token ends at offset 0, so that none claims a place in
 * the text. Arrays of another length than the tokens are left out.
 * @param ends where the format does tell
 */
export function traceOf(
  at: { step: number; group: number; solution: number },
  numbers: TokenNumbers,
  tokens: number,
  ends: readonly number[] = new Array<number>(tokens).fill(0),
): TraceBody {
  const whole = (array: readonly number[] | undefined): array is readonly number[] => array?.length === tokens;
  const { ids, advantage, ...others } = numbers;
  const perToken = whole(advantage) && advantage.some((a) => a !== advantage[0]);
  return {
    type: 'trace',
    ...at,
    ends: encodeU32(ends),
    ...(whole(ids) && { ids: encodeU32(ids) }),
    ...Object.fromEntries(Object.entries(others).flatMap(([name, array]) => (whole(array) ? [[name, encodeF32(array)]] : []))),
    ...(perToken && { advantage: encodeF32(advantage) }),
  };
}

/** Mean of per-token numbers; null for none. */
export const meanOf = (numbers: readonly number[] | undefined): number | null =>
  numbers && numbers.length > 0 ? numbers.reduce((sum, x) => sum + x, 0) / numbers.length : null;

/** Mean k3 estimate of KL to the reference over the sampled tokens; null when either side is unknown. */
export function meanK3(logp: readonly number[] | undefined, reference: readonly number[] | undefined): number | null {
  if (!logp || logp.length === 0 || logp.length !== reference?.length) return null;
  let sum = 0;
  for (let t = 0; t < logp.length; t++) sum += k3(logp[t], reference[t]);
  return sum / logp.length;
}

export const placelessTokens: ImportNote = {
  id: 'tokens',
  level: 'info',
  message: 'Tokens have ids and numbers, but no text: without the tokenizer nobody knows where in the solution each stands.',
};

export const note = (said: ImportNote): Imported => ({ kind: 'note', note: said });
