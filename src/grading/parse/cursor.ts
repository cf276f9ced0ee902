import { LimitError, limits, ParseError } from '../limits.js';
import type { Token } from './lexer.js';

/** A place in the tokens, with the counting of nesting that every descent needs. */
export class Cursor {
  private i = 0;
  private depth = 0;

  constructor(private tokens: readonly Token[]) {}

  get token(): Token {
    return this.tokens[this.i];
  }

  get atEnd(): boolean {
    return this.token.t === 'end of text';
  }

  peek(ahead = 1): Token {
    return this.tokens[Math.min(this.i + ahead, this.tokens.length - 1)];
  }

  next(): Token {
    const token = this.token;
    if (!this.atEnd) this.i++;
    return token;
  }

  /** Whether this sign or command stands here. */
  at(...signs: string[]): boolean {
    const { t, s } = this.token;
    return (t === 'sign' || t === 'cmd') && signs.includes(s);
  }

  /** Steps over the sign if it stands here. */
  skip(...signs: string[]): boolean {
    if (!this.at(...signs)) return false;
    this.i++;
    return true;
  }

  expect(...signs: string[]): void {
    if (!this.skip(...signs)) this.fail(`${signs.join(' or ')} is missing`);
  }

  /** Replaces the current token, as when \frac takes one digit of a longer numeral. */
  replace(token: Token): void {
    (this.tokens as Token[])[this.i] = token;
  }

  /** Puts a rest of the last token back before the current one. */
  back(token: Token): void {
    this.i--;
    (this.tokens as Token[])[this.i] = { ...token, at: this.token.at + 1 };
  }

  /** Reads ahead; without a result everything is as before, tokens that were split too. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const [mark, tokens] = [this.i, this.tokens];
    this.tokens = [...tokens];
    const result = read();
    if (result === undefined) [this.i, this.tokens] = [mark, tokens];
    return result;
  }

  get mark(): number {
    return this.i;
  }

  reset(mark: number): void {
    this.i = mark;
  }

  /** Runs the descent one level deeper. */
  nested<T>(descend: () => T): T {
    if (++this.depth > limits.nesting) throw new LimitError('it is nested too deeply');
    const mark = this.depth;
    try {
      return descend();
    } finally {
      this.depth = mark - 1;
    }
  }

  fail(what: string): never {
    throw new ParseError(`${what} at ${this.atEnd ? 'the end' : `“${this.token.s.slice(0, 20)}”`}`);
  }
}
