/** What a search came to, and what it left out, in sentences. Pure. */
import { count, percent } from '../../src/core/format.js';
import type { Found } from '../../src/contracts/find.js';

export type FoundNumbers = Omit<Found, 'rows'>;

/** `1,234 of 20,000 solutions` */
export function foundText({ matched, all, end }: FoundNumbers): string {
  if (end === null) return `${count(matched, 'solution')} so far`;
  return `${end === 'time' ? 'at least ' : ''}${matched.toLocaleString('en-US')} of ${count(all, 'solution')}`;
}

/** How far it is, while it goes on. */
export const seenText = ({ seen, solutions }: FoundNumbers): string =>
  solutions === 0 ? '' : `${percent(seen / solutions)} of ${count(solutions, 'solution')} looked at`;

/** @param listed rows; they may be fewer than match */
export function leftText({ matched, unknown, left }: FoundNumbers, listed: number): string[] {
  return [
    listed < matched ? `the first ${listed.toLocaleString('en-US')} are listed` : '',
    unknown > 0
      ? `of ${unknown.toLocaleString('en-US')} it is unknown whether they match: something that is asked for is not recorded`
      : '',
    left > 0 ? `partial: ${count(left, 'solution')} of the oldest steps were not searched; choose one run` : '',
  ].filter((part) => part !== '');
}
