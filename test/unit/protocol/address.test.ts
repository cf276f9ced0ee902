import { expect, test } from 'vitest';
import { addressPath, parseAddress, type Address } from '../../../src/protocol/address.js';

test.each<[Address, string]>([
  [{ run: 'a-1' }, '/runs/a-1'],
  [{ run: 'a-1', step: 4, group: 0, solution: 2 }, '/runs/a-1/step 4/group 1/solution 3'],
  [{ run: 'a-1', grades: 'math-verify-0.8.0-59ea3b25' }, '/runs/a-1/grades/math-verify-0.8.0-59ea3b25'],
])('%o is %s', (address, path) => {
  expect(addressPath(address)).toBe(path);
  expect(parseAddress(path)).toEqual(address);
  expect(parseAddress(encodeURI(path))).toEqual(address);
});

test.each(['/runs/a/grades/', '/runs/a/grades/../../x', '/runs/a/grades/A', '/runs/a/grades/x/step 1', '/runs/a/group 1', '/runs/%'])(
  '%s leads nowhere',
  (path) => {
    expect(parseAddress(path)).toBeUndefined();
  },
);
