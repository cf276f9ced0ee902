import type { EventBody } from '../events.js';
import { eventLine } from '../runWriter.js';

/** How a solution without text begins. Inside a string of JSON its quotation marks would have backslashes. */
const gap = '{"text":""';
const opened = '{"text":"';

/**
 * An event's line in parts: JSON, a text that is still to be escaped, JSON, a text, … and JSON to the newline. Most of what an import
 * writes are solutions' texts, and escaping them takes longer than all the rest.
 */
export function lineParts(seq: number, time: string, body: EventBody): string[] {
  if (body.type !== 'group' || !body.solutions.every(({ text }) => text.isWellFormed())) return [eventLine(seq, time, body)];
  const { solutions } = body;
  const bare = { ...body, solutions: solutions.map((solution) => ({ ...solution, text: '' })) };
  const json = eventLine(seq, time, bare).split(gap);
  // Something else in it begins like a solution.
  if (json.length !== solutions.length + 1) return [eventLine(seq, time, body)];
  const parts = [json[0] + opened];
  for (const [i, { text }] of solutions.entries()) parts.push(text, `"${json[i + 1]}${i + 1 < solutions.length ? opened : ''}`);
  return parts;
}
