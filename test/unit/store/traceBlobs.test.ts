import { expect, test } from 'vitest';
import { encodeF16, encodeF32, encodeU32 } from '../../../src/protocol/arrays.js';
import { packArray, unpackArray } from '../../../src/store/traceBlobs.js';

/** -2^-24 is the smallest half there is, 65504 the largest. */
const numbers = [0, 1, -0.5, 65504, -(2 ** -24), Infinity, NaN];

test('arrays come back as typed arrays of the precision in which they were written', () => {
  expect(unpackArray(packArray(encodeF16(numbers))!)).toEqual(Float32Array.from(numbers));
  expect(unpackArray(packArray(encodeF32(numbers))!)).toEqual(Float32Array.from(numbers));
  expect(unpackArray(packArray(encodeU32([0, 7, 2 ** 32 - 1]))!)).toEqual(Uint32Array.of(0, 7, 2 ** 32 - 1));
  expect(unpackArray(packArray([0.1, 'NaN', '-Infinity'])!)).toEqual(Float64Array.of(0.1, NaN, -Infinity));
  expect(unpackArray(packArray([3, 0])!)).toEqual(Uint32Array.of(3, 0));
  expect(unpackArray(packArray([])!)).toHaveLength(0);
});

test('their memory is their own: it can be handed over to another thread', () => {
  const { buffer, byteOffset, byteLength } = unpackArray(packArray(encodeF32([1, 2, 3]))!);
  expect([byteOffset, byteLength, buffer.byteLength]).toEqual([0, 12, 12]);
});
