/**
 * Per-token arrays as they stand in events: plain numbers, or base64 of little-endian float32, float16, uint32, uint16 or
 * bytes. (Every platform that Node supports here is little-endian.)
 */
import { largest } from '../core/extremes.js';
import type { WireArray } from './events.js';
import type { WireNumber } from './wireNumber.js';

/** The longest array that is decoded, in elements: far longer than any response, and small enough for memory. */
export const maxArrayLength = 1 << 22;

export const encodeF32 = (values: ArrayLike<number>): { f32: string } => ({ f32: base64(new Float32Array(values)) });
export const encodeU32 = (values: ArrayLike<number>): { u32: string } => ({ u32: base64(new Uint32Array(values)) });
export const encodeU16 = (values: ArrayLike<number>): { u16: string } => ({ u16: base64(new Uint16Array(values)) });
export const encodeU8 = (values: ArrayLike<number>): { u8: string } => ({ u8: base64(new Uint8Array(values)) });
/** Whole numbers from 0 on, in the narrowest kind that holds all of them. */
export function encodeWhole(values: readonly number[]): { u32: string } | { u16: string } | { u8: string } {
  const most = largest(values);
  return most < 1 << 8 ? encodeU8(values) : most < 1 << 16 ? encodeU16(values) : encodeU32(values);
}
export const encodeF16 = (values: ArrayLike<number>): { f16: string } => ({ f16: base64(Uint16Array.from(values, halfBits)) });

/** A number as JSON can hold it. */
export function toWire(x: number): WireNumber {
  if (Number.isFinite(x)) return x;
  return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
}

export const fromWire = (x: WireNumber): number => (typeof x === 'number' ? x : Number(x));

/** The element kinds of an encoded array, with their width in bytes. */
export const widths = { f32: 4, f16: 2, u32: 4, u16: 2, u8: 1 } as const;
export type ElementKind = keyof typeof widths;

/** @returns the kind and text of an encoded array; undefined for a plain one */
export function encoded(array: WireArray): { kind: ElementKind; text: string } | undefined {
  if (Array.isArray(array)) return undefined;
  const [kind, text] = Object.entries(array)[0] as [ElementKind, string];
  return { kind, text };
}

/** @returns the number of elements, or undefined when the array is longer than `maxArrayLength`, is not base64, or cannot be whole */
export function arrayLength(array: WireArray): number | undefined {
  const code = encoded(array);
  if (code === undefined) return within((array as WireNumber[]).length);
  const length = byteLength(code.text) / widths[code.kind];
  return code.text.length % 4 === 0 && Number.isInteger(length) && base64Text.test(code.text) ? within(length) : undefined;
}

const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

/** Bytes that whole base64 text stands for. */
export function byteLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

const within = (length: number): number | undefined => (length <= maxArrayLength ? length : undefined);

/** Numbers of tokens in memory of their own, so that it can be handed over to another thread; in the precision in which they were written. */
export type TokenArray = Float32Array | Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** @throws RangeError when the array is malformed or longer than `maxArrayLength` */
export function decodeArray(array: WireArray): TokenArray {
  const code = encoded(array);
  const bytes = code && Buffer.from(code.text, 'base64');
  if (arrayLength(array) === undefined) throw new RangeError(`Not base64 of whole numbers, or more than ${maxArrayLength} of them.`);
  if (code === undefined || bytes === undefined) return Float64Array.from(array as WireNumber[], fromWire);
  const { buffer } = new Uint8Array(bytes); // a copy: small buffers share memory, and are not aligned
  switch (code.kind) {
    case 'f32':
      return new Float32Array(buffer);
    case 'f16':
      return Float32Array.from(new Uint16Array(buffer), halfValue); // a float32 holds each of them exactly
    case 'u32':
      return new Uint32Array(buffer);
    case 'u16':
      return new Uint16Array(buffer);
    case 'u8':
      return new Uint8Array(buffer);
  }
}

function base64(array: Float32Array | Uint32Array | Uint16Array | Uint8Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** IEEE 754 binary16 of x, rounded to nearest, ties to even (through float32, as numpy does for float32 input). */
export function halfBits(x: number): number {
  single[0] = x;
  const bits = singleBits[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return 0x7e00; // NaN, whose sign means nothing
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds to 65536 or more: infinite
  if (magnitude < 0x38800000) {
    // Below the smallest normal half: a multiple of 2^-24.
    const scaled = Math.abs(single[0]) * 2 ** 24;
    const floor = Math.floor(scaled);
    const rest = scaled - floor;
    return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
  }
  const odd = (magnitude >>> 13) & 1;
  return sign | ((magnitude - 0x38000000 + 0xfff + odd) >>> 13);
}

export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
