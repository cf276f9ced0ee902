/** Conditions as text, for whoever leads to a search: read again they say what was meant, whatever a value holds. Pure. */
import type { Bin } from '../core/histogram.js';
import { print } from './print.js';
import type { Comparison, Leaf } from './tree.js';

type WithoutSpan<T> = T extends unknown ? Omit<T, 'start' | 'end'> : never;
/** One condition, wherever it stands. */
export type Condition = WithoutSpan<Leaf>;

const nowhere = { start: 0, end: 0 };

export const conditionText = (condition: Condition): string => print({ ...condition, ...nowhere });
export const notText = (condition: Condition): string => print({ kind: 'not', part: { ...condition, ...nowhere }, ...nowhere });

/** `answer = four`, `answer = "42"` */
export const isText = (name: string, value: string): string => conditionText({ kind: 'text', property: { name }, is: '=', value });
/** `reward >= 0.5` */
export const isNumber = (name: string, is: Comparison, value: number): string =>
  conditionText({ kind: 'number', property: { name }, is, value });
/** `truncated` */
export const isTrue = (name: string): string => conditionText({ kind: 'flag', property: { name } });
/** `answer is unknown` */
export const isUnknown = (name: string): string => conditionText({ kind: 'known', property: { name }, known: false });
/** `step in 100..200`, both ends included; `step = 100` where they are one. */
export const isWithin = (name: string, from: number, to: number): string =>
  from === to ? isNumber(name, '=', from) : conditionText({ kind: 'range', property: { name }, from, to });

/** All of them hold; those that are undefined say nothing. */
export const allOf = (...conditions: (string | undefined)[]): string => conditions.filter((c) => c !== undefined).join(' and ');

/** What a bar of a histogram counts, of all its bars. */
export function isInBin(name: string, bins: readonly Bin[], i: number): string {
  const { low, high } = bins[i];
  if (low === high || i === bins.length - 1) return isWithin(name, low, high);
  return allOf(isNumber(name, '>=', low), isNumber(name, '<', high));
}
