import type { Bytes } from '../core/files/byteSource.js';

const newline = 0x0a;
const [smallest, largest] = [64 * 1024, 4 * 1024 * 1024];

/**
 * Lines from the last to its first, without their line breaks. The first that comes is what stands behind the
 * last line break: nothing, or a line that is torn or being written. Reads blocks that grow, each byte once, so that the end
 * of a large file costs no more than that of a small one.
 * @param longest a line of more bytes is left out
 */
export function* linesFromEnd(source: Bytes, longest: number): Generator<Buffer> {
  /** Pieces of the line whose beginning has not been read yet, the last one first. */
  let pieces: Buffer[] = [];
  let bytes = 0;
  const add = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes > longest) pieces = [];
    else pieces.push(piece);
  };
  function* line(): Generator<Buffer> {
    if (bytes <= longest) yield pieces.length === 1 ? pieces[0] : Buffer.concat(pieces.reverse());
    pieces = [];
    bytes = 0;
  }
  let length = smallest;
  for (let at = source.size; at > 0; length = Math.min(2 * length, largest)) {
    const from = Math.max(0, at - length);
    const block = source.read(from, at - from);
    let end = block.length;
    for (let start = block.lastIndexOf(newline); start >= 0; start = end === 0 ? -1 : block.lastIndexOf(newline, end - 1)) {
      add(block.subarray(start + 1, end));
      yield* line();
      end = start;
    }
    add(block.subarray(0, end));
    at = from;
  }
  yield* line();
}
