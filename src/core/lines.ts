/**
 * The lines of a text that comes in pieces, each ended by a line feed and nothing else: Node's readline ends them at U+2028 and U+2029,
 * too, which JSON leaves in its strings as they are, and models write.
 */
export class Lines {
  private left = '';

  /** @returns the lines that this piece has made complete */
  take(piece: string): string[] {
    const lines = (this.left + piece).split('\n');
    this.left = lines.pop()!;
    return lines;
  }

  /** What no line feed has ended. */
  get rest(): string {
    return this.left;
  }
}

/** A value as one line of JSON, however its reader tells lines apart. */
export const jsonLine = (value: unknown): string =>
  `${JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'))}\n`;
