/** What the turns of a text come to as a conversation: calls with their results, what lies outside, and all of it in words. Pure. */
import { count } from '../core/format.js';
import type { Turn } from './turns.js';

/** A part of a conversation, in order: a turn, a call with what it was answered, or text that belongs to no turn. */
export type ConversationPart =
  | { kind: 'turn'; turn: Turn; result: Turn | undefined }
  /** [start, end) in UTF-16 code units of the text. */
  | { kind: 'outside'; start: number; end: number };

/**
 * A result stands with the call it names, else with the earliest call that has none yet; one that answers no call stands alone.
 * White space between turns is left out, and so are the marks of a chat template and the speaker's name before a turn of that role (at the
 * end: of the assistant, who is asked), which its heading says; any other text is not.
 * @param turns as `turnFault` lets them pass: in order, within the text
 */
export function conversationOf(text: string, turns: readonly Turn[]): ConversationPart[] {
  const parts: ConversationPart[] = [];
  const open: Extract<ConversationPart, { kind: 'turn' }>[] = [];
  const outside = (start: number, end: number, role?: Turn['role']): void => {
    const words = text.slice(start, end).trimStart();
    if (!isHeading(words, role))
      parts.push({ kind: 'outside', start: end - words.length, end: end - words.length + words.trimEnd().length });
  };
  let end = 0;
  for (const turn of turns) {
    outside(end, turn.start, turn.role);
    ({ end } = turn);
    const called = turn.kind === 'tool_result' ? open.findIndex(({ turn: { call } }) => turn.call === undefined || call === turn.call) : -1;
    const byOrder = called < 0 && turn.kind === 'tool_result' ? open.findIndex(({ turn: { call } }) => call === undefined) : called;
    if (byOrder >= 0) {
      open.splice(byOrder, 1)[0].result = turn;
      continue;
    }
    const part = { kind: 'turn' as const, turn, result: undefined };
    parts.push(part);
    if (turn.kind === 'tool_call') open.push(part);
  }
  outside(end, text.length);
  return parts;
}

const marks = /<\|(?:begin_of_text|im_start|im_end|start_header_id|end_header_id|eot_id|eom_id|endoftext)\|>/g;

/** Whether nothing but the speaker's name stands there, with or without a template's marks around it. */
function isHeading(words: string, role: Turn['role'] | undefined): boolean {
  const name = words.replace(marks, '').trim();
  return name === '' || (role === undefined ? name === 'assistant' : name === role || name === `${role}:`);
}

/** Turns of a text, the calls of tools among them, and how many of their results say that the tool failed. */
export interface TurnCounts {
  turns: number;
  calls: number;
  failed: number;
}

export const turnCounts = (turns: readonly Turn[]): TurnCounts => ({
  turns: turns.length,
  calls: turns.filter((t) => t.kind === 'tool_call').length,
  failed: turns.filter((t) => t.kind === 'tool_result' && t.ok === false).length,
});

/** `5 turns · 2 calls (1 failed)` */
export function turnCountsText({ turns, calls, failed }: TurnCounts): string {
  const tools =
    calls > 0 || failed > 0 ? ` · ${count(calls, 'call')}${failed > 0 ? ` (${failed.toLocaleString('en-US')} failed)` : ''}` : '';
  return `${count(turns, 'turn')}${tools}`;
}

/** `assistant · call of python`, `tool · result of python` */
export function turnTitle({ role, kind, name }: Turn): string {
  const what = { text: '', reasoning: 'reasoning', tool_call: 'call', tool_result: 'result', image: 'picture' }[kind];
  return [role, `${what}${name === undefined ? '' : what === '' ? name : ` of ${name}`}`].filter(Boolean).join(' · ');
}
