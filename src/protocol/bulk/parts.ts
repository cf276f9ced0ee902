/**
 * Parts of lines in a block of bytes, as they go from the thread that makes them to the one that writes them. Each stands behind its
 * header, a little-endian uint32: twice its length in bytes, plus 1 for a text that is to be escaped.
 */
const headerBytes = 4;
/** Most bytes of UTF-8 that one UTF-16 code unit takes. */
const mostBytes = 3;

/** Bytes that a part takes at most. */
export const partBytes = (part: string): number => headerBytes + mostBytes * part.length;

/**
 * Writes a part into a block.
 * @param part well-formed, and no longer than fits
 * @returns where the next part goes
 */
export function putPart(block: Buffer, at: number, part: string, text: boolean): number {
  const length = block.write(part, at + headerBytes);
  block.writeUInt32LE(2 * length + Number(text), at);
  return at + headerBytes + length;
}

/** Calls `each` with the beginning and end of every part in the first `filled` bytes of the block. */
export function forEachPart(block: Buffer, filled: number, each: (start: number, end: number, text: boolean) => void): void {
  for (let at = 0; at < filled;) {
    const header = block.readUInt32LE(at);
    const start = at + headerBytes;
    at = start + (header >>> 1);
    each(start, at, (header & 1) === 1);
  }
}

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** What stands behind the backslash for each byte: 0 for bytes that need none, `u` for control characters without a letter. */
const escapes = new Uint8Array(256).fill(LETTER_U, 0, 0x20);
for (const pair of ['""', '\\\\', '\bb', '\ff', '\nn', '\rr', '\tt']) escapes[pair.charCodeAt(0)] = pair.charCodeAt(1);
/** Bytes that an escaped byte takes at most: `\u001f`. */
export const escapedBytes = 6;

/**
 * Escapes UTF-8 text for a JSON string, without the quotation marks: the same bytes as `JSON.stringify` gives.
 * @param out has room for `escapedBytes` per byte
 * @returns where in `out` it ends
 */
export function escapeInto(out: DataView, at: number, text: DataView, start: number, end: number): number {
  for (let i = start; i < end;) {
    // Four bytes at once, where none needs an escape.
    for (; i + 4 <= end; i += 4, at += 4) {
      const four = text.getInt32(i, true);
      if (needsEscape(four)) break;
      out.setInt32(at, four, true);
    }
    for (const next = Math.min(end, i + 4); i < next; i++) at = escapeByte(out, at, text.getUint8(i));
  }
  return at;
}

/** Whether one of four bytes is a quotation mark, a backslash or less than a space: a byte is 0, or less, where the subtraction borrows. */
function needsEscape(four: number): boolean {
  const quote = four ^ 0x22222222;
  const backslash = four ^ 0x5c5c5c5c;
  const borrows = ((four - 0x20202020) & ~four) | ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash);
  return (borrows & 0x80808080) !== 0;
}

function escapeByte(out: DataView, at: number, byte: number): number {
  const letter = escapes[byte];
  if (letter === 0) {
    out.setUint8(at, byte);
    return at + 1;
  }
  out.setUint8(at, BACKSLASH);
  out.setUint8(at + 1, letter);
  if (letter !== LETTER_U) return at + 2;
  const code = byte.toString(16).padStart(4, '0');
  for (let i = 0; i < code.length; i++) out.setUint8(at + 2 + i, code.charCodeAt(i));
  return at + escapedBytes;
}
