/** Token arrays as they are stored: a kind byte, then little-endian numbers. Encoded arrays keep their precision. */
import { byteLength, decodeNumbers, encoded, fromWire, type ElementKind } from '../protocol/arrays.js';
import type { WireArray, WireNumber } from '../protocol/events.js';

const kinds: readonly ElementKind[] = ['f32', 'f16', 'u32'];
const plainKind = 0xff; // float64

/** @returns undefined when the array is not base64 */
export function packArray(array: WireArray): Buffer | undefined {
  const code = encoded(array);
  if (code === undefined) return packPlain(array as WireNumber[]);
  const length = byteLength(code.text);
  const bytes = Buffer.allocUnsafe(1 + length);
  bytes[0] = kinds.indexOf(code.kind);
  return bytes.write(code.text, 1, 'base64') === length ? bytes : undefined;
}

function packPlain(numbers: readonly WireNumber[]): Buffer {
  if (numbers.every((x) => typeof x === 'number' && x >>> 0 === x)) {
    const bytes = Buffer.allocUnsafe(1 + 4 * numbers.length);
    bytes[0] = kinds.indexOf('u32');
    numbers.forEach((x, i) => bytes.writeUInt32LE(x as number, 1 + 4 * i));
    return bytes;
  }
  const bytes = Buffer.allocUnsafe(1 + 8 * numbers.length);
  bytes[0] = plainKind;
  numbers.forEach((x, i) => bytes.writeDoubleLE(fromWire(x), 1 + 8 * i));
  return bytes;
}

export function unpackArray(blob: Buffer): number[] {
  const numbers = blob.subarray(1);
  if (blob[0] !== plainKind) return decodeNumbers(kinds[blob[0]], numbers);
  return Array.from({ length: numbers.length / 8 }, (_, i) => numbers.readDoubleLE(8 * i));
}
