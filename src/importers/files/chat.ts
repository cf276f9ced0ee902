/** What a field of a foreign file says as text: a string, or the messages of a conversation with their reasoning and tool calls. */
import { append } from '../../core/extremes.js';
import type { Turn } from '../../protocol/turns.js';
import { asArray, asRecord, text } from './json.js';
import { pictureOf, pictureText, type Picture } from './foreignPicture.js';

/** A turn as an importer has it: the picture that it shows is no file of the run yet (see pictures.ts). */
export interface ForeignTurn extends Turn {
  picture?: Picture;
}

export interface Chat {
  text: string;
  /** Who said what in it; absent where one text stands alone. */
  turns?: ForeignTurn[];
}

/** A part of a message, before it has a place in the text. */
type Piece = Omit<ForeignTurn, 'start' | 'end'> & { content: string };

interface Message {
  /** As it is written; null where there is none. */
  role: string | null;
  pieces: Piece[];
}

/**
 * A string stands as it is; a list of chat messages becomes paragraphs `role: content` (one message alone without its role), with a
 * turn for each text, reasoning, tool call and tool result; anything else is shown as JSON.
 * @returns an empty text for nothing
 */
export function chatOf(value: unknown): Chat {
  if (typeof value === 'string') return { text: value };
  if (value === null || value === undefined) return { text: '' };
  const messages = (asArray(value) ?? [value]).map(messageOf);
  if (messages.length > 0 && messages.every((message) => message !== null)) return conversation(paired(messages));
  return { text: typeof value === 'object' ? JSON.stringify(value) : `${value as number | boolean | bigint}` };
}

/** The same of a field that can be nothing but messages: none of them say nothing. */
export const messagesOf = (value: unknown): Chat => (asArray(value)?.length === 0 ? { text: '' } : chatOf(value));

/** The text of a field. @returns null for nothing */
export const chatText = (value: unknown): string | null => (value === null || value === undefined ? null : chatOf(value).text);

function conversation(messages: readonly Message[]): Chat {
  let text = '';
  const turns: ForeignTurn[] = [];
  for (const { role, pieces } of messages)
    for (const { content, ...turn } of pieces) {
      if (text !== '') text += '\n\n';
      if (role !== null && messages.length > 1) text += `${role}: `;
      const start = text.length;
      text += content;
      turns.push({ ...turn, start, end: text.length });
    }
  const alone = turns.length <= 1 && turns.every(({ kind }) => kind === 'text');
  return { text, ...(!alone && { turns }) };
}

/** Results that do not name their call answer the calls before them in order. */
function paired(messages: readonly Message[]): readonly Message[] {
  const pieces = messages.flatMap((message) => message.pieces);
  if (!pieces.some((piece) => piece.kind === 'tool_result' && piece.call === undefined)) return messages;
  const open: Piece[] = [];
  let own = 0;
  for (const piece of pieces) {
    if (piece.kind === 'tool_call') open.push(piece);
    if (piece.kind !== 'tool_result') continue;
    const at = piece.call === undefined ? 0 : open.findIndex(({ call }) => call === piece.call);
    const call = at < 0 ? undefined : open.splice(at, 1).at(0);
    if (!call || piece.call !== undefined) continue;
    piece.call = call.call ??= `call ${++own}`;
    if (call.name !== undefined) piece.name ??= call.name;
  }
  return messages;
}

function messageOf(value: unknown): Message | null {
  if (typeof value === 'string') return { role: null, pieces: [{ role: 'user', kind: 'text', content: value }] };
  const message = asRecord(value);
  if (!message) return null;
  const item = itemOf(message);
  if (item) return item;
  const named = text(message.role) ?? text(message.type);
  const role = roleOf(named);
  const call = text(message.tool_call_id) ?? text(message.call_id);
  const about = role === 'tool' ? resultOf(message, call, toolName(message)) : ({ role, kind: 'text' } as const);
  const calls = asArray(parsed(message.tool_calls)) ?? (asRecord(message.function_call) ? [message.function_call] : null);
  const content = text(message.content) ?? text(message.text);
  const parts = content === null ? asArray(message.content) : null;
  const reasoning = text(message.reasoning_content) ?? text(message.reasoning);
  // An answer that was broken off has a role and nothing else.
  if (content === null && parts === null && !calls && reasoning === null && !(text(message.role) !== null && message.content === null))
    return null;
  const pieces: Piece[] = [];
  if (reasoning !== null && reasoning !== '') pieces.push({ role, kind: 'reasoning', content: reasoning });
  if (content !== null) append(pieces, thoughts(content, about));
  for (const piece of (parts ?? []).flatMap((part) => partOf(part, about))) {
    const last = pieces.at(-1);
    // Texts in pieces are one text.
    if (piece.kind === about.kind && last?.kind === piece.kind) last.content += piece.content;
    else pieces.push({ ...piece });
  }
  for (const one of calls ?? []) pieces.push(callOf(one));
  // A message that only calls tools has no text of its own.
  const nonEmpty = pieces.filter((piece) => piece.content !== '' || pieces.length === 1);
  return { role: named, pieces: nonEmpty.length > 0 ? nonEmpty : [{ ...about, content: '' }] };
}

/** What stands beside messages in the Responses API: reasoning, calls and their outputs are items of their own. */
function itemOf(item: Record<string, unknown>): Message | null {
  const type = text(item.type) ?? '';
  if (type === 'reasoning') {
    const parts = [...(asArray(item.summary) ?? []), ...(asArray(item.content) ?? [])];
    const thoughts = parts.map((part) => text(asRecord(part)?.text) ?? text(part) ?? '').filter((part) => part !== '');
    // Encrypted, or not given out: that it was there is known all the same.
    return { role: 'assistant', pieces: [{ role: 'assistant', kind: 'reasoning', content: thoughts.join('\n\n') }] };
  }
  if (!type.includes('call')) return null;
  const output = /^(?:(.+)_)?call_output$/.exec(type);
  if (output) {
    const about = resultOf(item, text(item.call_id), toolName(item));
    return { role: 'tool', pieces: [{ ...about, content: chatText(item.output) ?? '' }] };
  }
  const call = /^(.+)_call$/.exec(type);
  if (!call) return null;
  // Tools of the API itself (a search, a computer) have no name but their type, and arguments of their own kind.
  const own = text(item.name) === null ? { ...item, name: call[1], arguments: item.action ?? item.queries ?? item.code } : item;
  return { role: 'assistant', pieces: [callOf({ ...own, id: item.call_id ?? item.id })] };
}

/** A reasoning model's own marks around what it thinks before it answers. */
function thoughts(content: string, about: Omit<Piece, 'content'>): Piece[] {
  const match = about.role === 'assistant' ? /^\s*<think>([\s\S]*?)<\/think>\s*/.exec(content) : null;
  if (!match || match[1].trim() === '') return [{ ...about, content }];
  return [
    { ...about, kind: 'reasoning', content: match[0].trimEnd() },
    { ...about, content: content.slice(match[0].length) },
  ];
}

/** One of a message's contents, as the APIs of OpenAI and Anthropic and the logs of Inspect name them. */
function partOf(value: unknown, about: Omit<Piece, 'content'>): Piece[] {
  const alone = text(value);
  if (alone !== null) return [{ ...about, content: alone }];
  const part = asRecord(value);
  if (!part) return [];
  const type = text(part.type) ?? '';
  if (type === 'tool_use') return [callOf(part)];
  if (type === 'tool_result') return [{ ...resultOf(part, text(part.tool_use_id), null), content: chatText(part.content) ?? '' }];
  const thought = text(part.thinking) ?? text(part.reasoning);
  if (thought !== null) return [{ ...about, kind: 'reasoning', content: thought }];
  if (type.includes('image')) {
    const picture = pictureOf(part);
    return [{ ...about, kind: 'image', content: pictureText(picture), picture }];
  }
  const partText = text(part.text) ?? text(part.content);
  // Sound, a document: what cannot be shown is named.
  return [{ ...about, content: partText ?? `[${type === '' ? 'part without text' : type}]` }];
}

/** A call as `name(arguments)`; older writers keep each as JSON in a string. */
function callOf(value: unknown): Piece {
  const call = asRecord(parsed(value)) ?? {};
  const inner = asRecord(call.function);
  const name = text(inner?.name) ?? text(call.function) ?? text(call.name);
  const given = inner?.arguments ?? call.arguments ?? call.input ?? call.args;
  const args = given === undefined || given === null ? '' : (text(given) ?? JSON.stringify(given));
  const id = text(call.id) ?? text(call.call_id);
  return {
    role: 'assistant',
    kind: 'tool_call',
    ...(name !== null && { name }),
    ...(id !== null && { call: id }),
    content: `${name ?? ''}(${args})`,
  };
}

function resultOf(message: Record<string, unknown>, call: string | null, name: string | null): Omit<Piece, 'content'> {
  const { is_error, status, error } = message;
  const failed = is_error === true || status === 'error' || (error !== undefined && error !== null && error !== false);
  const fine = is_error === false || status === 'success' || error === null;
  return {
    role: 'tool',
    kind: 'tool_result',
    ...(name !== null && { name }),
    ...(call !== null && { call }),
    ...((failed || fine) && { ok: !failed }),
  };
}

const toolName = (message: Record<string, unknown>): string | null =>
  text(message.name) ?? text(message.function) ?? text(message.tool_name);

/** Who a role stands for. What no model says and no system prompt is, somebody else said. */
function roleOf(role: string | null): Turn['role'] {
  switch (role?.toLowerCase() ?? '') {
    case 'system':
    case 'developer':
      return 'system';
    case 'assistant':
    case 'ai':
    case 'model':
    case 'gpt':
      return 'assistant';
    case 'tool':
    case 'function':
    case 'ipython':
    case 'environment':
      return 'tool';
    default:
      return 'user';
  }
}

/** Parquet has no lists of anything: calls stand there as JSON. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
