import { expect, test } from 'vitest';
import { runAddressSchema } from '../../../src/contracts/everyPage.js';
import { neighbourPlace } from '../../../webview/shared/position.js';

const places = [
  { step: 3, group: 1, split: null },
  { step: 7, group: 0, split: 'evaluation' },
  { step: 9, group: 4, split: null },
];

test('the asking before and after this one; none beyond the ends', () => {
  expect(neighbourPlace(places, places[1], 1)).toEqual({ step: 9, group: 4 });
  expect(neighbourPlace(places, places[1], -1)).toEqual({ step: 3, group: 1 });
  expect(neighbourPlace(places, places[0], -1)).toBeUndefined();
  expect(neighbourPlace(places, places[2], 1)).toBeUndefined();
});

test('what it leads to is an address, and nothing besides', () => {
  expect(runAddressSchema.safeParse({ run: 'r', ...neighbourPlace(places, places[0], 1) }).success).toBe(true);
});
