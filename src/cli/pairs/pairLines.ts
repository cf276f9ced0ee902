/** A line longer than the limit: it is passed over, not held in memory. */
export const tooLong = Symbol('a line that is too long');

/**
 * Lines of a stream of text, without their ends, in bounded memory.
 * @param longest UTF-16 code units of a line
 */
export async function* boundedLines(pieces: AsyncIterable<string>, longest: number): AsyncGenerator<string | typeof tooLong> {
  let rest = '';
  let passing = false;
  for await (const piece of pieces) {
    let from = 0;
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      const line = rest + piece.slice(from, end);
      yield passing || line.length > longest ? tooLong : line.replace(/\r$/, '');
      rest = '';
      passing = false;
      from = end + 1;
    }
    if (passing) continue;
    rest += piece.slice(from);
    if (rest.length > longest) {
      passing = true;
      rest = '';
    }
  }
  if (passing) yield tooLong;
  else if (rest !== '') yield rest;
}
