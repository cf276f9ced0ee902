/** Who said what within a text: turns of a conversation, of reasoning and of tool use. */
import { z } from 'zod';
import { count } from './count.js';
import { wireNumber } from './wireNumber.js';

/** Name of a picture under `media/`. */
export const mediaName = z.string().regex(/^[0-9a-f]{64}\.(png|jpg|gif|webp)$/);

/**
 * A part of a text by one speaker. The text stays whole: a turn says where its part begins and ends. What lies between two turns (special
 * tokens of a chat template, line breaks) belongs to none.
 */
export const turn = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  kind: z.enum(['text', 'reasoning', 'tool_call', 'tool_result', 'image']),
  /** [start, end) in UTF-16 code units of the text. */
  start: count,
  end: count,
  /** Of a call or a result: the tool's name. */
  name: z.string().optional(),
  /** Of a call and its result: what they have in common. */
  call: z.string().optional(),
  /** Of a result: false when the tool failed. */
  ok: z.boolean().optional(),
  /** How long it took: generation of an assistant's turn, work of a tool. */
  seconds: z.number().min(0).optional(),
  reward: wireNumber.optional(),
  /** Of an image: its file under `media/`, named by the SHA-256 of its content. */
  media: mediaName.optional(),
});
export type Turn = z.output<typeof turn>;

/** @returns why turns cannot be those of a text of this length; undefined when they can */
export function turnFault(length: number, turns: readonly Turn[]): string | undefined {
  let end = 0;
  for (const [i, turn] of turns.entries()) {
    const name = `turn ${i + 1} of ${turns.length}`;
    if (turn.end < turn.start) return `${name} ends at ${turn.end}, before it begins (${turn.start})`;
    if (turn.start < end) return `${name} begins at ${turn.start}, before the one before it ends (${end})`;
    if (turn.end > length) return `${name} ends at ${turn.end}, the text has ${length}`;
    ({ end } = turn);
  }
  return undefined;
}
