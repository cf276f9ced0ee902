/**
 * 64-bit hash of a text as two unsigned 32-bit numbers: two multiplicative lanes over the UTF-16 code units, finished with
 * MurmurHash3's avalanche. Not cryptographic; the same on every platform and in a browser. Changing it would change every
 * split and question id: don't.
 */
export function hash64(text: string): [number, number] {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x5bd1e995) + 0x1b873593;
  }
  a = avalanche(a ^ text.length);
  b = avalanche(b ^ a);
  return [avalanche(a + b), b];
}

/** Id of a question: equal for texts that differ in surrounding white space only. 16 hexadecimal digits. */
export function questionId(question: string): string {
  return hash64(question.trim())
    .map((half) => half.toString(16).padStart(8, '0'))
    .join('');
}

/** A number in [0, 1) that depends on the text alone: what splits are cut by. */
export const hashFraction = (text: string): number => hash64(text)[0] / 2 ** 32;

/** MurmurHash3's 32-bit finaliser: every input bit reaches every output bit. */
export function avalanche(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
