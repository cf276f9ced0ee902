/** A conversation that a chat template has made one text of: who said what in it, by the template's marks. The text stays as it is. */
import { tryJson } from '../../core/tryJson.js';
import type { Turn } from '../../protocol/turns.js';
import type { Chat } from './chat.js';
import { asRecord, text as textIn } from './json.js';

/** ChatML (Qwen and others), and Llama 3. */
const marked =
  /<\|im_start\|>(system|user|assistant|tool)[ \t]*\n|<\|start_header_id\|>(system|user|assistant|tool|ipython)<\|end_header_id\|>\n*/g;
const closed = /<\|(?:im_end|eot_id|eom_id)\|>/;
/** What is left of ChatML when a tokenizer leaves out special tokens: a line that is a role's name alone. */
const bare = /^(system|user|assistant|tool)[ \t]*\n/gm;
const asksAnswer = /(?:^|\n)assistant[ \t]*\n(?:<think>\s*)?$/;

/**
 * The messages of a prompt.
 * @returns turns where its marks say whose they are; `guessed` where the marks were left out and lines with a role's name alone do
 */
export function templatedPrompt(prompt: string): Chat & { guessed: boolean } {
  const marks = [...prompt.matchAll(marked)];
  const guessed = marks.length === 0 && asksAnswer.test(prompt) && /^\s*(?:system|user)[ \t]*\n/.test(prompt);
  const heads = guessed ? [...prompt.matchAll(bare)] : marks;
  const turns: Turn[] = [];
  for (const [i, head] of heads.entries()) {
    const from = head.index + head[0].length;
    const whole = prompt.slice(from, heads[i + 1]?.index ?? prompt.length);
    const content = whole.slice(0, closed.exec(whole)?.index ?? whole.length);
    if (i === heads.length - 1 && content.trim() === '<think>') break; // where the answer goes on
    const [, named, ofLlama] = head as (string | undefined)[];
    addTurn(turns, from, content, { role: roleOf(named ?? ofLlama!), kind: 'text' });
  }
  return turns.length === 0 ? { text: prompt, guessed: false } : { text: prompt, turns, guessed };
}

const roleOf = (name: string): Turn['role'] => (name === 'ipython' ? 'tool' : (name as Turn['role']));

/** A turn without the white space around it; none of white space alone. */
function addTurn(turns: Turn[], from: number, content: string, about: Omit<Turn, 'start' | 'end'>): void {
  const start = from + content.length - content.trimStart().length;
  const end = from + content.trimEnd().length;
  if (start < end) turns.push({ ...about, start, end });
}

const parts = /<think>([\s\S]*?)(?:<\/think>|$)|<tool_call>([\s\S]*?)(?:<\/tool_call>|$)|<tool_response>([\s\S]*?)(?:<\/tool_response>|$)/g;

/** What a model wrote: reasoning, calls and the tools' answers in the tags that Qwen, DeepSeek and others write them in; turns where there are any. */
export function templatedAnswer(answer: string): Chat {
  const turns: Turn[] = [];
  // Templates that ask for reasoning write its first tag themselves.
  const end = answer.indexOf('</think>');
  const opened = answer.indexOf('<think>');
  let at = 0;
  if (end >= 0 && (opened < 0 || opened > end)) {
    addTurn(turns, 0, answer.slice(0, end), { role: 'assistant', kind: 'reasoning' });
    at = end + '</think>'.length;
  }
  for (const match of answer.matchAll(parts)) {
    if (match.index < at) continue;
    addTurn(turns, at, answer.slice(at, match.index), { role: 'assistant', kind: 'text' });
    const [whole, thought, call] = match;
    addTurn(turns, match.index, whole, aboutPart(thought, call));
    at = match.index + whole.length;
  }
  addTurn(turns, at, answer.slice(at), { role: 'assistant', kind: 'text' });
  return turns.some(({ kind }) => kind !== 'text') ? { text: answer, turns } : { text: answer };
}

function aboutPart(thought: string | undefined, call: string | undefined): Omit<Turn, 'start' | 'end'> {
  if (thought !== undefined) return { role: 'assistant', kind: 'reasoning' };
  if (call === undefined) return { role: 'tool', kind: 'tool_result' };
  const name = textIn(asRecord(tryJson(call))?.name);
  return { role: 'assistant', kind: 'tool_call', ...(name !== null && { name }) };
}
