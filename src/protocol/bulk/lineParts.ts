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
  const line = lineWithoutTexts(seq, time, body);
  const parts: string[] = [];
  let at = 0;
  for (const { text } of solutions) {
    const begins = line.indexOf(gap, at);
    parts.push(line.slice(at, begins + opened.length), text);
    at = begins + opened.length;
  }
  // Something else in it begins like a solution.
  if (line.includes(gap, at)) return [eventLine(seq, time, body)];
  parts.push(line.slice(at));
  return parts;
}

/** The texts are taken out for the time of it: copies of as many solutions would be most of what an import leaves to the collector. */
function lineWithoutTexts(seq: number, time: string, body: Extract<EventBody, { type: 'group' }>): string {
  const texts = body.solutions.map(({ text }) => text);
  try {
    for (const solution of body.solutions) solution.text = '';
    return eventLine(seq, time, body);
  } finally {
    for (const [i, solution] of body.solutions.entries()) solution.text = texts[i];
  }
}
