/** From a format's per-token numbers to trace events. */
import { k3 } from '../core/kl.js';
import { encodeF32, encodeU32 } from '../protocol/arrays.js';
import type { EventBody } from '../protocol/events.js';
import { asArray, number } from './files/json.js';

export type TraceBody = Extract<EventBody, { type: 'trace' }>;
type Numbers = 'logp_old' | 'logp_ref' | 'logp' | 'kl' | 'ratio' | 'entropy' | 'advantage';

export interface ForeignTrace {
  step: number;
  group: number;
  solution: number;
  /** Of the response's tokens. */
  ids?: readonly number[] | null;
  /** Per-token numbers of the response; those of another length than the others are left out, for nobody knows their tokens. */
  arrays: Partial<Record<Numbers, readonly number[] | null>>;
  /** End offsets of the tokens' texts, where the format tells them. */
  ends?: readonly number[];
}

/**
 * Without a tokenizer nobody knows where a token's text ends: then every token is empty at offset 0 and the text stands behind
 * the last one, as what the trace has no tokens for. The numbers are kept in their order.
 * @param tokens the response's length in tokens
 * @returns null when there is no array of that length
 */
export function traceOf(trace: ForeignTrace, tokens: number): TraceBody | null {
  if (tokens <= 0) return null;
  const fits = (array: readonly number[] | null | undefined): array is readonly number[] => array?.length === tokens;
  const arrays = Object.entries(trace.arrays).filter((entry): entry is [Numbers, readonly number[]] => fits(entry[1]));
  const { ids } = trace;
  const validIds = fits(ids) && ids.every((id) => Number.isInteger(id) && id >= 0 && id < 2 ** 32);
  if (arrays.length === 0 && !validIds) return null;
  return {
    type: 'trace',
    step: trace.step,
    group: trace.group,
    solution: trace.solution,
    ends: fits(trace.ends) ? encodeU32(trace.ends) : encodeU32(new Uint32Array(tokens)),
    ...(validIds && { ids: encodeU32(ids) }),
    ...Object.fromEntries(arrays.map(([name, values]) => [name, encodeF32(values)])),
  };
}

/** @returns null for anything but an array of numbers */
export function numbers(value: unknown): number[] | null {
  const array = asArray(value);
  if (!array) return null;
  const values: number[] = [];
  for (const item of array) {
    const n = number(item);
    if (n === null) return null;
    values.push(n);
  }
  return values;
}

export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, x) => sum + x, 0) / values.length;

/** The k3 estimate per token, of log-probabilities under two policies; null when they are not of the same tokens. */
export function k3PerToken(logp: readonly number[] | null, logpRef: readonly number[] | null): number[] | null {
  if (logp === null || logp.length !== logpRef?.length) return null;
  return logp.map((x, t) => k3(x, logpRef[t]));
}
