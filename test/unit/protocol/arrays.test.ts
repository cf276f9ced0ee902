import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeArray, encodeF16, encodeF32, encodeU16, encodeU32, halfBits, halfValue, toWire } from '../../../src/protocol/arrays.js';

test('float32 and uint32 arrays come back bit for bit', () => {
  const same = (a: ArrayLike<number>, b: ArrayLike<number>) => a.length === b.length && Array.from(a).every((x, i) => Object.is(x, b[i]));
  fc.assert(fc.property(fc.float32Array(), (a) => same(decodeArray(encodeF32(a)), a)));
  fc.assert(fc.property(fc.uint32Array(), (a) => same(decodeArray(encodeU32(a)), a)));
});

test('every half-precision value survives a round trip', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = halfValue(bits);
    if (Number.isNaN(value)) expect(halfValue(halfBits(value))).toBeNaN();
    else expect(halfBits(value)).toBe(bits);
  }
});

test('half precision rounds to the nearest value, ties to even', () => {
  expect(
    Array.from(decodeArray(encodeF16([1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, 1e9, 2 ** -25, 2 ** -25 * 1.5, -0.1]))),
  ).toEqual([1, 1, 1 + 2 ** -9, 65504, Infinity, Infinity, 0, 2 ** -24, -0.0999755859375]);
});

test('numbers that JSON cannot hold travel as words', () => {
  const numbers = [1.5, NaN, Infinity, -Infinity];
  expect([...decodeArray(numbers.map(toWire))]).toEqual(numbers);
});

test('a malformed array is refused', () => {
  expect(() => decodeArray({ f32: 'AAAAAA==A' })).toThrow(RangeError);
  expect(() => decodeArray({ f32: 'AAA=' })).toThrow(RangeError);
  expect(() => decodeArray({ u32: '!!!!!!!!' })).toThrow(/base64/);
  expect(() => decodeArray({ f16: 'A'.repeat(30_000_000) })).toThrow(RangeError);
});

test('arrays are decoded in the precision in which they were written, into memory of their own', () => {
  const halves = [0, 1, -0.5, 65504, -(2 ** -24), Infinity, NaN]; // the smallest half there is, and the largest
  expect(decodeArray(encodeF16(halves))).toEqual(Float32Array.from(halves));
  expect(decodeArray(encodeU16([0, 65_535]))).toEqual(Uint16Array.of(0, 65_535));
  expect(decodeArray([0.1, 'NaN', '-Infinity'])).toEqual(Float64Array.of(0.1, NaN, -Infinity));
  const { buffer, byteOffset, byteLength } = decodeArray(encodeF32([1, 2, 3]));
  expect([byteOffset, byteLength, buffer.byteLength]).toEqual([0, 12, 12]); // it can be handed over to another thread
});
