import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solutionFile, type SolutionRow } from '../../../src/exporting/solutionFile.js';
import type { ExportedSolution } from '../../../src/store/views.js';

const place = { run: 'r-1', step: 7, group: 0 };
const of = { question: 'Why?', questionId: 'q,1', questionTurns: null, gold: null };
const solution: ExportedSolution = {
  ...{ index: 1, text: 'so "that"', turns: null, reward: 1, rewards: { format: 0.5, length: null }, advantage: null, correct: false },
  ...{ answer: '', finish: 'length', tokens: 3, kl: null },
};
const row = (more: Partial<ExportedSolution> = {}): SolutionRow => ({ place, of, solution: { ...solution, ...more } });

async function written(as: 'jsonl' | 'csv', rows: SolutionRow[]): Promise<string> {
  let text = '';
  const file = await solutionFile(as, (piece) => Promise.resolve(void (text += piece as string)));
  await file.add(rows);
  await file.end();
  return text;
}

test('JSON keeps what is unknown apart from what is empty or 0, and has turns where somebody told them', async () => {
  const line = await written('jsonl', [row()]);
  expect(line.endsWith('}\n')).toBe(true);
  const value = JSON.parse(line) as Record<string, unknown>;
  expect(value).toMatchObject({ run: 'r-1', step: 7, group: 1, solution: 2, gold: null, answer: '', advantage: null, kl: null });
  expect(value.rewards).toEqual({ format: 0.5, length: null });
  expect(value).not.toHaveProperty('turns');
  const turns = [{ role: 'assistant' as const, kind: 'text' as const, start: 0, end: 2 }];
  expect(JSON.parse(await written('jsonl', [row({ turns })]))).toHaveProperty('turns', turns);
});

test('any text comes back from CSV as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.constantFrom('', '"', ',', '\r\n', '=1+1', ' x '), async (text, more) => {
      const [first, ...others] = parse(await written('csv', [row({ text: text + more })]), { columns: true }) as unknown as Record<
        string,
        string
      >[];
      expect(others).toEqual([]);
      expect(first).toMatchObject({ text: text + more, question_id: 'q,1', reward: '1', advantage: '', kl: '', correct: 'false' });
      expect(JSON.parse(first.rewards)).toEqual(solution.rewards);
    }),
    { numRuns: 40 },
  );
});

test('a table without a row has its head', async () => {
  expect(await written('csv', [])).toMatch(/^run,step,group,solution,.*,rewards\r\n$/);
  expect(await written('jsonl', [])).toBe('');
});
