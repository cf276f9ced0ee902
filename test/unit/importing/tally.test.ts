import { expect, test } from 'vitest';
import { groupOf } from '../../../src/importers/foreignGroups.js';
import { Tally } from '../../../src/importing/tally.js';

const group = (step: number, index: number, n: number) =>
  groupOf({ step, group: index, question: 'q', solutions: Array.from({ length: n }, () => ({ text: 'a' })) });

test('logs are no content; the last step is the last that stands', () => {
  const tally = new Tally();
  tally.see({ type: 'log', level: 'info', message: 'hello' });
  expect(tally).toMatchObject({ hasContent: false, step: 0 });
  for (const event of [group(1, 0, 2), group(1, 1, 1), group(1, 1, 4), group(2, 0, 8), group(5, 0, 8)]) tally.see(event);
  expect(tally).toMatchObject({ hasContent: true, step: 5 });
  tally.see({ type: 'resume', from_step: 1, checkpoint: null });
  expect(tally).toMatchObject({ step: 1 });
  tally.see({ type: 'metrics', step: 3, values: {} });
  expect(tally.step).toBe(3);
});
