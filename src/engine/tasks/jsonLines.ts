import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** No question is longer, with all that belongs to it. */
const longestLine = 2 ** 22;

/** The objects of a JSONL file, one at a time however large it is. @throws Error with file and line */
export function* jsonLines(file: string): Generator<{ value: unknown; line: number }> {
  let line = 0;
  for (const text of lines(file)) {
    line++;
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new Error(`${file}:${line}: this line is not JSON (${(error as Error).message}).`, { cause: error });
    }
    yield { value, line };
  }
}

function* lines(file: string): Generator<string> {
  const fd = openSync(file, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const chunk = Buffer.alloc(65_536);
    let [rest, count] = ['', 0];
    for (;;) {
      const n = readSync(fd, chunk, 0, chunk.length, null);
      const parts = (rest + (n === 0 ? decoder.end() : decoder.write(chunk.subarray(0, n)))).split('\n');
      rest = n === 0 ? '' : parts.pop()!;
      for (const part of parts) yield count++ === 0 ? part.replace(/^\uFEFF/, '') : part;
      if (n === 0) return;
      if (rest.length > longestLine)
        throw new Error(`${file}:${count + 1}: this line is longer than ${longestLine} characters; is it JSONL?`);
    }
  } finally {
    closeSync(fd);
  }
}
