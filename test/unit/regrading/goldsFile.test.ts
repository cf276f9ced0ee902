import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readGolds } from '../../../src/regrading/goldsFile.js';

const folder = mkdtempSync(join(tmpdir(), 'grpo-lab-golds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (text: string): string => {
  const file = join(folder, 'golds.jsonl');
  writeFileSync(file, text);
  return file;
};
const fileOf = (...lines: unknown[]): string => written(lines.map((l) => JSON.stringify(l)).join('\n'));

test.each([
  [{ question: 'How many?', answer: '18' }, '18'],
  [{ problem: 'How many?', solution: 'So $\\boxed{18}$.' }, 'So $\\boxed{18}$.'],
  [{ problem: 'How many?', solution: 'Long.', answer: 18 }, '18'],
  [{ prompt: [{ role: 'user', content: 'How many?' }], reward_model: { style: 'rule', ground_truth: '18' } }, '18'],
  [{ messages: [{ role: 'user', content: 'How many?' }, { role: 'assistant', content: '…' }], ground_truth: ['18'] }, '18'], // prettier-ignore
  [{ prompt: 'How many?', info: { answer: '18' } }, '18'],
])('a line as data sets write it: %j', async (line, gold) => {
  const golds = await readGolds(fileOf(line));
  expect(golds.of('How many?')).toBe(gold);
  expect(golds.of('How much?')).toBeUndefined();
  expect(golds.counts()).toEqual({ questions: 1, used: 1, conflicting: 0, unusable: 0 });
});

test('an array of questions is read like lines', async () => {
  const golds = await readGolds(
    written(
      JSON.stringify(
        [
          { question: 'a?', answer: '1' },
          { question: 'b?', answer: '2' },
        ],
        null,
        2,
      ),
    ),
  );
  expect([golds.of('a?'), golds.of('b?')]).toEqual(['1', '2']);
});

test('a question with two answers has none; the same answer twice is one', async () => {
  const golds = await readGolds(
    fileOf({ question: 'a?', answer: '1' }, { question: 'a?', answer: '2' }, { question: 'a?', answer: '1' }, { question: 'b?', answer: '2' }, { question: 'b ?', answer: '3' }, { question: 'b?', answer: '2' }), // prettier-ignore
  );
  expect([golds.of('a?'), golds.of('b?'), golds.of('b ?')]).toEqual([undefined, '2', '3']);
  expect(golds.counts()).toMatchObject({ questions: 2, conflicting: 1 });
});

test.each([
  (q: string) => q,
  (q: string) => `  ${q.replaceAll(' ', '\n')}\n`,
  (q: string) => `<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n${q}<|im_end|>\n<|im_start|>assistant\n`,
  (q: string) => `<s>[INST] ${q} [/INST]`,
  (q: string) => `<bos><start_of_turn>user\n${q}<end_of_turn>\n<start_of_turn>model\n`,
  (q: string) => `user: ${q}\nassistant:`,
  (q: string) => `system\nBe brief.\nuser\n${q}\nassistant\n`,
  (q: string) => `Question: ${q}\nAnswer:`,
  (q: string) => `Solve it step by step.\n\n${q}\n\nPut the answer into a box.`,
])('a question is found in what a trainer recorded (%#)', async (template) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('Tom', 'has', '5', 'apples,', 'x^2', 'how', 'many?', 'é'), { minLength: 2, maxLength: 8 }), async (words) => {
      const golds = await readGolds(fileOf({ question: words.join(' '), answer: '7' }, { question: 'Something else?', answer: '8' }));
      expect(golds.of(template(words.join(' ')))).toBe('7');
    }),
    { numRuns: 25 },
  ); // prettier-ignore
});

test('what cannot be used is counted; a file without any question is refused with what it should hold', async () => {
  const golds = await readGolds(written('{"question":"a?","answer":"1"}\n\nnonsense\n{"question":"b?"}\n[1]\n{"answer":"1"}\n'));
  expect(golds.counts()).toEqual({ questions: 1, used: 0, conflicting: 0, unusable: 4 });
  await expect(readGolds(written('nonsense\n'))).rejects.toThrow(/no line with a question and a gold answer.*"question"/);
  await expect(readGolds(join(folder, 'none.jsonl'))).rejects.toThrow(/none\.jsonl cannot be read/);
  await expect(readGolds(folder)).rejects.toThrow(/cannot be read/);
});
