import { expect, test } from 'vitest';
import { entryBeside } from '../../../webview/shared/entries.js';

test('keys walk through a list from either end, and stop at the ends', () => {
  expect(entryBeside(undefined, 1, 3)).toBe(0);
  expect(entryBeside(undefined, -1, 3)).toBe(2);
  expect(entryBeside(1, 1, 3)).toBe(2);
  expect(entryBeside(2, 1, 3)).toBe(2);
  expect(entryBeside(0, -1, 3)).toBe(0);
  expect(entryBeside(undefined, 1, 0)).toBeUndefined();
});
