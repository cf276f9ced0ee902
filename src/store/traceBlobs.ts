/** Token arrays as they are stored: a kind byte, then little-endian numbers. Encoded arrays keep their precision. */
import { byteLength, encoded, halfValue, fromWire, type ElementKind } from '../protocol/arrays.js';
import type { WireArray } from '../protocol/events.js';
import type { WireNumber } from '../protocol/wireNumber.js';

const kinds: readonly ElementKind[] = ['f32', 'f16', 'u32', 'u16', 'u8'];
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

/** @returns the numbers in memory of their own, so that it can be handed over to another thread */
export function unpackArray(blob: Buffer): Float32Array | Float64Array | Uint32Array {
  const { buffer } = new Uint8Array(blob.subarray(1)); // a copy: where the kind byte is gone, numbers are aligned
  if (blob[0] === plainKind) return new Float64Array(buffer);
  const kind = kinds[blob[0]];
  if (kind === 'f16') return Float32Array.from(new Uint16Array(buffer), halfValue); // a float32 holds each of them exactly
  return kind === 'f32' ? new Float32Array(buffer) : new Uint32Array(buffer);
}
