import { asArray, asRecord, text } from './json.js';

/**
 * What a field holds as text: a string itself; a list of chat messages as `role: content` paragraphs (one message alone without
 * its role); content in parts, its texts; anything else as JSON.
 * @returns null for nothing
 */
export function chatText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  const messages = asArray(value);
  if (messages && messages.length > 0) {
    const parts = messages.map(messageText);
    if (parts.every((part) => part !== null))
      return parts.length === 1
        ? parts[0].content
        : parts.map(({ role, content }) => (role === null ? content : `${role}: ${content}`)).join('\n\n');
  }
  const one = messageText(value);
  if (one) return one.content;
  return typeof value === 'object' ? JSON.stringify(value) : `${value as number | boolean | bigint}`;
}

function messageText(value: unknown): { role: string | null; content: string } | null {
  if (typeof value === 'string') return { role: null, content: value };
  const message = asRecord(value);
  if (!message) return null;
  const content = text(message.content) ?? text(message.text) ?? partsText(message.content);
  return content === null ? null : { role: text(message.role) ?? text(message.type), content };
}

function partsText(content: unknown): string | null {
  const parts = asArray(content)?.map((part) => text(asRecord(part)?.text) ?? text(part));
  if (!parts || parts.length === 0) return null;
  return parts.filter((part) => part !== null).join('');
}
