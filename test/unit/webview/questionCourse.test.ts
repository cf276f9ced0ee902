import { expect, test } from 'vitest';
import type { AskingRow } from '../../../src/store/views.js';
import { courseCharts } from '../../../webview/question/courseLines.js';
import { courseText } from '../../../webview/question/courseText.js';

const asking = (step: number, correct: number | null, over: Partial<AskingRow> = {}): AskingRow => ({
  ...{ step, group: 0, size: 4, correct, rewardMean: correct === null ? null : correct / 4, rewardStd: 0.5, lengthMean: 10, klMean: null },
  answers: [
    { answer: '47', count: correct ?? 0, correct: true },
    { answer: '27', count: 4 - (correct ?? 0), correct: false },
  ].filter((a) => a.count > 0),
  distinctAnswers: 2,
  ...over,
});
const chart = (askings: AskingRow[], id: string, asked = askings.length) => courseCharts(askings, asked).find((c) => c.id === id);

test('a question is drawn at each asking: right with Pass@K, reward, length, answers; what was not recorded is no chart', () => {
  const askings = [asking(1, 0), asking(5, 2), asking(9, 4)];
  expect(courseCharts(askings, 3).map((c) => c.id)).toEqual(['right', 'reward', 'length', 'answers']);
  const right = chart(askings, 'right')!;
  expect(right.lines.map((l) => [l.label, l.points.map((p) => [p.step, p.y])])).toEqual([
    ['right', [[1, 0], [5, 0.5], [9, 1]]],
    ['Pass@2', [[1, 0], [5, expect.closeTo(5 / 6, 12) as number], [9, 1]]],
  ]); // prettier-ignore
  expect(right.lines[0].band!.every((b) => b !== null && b.low >= 0 && b.high <= 1)).toBe(true);
});

test('answers stand on each other up to 1, the right one first and marked', () => {
  const { lines, stacked } = chart([asking(1, 1), asking(2, 3)], 'answers')!;
  expect(stacked).toBe(true);
  expect(lines.map((l) => l.label)).toEqual(['✓ 47', '27']);
  const last = lines.at(-1)!;
  expect(last.points.map((p, i) => p.y + last.base![i])).toEqual([1, 1]);
});

test('an asking that nobody judged interrupts the curve and is counted; askings that are left out are said', () => {
  const { lines, notes } = chart([asking(1, 1), asking(2, null), asking(3, 2)], 'right', 10)!;
  expect(lines[0].points).toEqual([
    { x: 1, y: 0.25, step: 1 },
    { x: 3, y: 0.5, step: 3, gap: true },
  ]);
  expect(notes).toEqual(['7 askings between the first and the newest are not drawn', '1 of these askings were not judged']);
  expect(chart([asking(1, null), asking(2, null)], 'right')).toBeUndefined();
  expect(chart([asking(1, null, { answers: [], distinctAnswers: 0 })], 'answers')).toBeUndefined();
});

test('a course says since when', () => {
  expect(courseText({ kind: 'learned', since: 1200 })).toBe('learned at step 1,200');
  expect(courseText({ kind: 'flips', since: null })).toBe('flips');
});
