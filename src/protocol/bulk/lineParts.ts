import type { EventBody } from '../events.js';
import { eventLine } from '../runWriter.js';
import { gap } from './parts.js';

/** An event's line, and the texts that are still to be escaped and put into its gaps, in their order; none where the line is whole. */
export interface LineParts {
  line: string;
  texts: readonly string[];
}

/** Most of what an import writes are solutions' texts, and escaping them takes longer than all the rest: that is left to the thread. */
export function lineParts(seq: number, time: string, body: EventBody): LineParts {
  const whole = (): LineParts => ({ line: eventLine(seq, time, body), texts: [] });
  if (body.type !== 'group' || !body.solutions.every(({ text }) => text.isWellFormed())) return whole();
  const { solutions } = body;
  const line = eventLine(seq, time, { ...body, solutions: solutions.map((solution) => ({ ...solution, text: '' })) });
  // Something else in it may begin like a solution.
  return occurrences(line, gap) === solutions.length ? { line, texts: solutions.map(({ text }) => text) } : whole();
}

function occurrences(text: string, sought: string): number {
  let count = 0;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) count++;
  return count;
}
