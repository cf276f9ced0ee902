import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashFraction, questionId } from '../../../src/core/hash.js';

test('a question keeps its id for ever, whatever white space surrounds it', () => {
  expect(questionId('What is 12 + 34?')).toBe('c774c95941af0d26');
  expect(questionId(' What is 12 + 34?\n')).toBe(questionId('What is 12 + 34?'));
});

test('questions that differ by one character have different ids', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, at) => {
      const i = at % text.length;
      const other = `${text.slice(0, i)}${text[i] === 'x' ? 'y' : 'x'}${text.slice(i + 1)}`;
      if (other.trim() !== text.trim()) expect(questionId(other)).not.toBe(questionId(text));
    }),
  );
});

test('100,000 similar questions have 100,000 ids, spread evenly', () => {
  const questions = Array.from({ length: 100_000 }, (_, i) => `What is ${i % 317} + ${i}?`);
  expect(new Set(questions.map(questionId)).size).toBe(questions.length);
  for (const below of [0.1, 0.5, 0.9]) {
    const part = questions.filter((q) => hashFraction(q) < below).length / questions.length;
    expect(part).toBeGreaterThan(below - 0.01);
    expect(part).toBeLessThan(below + 0.01);
  }
});
