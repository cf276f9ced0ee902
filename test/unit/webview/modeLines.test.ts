import { expect, test } from 'vitest';
import { noModes, type ModeSums } from '../../../src/core/modes.js';
import { modeCharts } from '../../../webview/question/modeLines.js';

const sums = (step: number, more: Partial<ModeSums>): ModeSums => ({ ...noModes(step), groups: 1, solutions: 8, ...more });

test('shares of near-duplicates and of repeated texts are curves; where nothing was answered the line of answers is interrupted', () => {
  const answered = { answered: 8, answeredGroups: 1, entropyGroups: 1 };
  const charts = modeCharts([
    sums(1, { ...answered, distinct: 4, entropy: 1, near: 2, repeated: 1 }),
    sums(2, { near: 4, repeated: 0 }),
    sums(5, { ...answered, distinct: 2, entropy: 0.5, near: 6, repeated: 6 }),
  ]);
  const [share, distinct, entropy] = charts.map(({ lines }) => lines.map(({ points }) => points));
  expect(share[0]).toEqual([1, 2, 5].map((step, i) => ({ x: step, y: [0.25, 0.5, 0.75][i], step })));
  expect(share[1].map(({ y }) => y)).toEqual([0.125, 0, 0.75]);
  expect(distinct[0]).toEqual([
    { x: 1, y: 4, step: 1 },
    { x: 5, y: 2, step: 5, gap: true },
  ]);
  expect(entropy[0].map(({ y }) => y)).toEqual([1, 0.5]);
  expect(charts.map(({ notes }) => notes.join())).toEqual(['', 'in 1 step no answer is recorded', 'in 1 step no answer is recorded']);
});

test('a run without answers has the curves of its texts alone', () => {
  expect(modeCharts([sums(1, { near: 0 })]).map(({ heading }) => heading)).toEqual(['Share of solutions that repeat another one']);
});
