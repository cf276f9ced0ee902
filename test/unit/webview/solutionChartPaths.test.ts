import { expect, test } from 'vitest';
import { chartShape } from '../../../webview/solution/chartPaths.js';

test('a column per token, up and down from the neutral value', () => {
  expect(chartShape([1, 0.5, -1], 0, -1, 1)).toEqual({
    up: 'M0 0.5V0h1V0.25h1V0.5Z',
    down: 'M2 0.5V1h1V0.5Z',
    zero: 0.5,
    top: 1,
    bottom: -1,
  });
});

test('a missing value is a gap, an outlier is cut at the edge', () => {
  expect(chartShape([9, Number.NaN, 1], 0, 0, 2).up).toBe('M0 1V0h1V1ZM2 1V0.5h1V1Z');
});

test('values that are all neutral draw nothing', () => {
  expect(chartShape([0, 0], 0, 0, 0)).toMatchObject({ up: '', down: '' });
});

test('thousands of tokens become fewer columns, and a single peak stays', () => {
  const values = Array.from({ length: 4000 }, (_, i) => (i === 1234 ? 2 : 0.5));
  const { up } = chartShape(values, 0, 0, 2);
  expect(up.match(/h4/g)).toHaveLength(1000);
  expect(up.match(/V0h4/g)).toHaveLength(1);
});
