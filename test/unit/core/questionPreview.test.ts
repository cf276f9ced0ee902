import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abridged, questionPreview, skippedStarts, userTurn } from '../../../src/core/questionPreview.js';

const previews = (questions: readonly string[]): string[] => {
  const skipped = skippedStarts(questions);
  return questions.map((q, i) => questionPreview(q, skipped[i]).text);
};
const turnOf = (question: string): string => {
  const { start, end } = userTurn(question);
  return question.slice(start, end);
};
const system =
  'A conversation between User and Assistant. The user asks a question, and the assistant solves it. The assistant first thinks about the reasoning process in the mind and then provides the user with the answer.';
const sums = ['What is 2+3?', 'What is 4+5?'];

describe('a question of a conversation is shown from its last user turn on', () => {
  test.each<[string, (question: string) => string]>([
    ['roles with colons', (q) => `system: ${system}\n\nuser: ${q}`],
    ['roles on lines of their own, as decoded without special tokens', (q) => `system\n${system}\nuser\n${q}\nassistant\n`],
    ['ChatML', (q) => `<|im_start|>system\n${system}<|im_end|>\n<|im_start|>user\n${q}<|im_end|>\n<|im_start|>assistant\n`],
    [
      'Llama’s template',
      (q) =>
        `<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n${system}<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n${q}<|eot_id|>`,
    ],
    ['Gemma’s template', (q) => `<bos><start_of_turn>user\n${q}<end_of_turn>\n<start_of_turn>model\n`],
    ['several turns', (q) => `user: What is 1+1?\n\nassistant: 2\n\nuser: ${q}`],
  ])('%s', (_name, chat) => {
    expect(previews(sums.map(chat))).toEqual(sums.map((q) => `…${q}`));
    expect(questionPreview(chat(sums[0])).text).toBe('…What is 2+3?');
  });

  test('a turn without text (a picture alone) is not shown as nothing', () => {
    const picture = 'system: Say what you see.\n\nuser: <image>';
    expect(questionPreview(picture)).toEqual({ text: picture, skipped: 0 });
  });

  test('a text that speaks of a user is no conversation', () => {
    expect(questionPreview('Write a function.\nuser: the name\nassistant: another').skipped).toBe(0);
    expect(questionPreview('User stories are short.').skipped).toBe(0);
  });
});

describe('questions that begin alike are told apart', () => {
  const task = 'TASK: Your task is to solve the following problem step by step and to put the final answer into a box.';

  test('by what comes after the instructions they share', () => {
    expect(previews(sums.map((q) => `${task}\n${q}`))).toEqual(sums.map((q) => `…${q}`));
  });

  test('each family of questions by itself, and families within one', () => {
    const code = `${task} Write Python. The tests call the function solve, which takes one argument, a list of whole numbers.`;
    const all = [...sums.map((q) => `${task}\n${q}`), ...['Sort it.', 'Sum it up.'].map((q) => `${code}\n${q}`), 'Hello?'];
    expect(previews(all)).toEqual(['…What is 2+3?', '…What is 4+5?', '…Sort it.', '…Sum it up.', 'Hello?']);
  });

  test('what is left out is counted', () => {
    expect(skippedStarts(sums.map((q) => `${task}\n${q}`))).toEqual([task.length + 1, task.length + 1]);
  });

  test('short questions and equal ones stay whole', () => {
    expect(previews(sums)).toEqual(sums);
    expect(previews([task, task])).toEqual([task, task]);
  });

  test('one that ends where another goes on still shows its end', () => {
    expect(previews([task, `${task} In French.`])[0]).toMatch(/^….+into a box\.$/);
  });

  test('whatever they hold: distinct questions look different, and all that is shown is theirs', () => {
    const word = fc.constantFrom(
      'user:',
      'system: ',
      'aaaa ',
      'bbb. ',
      'c\n',
      '😀',
      'dddddddddddddddddddddddd',
      '<|im_start|>user\n',
      '\n\nuser: ',
    );
    const question = fc.array(word, { maxLength: 60 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.array(question, { maxLength: 8 }), (questions) => {
        const skipped = skippedStarts(questions);
        questions.forEach((q, i) => {
          const { text } = questionPreview(q, skipped[i]);
          const shown = text.replace(/^…/, '');
          expect(q.slice(skipped[i]).startsWith(shown)).toBe(true);
          expect(shown.length > 0 || q === '').toBe(true);
          expect(shown.isWellFormed()).toBe(true);
          for (const [j, other] of questions.entries()) {
            if (turnOf(other) !== turnOf(q)) expect(questionPreview(other, skipped[j]).text).not.toBe(text);
          }
        });
      }),
    );
  });
});

test('a text is cut to what there is room for, and never inside a character', () => {
  expect([abridged('12345', 5), abridged('123456', 5)]).toEqual(['12345', '1234…']);
  expect(abridged('🙂🙂🙂🙂', 4)).toBe('🙂…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
      const short = abridged(text, limit);
      expect(short.length).toBeLessThanOrEqual(limit);
      expect(short.isWellFormed()).toBe(true);
    }),
  );
});
