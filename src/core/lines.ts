/**
 * Splits a text that arrives in pieces into lines. Only a line feed ends a line: Node's readline also breaks at U+2028 and U+2029, which
 * JSON leaves unescaped in its strings and which models write.
 */
export class Lines {
  private left = '';

  /** @returns the lines that are complete with this piece */
  take(piece: string): string[] {
    const lines = (this.left + piece).split('\n');
    this.left = lines.pop()!;
    return lines;
  }

  /** What follows the last line feed. */
  get rest(): string {
    return this.left;
  }
}

/**
 * A value as one line of JSON, with its line feed. U+2028 and U+2029 are escaped, so that readers that break lines there see one line, too.
 */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'))}\n`;
