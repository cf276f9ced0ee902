/** Longest line: more is no event of a sampler. UTF-16 code units. */
export const longestLine = 4_000_000;

/**
 * The data of each event of a text/event-stream, whatever the chunks it comes in. Comments and other fields are passed over.
 * @throws RangeError at a line without end
 * Source: WHATWG HTML, section 9.2.6.
 */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let left = '';
  let data: string[] = [];
  const take = (line: string): string | undefined => {
    if (line === '') {
      const event = data.length > 0 ? data.join('\n') : undefined;
      data = [];
      return event;
    }
    const field = /^data(?:: ?|$)/.exec(line);
    if (field) data.push(line.slice(field[0].length));
    return undefined;
  };
  for await (const chunk of body) {
    left += decoder.decode(chunk, { stream: true });
    // A carriage return at the very end may be half of a line break.
    const lines = left.split(/\r\n|\n|\r(?!$)/);
    left = lines.pop()!;
    if (left.length > longestLine) throw new RangeError(`a line of more than ${longestLine} characters`);
    for (const line of lines) {
      const event = take(line);
      if (event !== undefined) yield event;
    }
  }
  // Servers that end without the last blank line meant their event all the same.
  for (const line of [left.replace(/\r$/, ''), '']) {
    const event = take(line);
    if (event !== undefined) yield event;
  }
}
