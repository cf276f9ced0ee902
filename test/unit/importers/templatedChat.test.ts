import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { templatedAnswer, templatedPrompt } from '../../../src/importers/files/templatedChat.js';
import { conversationOf } from '../../../src/protocol/conversation.js';
import { turnFault } from '../../../src/protocol/turns.js';

const turnsOf = ({ text, turns }: ReturnType<typeof templatedAnswer>) =>
  turns?.map(({ start, end, ...turn }) => ({ ...turn, says: text.slice(start, end) }));

describe('a prompt', () => {
  const messages = [
    { role: 'system', kind: 'text', says: 'Be brief.\n\nAnswer in German.' },
    { role: 'user', kind: 'text', says: 'What is 2+3?' },
  ];

  test.each([
    [
      'ChatML',
      '<|im_start|>system\nBe brief.\n\nAnswer in German.<|im_end|>\n<|im_start|>user\nWhat is 2+3?<|im_end|>\n<|im_start|>assistant\n',
      false,
    ],
    [
      'Llama 3',
      '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.\n\nAnswer in German.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhat is 2+3?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
      false,
    ],
    ['ChatML without its special tokens', 'system\nBe brief.\n\nAnswer in German.\nuser\nWhat is 2+3?\nassistant\n', true],
    ['the same, with reasoning begun', 'system\nBe brief.\n\nAnswer in German.\nuser\nWhat is 2+3?\nassistant\n<think>\n', true],
  ])('in %s is a turn for each message, and what is left is no text of its own', (name, text, guessed) => {
    const prompt = templatedPrompt(text);
    expect([turnsOf(prompt), prompt.guessed, prompt.text]).toEqual([messages, guessed, text]);
    const outside = conversationOf(text, prompt.turns!).flatMap((part) =>
      part.kind === 'outside' ? [text.slice(part.start, part.end)] : [],
    );
    expect(outside).toEqual(name.includes('reasoning') ? ['assistant\n<think>'] : []);
  });

  test.each(['What is 2+3?', 'user\nis a line of this question', 'The word\nassistant\n', '<|im_start|>', ''])(
    '%j stays one text',
    (text) => {
      expect(templatedPrompt(text)).toEqual({ text, guessed: false });
    },
  );
});

describe('an answer', () => {
  test('of reasoning, a call and what the tool said is a turn of each', () => {
    const call = '<tool_call>\n{"name": "add", "arguments": {"a": 2, "b": 3}}\n</tool_call>';
    const text = `<think>\nLet me add.\n</think>\n\nI add.\n${call}\n<tool_response>\n5\n</tool_response>\nIt is 5.`;
    expect(turnsOf(templatedAnswer(text))).toEqual([
      { role: 'assistant', kind: 'reasoning', says: '<think>\nLet me add.\n</think>' },
      { role: 'assistant', kind: 'text', says: 'I add.' },
      { role: 'assistant', kind: 'tool_call', name: 'add', says: call },
      { role: 'tool', kind: 'tool_result', says: '<tool_response>\n5\n</tool_response>' },
      { role: 'assistant', kind: 'text', says: 'It is 5.' },
    ]);
  });

  test('of which the template began the reasoning ends it, and one that never ends is all of it', () => {
    expect(turnsOf(templatedAnswer('2 and 3.\n</think>\n5'))).toEqual([
      { role: 'assistant', kind: 'reasoning', says: '2 and 3.' },
      { role: 'assistant', kind: 'text', says: '5' },
    ]);
    expect(turnsOf(templatedAnswer('<think>2 and 3, or'))).toEqual([{ role: 'assistant', kind: 'reasoning', says: '<think>2 and 3, or' }]);
  });

  test('of one text has no turns', () => {
    expect(templatedAnswer('It is 5.')).toEqual({ text: 'It is 5.' });
  });
});

test('whatever the text, its turns fit it and it stays as it is', () => {
  const pieces = fc.constantFrom(
    ...['<think>', '</think>', '<tool_call>', '</tool_call>', '{"name":"f"}', '<tool_response>', '</tool_response>', '\n', ' ', 'user\n'],
    ...[
      'assistant\n',
      'system\n',
      '<|im_start|>user\n',
      '<|im_end|>',
      '<|start_header_id|>ipython<|end_header_id|>\n\n',
      '<|eot_id|>',
      'x',
      '😀',
    ],
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((all) => all.join('')),
      (text) => {
        for (const chat of [templatedPrompt(text), templatedAnswer(text)]) {
          expect(chat.text).toBe(text);
          expect(turnFault(text.length, chat.turns ?? [])).toBeUndefined();
          for (const { start, end } of chat.turns ?? []) expect(end).toBeGreaterThan(start);
        }
      },
    ),
  );
});
