import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvHead, csvLine, jsonLine } from '../../../src/exporting/solutionLines.js';
import type { ExportedGroup, ExportedSolution } from '../../../src/store/views.js';

const place = { run: 'r-1', step: 7, group: 0 };
const group: ExportedGroup = { question: 'Why?', questionId: 'q,1', questionTurns: null, gold: null, solutions: [] };
const solution: ExportedSolution = {
  ...{ index: 1, text: 'so "that"', turns: null, reward: 1, rewards: { format: 0.5, length: null }, advantage: null, correct: false },
  ...{ answer: '', finish: 'length', tokens: 3, kl: null },
};

test('JSON keeps what is unknown apart from what is empty or 0, and has turns where somebody told them', () => {
  const value = JSON.parse(jsonLine(place, group, solution)) as Record<string, unknown>;
  expect(value).toMatchObject({ run: 'r-1', step: 7, group: 1, solution: 2, gold: null, answer: '', advantage: null, kl: null });
  expect(value.rewards).toEqual({ format: 0.5, length: null });
  expect(value).not.toHaveProperty('turns');
  const turns = [{ role: 'assistant' as const, kind: 'text' as const, start: 0, end: 2 }];
  expect(JSON.parse(jsonLine(place, group, { ...solution, turns }))).toHaveProperty('turns', turns);
});

test('any text comes back from CSV as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '"', ',', '\r\n', '=1+1', ' x '), (text, more) => {
      const table = `${csvHead}${csvLine(place, group, { ...solution, text: text + more })}`;
      const [row, ...others] = parse(table, { columns: true }) as unknown as Record<string, string>[];
      expect(others).toEqual([]);
      expect(row).toMatchObject({ text: text + more, question_id: 'q,1', reward: '1', advantage: '', kl: '', correct: 'false' });
      expect(JSON.parse(row.rewards)).toEqual(solution.rewards);
    }),
    { numRuns: 40 },
  );
});
