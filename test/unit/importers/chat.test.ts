import { describe, expect, test } from 'vitest';
import { chatOf, chatText, messagesOf, type Chat } from '../../../src/importers/files/chat.js';
import { turnFault } from '../../../src/protocol/turns.js';

/** What each turn says, with whatever is known of it. */
const turnsOf = ({ text, turns }: Chat) => turns?.map(({ start, end, ...turn }) => ({ ...turn, says: text.slice(start, end) }));

describe('a conversation', () => {
  const messages = [
    { role: 'system', content: 'Use tools.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is ' },
        { type: 'text', text: '2^20?' },
        { type: 'image_url', image_url: {} },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_content: 'A tool knows.',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'python', arguments: '{"code":"2**20"}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', name: 'python', content: '1048576', is_error: false },
    { role: 'assistant', content: 'It is 1048576.' },
  ];

  test('keeps who said what, with reasoning, calls and results that belong together', () => {
    const chat = chatOf(messages);
    expect(turnsOf(chat)).toEqual([
      { role: 'system', kind: 'text', says: 'Use tools.' },
      { role: 'user', kind: 'text', says: 'What is 2^20?' },
      { role: 'user', kind: 'image', picture: { lost: 'it is not in the log' }, says: '[picture not kept: it is not in the log]' },
      { role: 'assistant', kind: 'reasoning', says: 'A tool knows.' },
      { role: 'assistant', kind: 'tool_call', name: 'python', call: 'c1', says: 'python({"code":"2**20"})' },
      { role: 'tool', kind: 'tool_result', name: 'python', call: 'c1', ok: true, says: '1048576' },
      { role: 'assistant', kind: 'text', says: 'It is 1048576.' },
    ]);
    expect(turnFault(chat.text.length, chat.turns!)).toBeUndefined();
    expect(chat.text.startsWith('system: Use tools.\n\nuser: What is 2^20?')).toBe(true);
  });

  test.each([
    [
      'Anthropic',
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', is_error: true, content: [{ type: 'text', text: 'no' }] }] },
    ],
    ['Inspect', { role: 'tool', tool_call_id: 't', function: 'bash', error: { type: 'timeout', message: 'late' }, content: 'no' }],
    ['LangChain', { type: 'tool', tool_call_id: 't', status: 'error', content: 'no' }],
  ])('knows a tool that failed, as %s writes it', (_, message) => {
    expect(turnsOf(chatOf([{ role: 'assistant', content: 'I try.' }, message]))?.at(-1)).toMatchObject({
      role: 'tool',
      kind: 'tool_result',
      call: 't',
      ok: false,
      says: 'no',
    });
  });

  test.each([
    [
      'Anthropic',
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.' },
          { type: 'tool_use', id: 't', name: 'bash', input: { cmd: 'ls' } },
        ],
      },
    ],
    [
      'Inspect',
      {
        role: 'assistant',
        content: [{ type: 'reasoning', reasoning: 'Hm.' }],
        tool_calls: [{ id: 't', function: 'bash', arguments: { cmd: 'ls' } }],
      },
    ],
    [
      'Parquet',
      { role: 'assistant', reasoning: 'Hm.', content: '', tool_calls: '[{"id":"t","function":{"name":"bash","arguments":{"cmd":"ls"}}}]' },
    ],
  ])('knows reasoning and calls, as %s has them', (_, message) => {
    expect(turnsOf(chatOf([message]))).toEqual([
      { role: 'assistant', kind: 'reasoning', says: 'Hm.' },
      { role: 'assistant', kind: 'tool_call', name: 'bash', call: 't', says: 'bash({"cmd":"ls"})' },
    ]);
  });

  test('tells thinking in the text of an answer from the answer', () => {
    expect(turnsOf(chatOf([{ role: 'assistant', content: '<think>2 + 2</think>\n\n4' }]))).toEqual([
      { role: 'assistant', kind: 'reasoning', says: '<think>2 + 2</think>' },
      { role: 'assistant', kind: 'text', says: '4' },
    ]);
  });
});

test('what has no text is named, not left out; a call in the older form is one', () => {
  const parts = [
    { type: 'text', text: 'Listen: ' },
    { type: 'input_audio', input_audio: { data: 'AAAA' } },
  ];
  expect(chatOf([{ role: 'user', content: parts }]).text).toBe('Listen: [input_audio]');
  const former = { role: 'assistant', content: null, function_call: { name: 'bash', arguments: '{}' } };
  expect(turnsOf(chatOf([former]))).toEqual([{ role: 'assistant', kind: 'tool_call', name: 'bash', says: 'bash({})' }]);
});

test('one text alone stands as it is, without turns', () => {
  expect(chatOf('plain')).toEqual({ text: 'plain' });
  expect(chatOf([{ role: 'assistant', content: 'plain' }])).toEqual({ text: 'plain' });
  expect(chatOf([{ role: 'assistant', content: '' }])).toEqual({ text: '' });
});

test('what is no conversation is shown as what it is', () => {
  expect(chatText({ a: 1 })).toBe('{"a":1}');
  expect(chatText([1, 2])).toBe('[1,2]');
  expect(chatText(7)).toBe('7');
  expect(chatText(null)).toBeNull();
  expect(chatText([])).toBe('[]');
});

describe('the Responses API', () => {
  test('keeps reasoning, calls and their outputs, which are items beside the messages', () => {
    const chat = chatOf([
      { type: 'reasoning', id: 'rs', summary: [{ type: 'summary_text', text: 'Count.' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I count.', annotations: [] }] },
      { type: 'function_call', call_id: 'c', name: 'count', arguments: '{"n":2}', id: 'fc' },
      { type: 'function_call_output', call_id: 'c', output: '2' },
      { type: 'web_search_call', id: 'ws', action: { type: 'search', query: 'boats' } },
      { role: 'user', content: 'Well?' },
    ]);
    expect(turnsOf(chat)).toEqual([
      { role: 'assistant', kind: 'reasoning', says: 'Count.' },
      { role: 'assistant', kind: 'text', says: 'I count.' },
      { role: 'assistant', kind: 'tool_call', name: 'count', call: 'c', says: 'count({"n":2})' },
      { role: 'tool', kind: 'tool_result', call: 'c', says: '2' },
      { role: 'assistant', kind: 'tool_call', name: 'web_search', call: 'ws', says: 'web_search({"type":"search","query":"boats"})' },
      { role: 'user', kind: 'text', says: 'Well?' },
    ]);
  });
});

describe('calls of older writers', () => {
  const call = (name: string) => JSON.stringify({ type: 'function', function: { name, arguments: '{}' } });

  test('stand as JSON in strings, and results without a name answer them in order', () => {
    const chat = chatOf([
      { role: 'assistant', content: '', tool_calls: [call('a'), call('b')] },
      { role: 'tool', content: 'of a', tool_calls: null },
      { role: 'tool', content: 'of b', tool_calls: null },
      { role: 'tool', content: 'of nobody', tool_calls: null },
    ]);
    expect(turnsOf(chat)).toEqual([
      { role: 'assistant', kind: 'tool_call', name: 'a', call: 'call 1', says: 'a({})' },
      { role: 'assistant', kind: 'tool_call', name: 'b', call: 'call 2', says: 'b({})' },
      { role: 'tool', kind: 'tool_result', name: 'a', call: 'call 1', says: 'of a' },
      { role: 'tool', kind: 'tool_result', name: 'b', call: 'call 2', says: 'of b' },
      { role: 'tool', kind: 'tool_result', says: 'of nobody' },
    ]);
  });

  test('an answer of nothing is empty, and leaves the others their turns', () => {
    expect(messagesOf([])).toEqual({ text: '' });
    expect(
      turnsOf(
        chatOf([
          { role: 'user', content: 'Well?' },
          { role: 'assistant', content: null },
        ]),
      ),
    ).toEqual([
      { role: 'user', kind: 'text', says: 'Well?' },
      { role: 'assistant', kind: 'text', says: '' },
    ]);
  });
});
