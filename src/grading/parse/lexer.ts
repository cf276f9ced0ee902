import { LimitError, limits, ParseError } from '../limits.js';
import { commands, dressing, functions, greek, naming, relations, spaces, textCommands } from './names.js';
import { letterUnits } from './units.js';

export interface Token {
  /** num: a numeral without separators; word: letters; text: the content of \text{…} or other script; cmd: with its backslash. */
  t: 'num' | 'word' | 'cmd' | 'text' | 'sign' | 'begin' | 'close' | 'end of text';
  s: string;
  /** White space stands before it. */
  space: boolean;
  /** Index in the cleaned text. */
  at: number;
}

export interface Reading {
  /** What a comma between digits means where both would do: thousands, or the next member of a list, or a decimal comma. */
  comma: 'thousands' | 'separator' | 'decimal';
}

/**
 * Tokens of a cleaned answer. Dollar signs, styles and spaces leave nothing but `space`.
 * @throws LimitError for too many tokens or digits, ParseError for braces of \text that never close
 */
export function tokenize(text: string, reading: Reading): Token[] {
  const scanner = new Scanner(text, reading);
  scanner.run();
  return scanner.tokens;
}

const digit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';
const letter = (c: string | undefined): boolean => c !== undefined && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
const connector = /^[\s,;]*(?:and|or|或|和|与|以及)?[\s,;]*$/i;

const twoSigns = new Map(Object.entries({ '<=': '\\le', '>=': '\\ge', '!=': '\\ne', '~=': '\\approx', '==': '=', '=<': '\\le', ':=': '=', '->': '\\to' })); // prettier-ignore

class Scanner {
  readonly tokens: Token[] = [];
  private i = 0;
  private depth = 0;
  private space = false;

  constructor(
    private readonly text: string,
    private readonly reading: Reading,
  ) {}

  run(): void {
    while (this.i < this.text.length) this.step(this.text[this.i]);
    this.push('end of text', '', this.i);
  }

  private push(t: Token['t'], s: string, at: number): void {
    if (this.tokens.length > limits.tokens) throw new LimitError('the answer has too many signs');
    this.tokens.push({ t, s, space: this.space, at });
    this.space = false;
  }

  private step(c: string): void {
    const at = this.i;
    if (digit(c) || (c === '.' && digit(this.text[at + 1]))) {
      this.numeral();
      return;
    }
    if (letter(c)) {
      while (letter(this.text[this.i])) this.i++;
      this.push('word', this.text.slice(at, this.i), at);
      return;
    }
    if (c === '\\') {
      this.command();
      return;
    }
    if (c.charCodeAt(0) <= 32 || '$~"`€£¥₹'.includes(c)) {
      this.i++;
      this.space = true;
      return;
    }
    if (c.charCodeAt(0) > 127) {
      this.script();
      return;
    }
    this.i++;
    if ('([{'.includes(c)) this.depth++;
    else if (')]}'.includes(c)) this.depth--;
    const two = c + (this.text[this.i] ?? '');
    const joined = twoSigns.get(two);
    if (joined !== undefined) {
      this.i++;
      this.push(joined === '=' ? 'sign' : 'cmd', joined, at);
    } else this.push('sign', c, at);
  }

  /** A run of letters of another script, as 个苹果 or é. */
  private script(): void {
    const at = this.i;
    while (this.i < this.text.length && this.text.charCodeAt(this.i) > 127) this.i++;
    this.push('text', this.text.slice(at, this.i), at);
  }

  private numeral(): void {
    const at = this.i;
    let end = at;
    while (digit(this.text[end])) end++;
    if (end > at && !'.,{\\ eE'.includes(this.text[end] ?? '+')) {
      if (end - at > limits.digits) throw new LimitError(`a number has more than ${limits.digits} digits`);
      this.i = end;
      this.push('num', this.text.slice(at, end), at);
      return;
    }
    // Nearly all numerals are short: a longer stretch is looked at only where digits and separators fill the first.
    const near = this.text.slice(at, at + 64);
    const rest = /^[\d,.{}\\ ]{64}/.test(near) ? this.text.slice(at, at + limits.digits + 1) : near;
    if (rest.length > limits.digits && /^[\d,.]*$/.test(rest)) throw new LimitError(`a number has more than ${limits.digits} digits`);
    const found =
      this.grouped(rest) ??
      /^(?:\d+\.(?=\\(?:overline|bar|dot)[^a-zA-Z]|[/)*+,\]}-])|\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\d.a-zA-Z]))?/.exec(rest)![0];
    const plain = this.reading.comma === 'decimal' ? (/^\d+,\d+/.exec(rest)?.[0] ?? found) : found;
    this.i += plain.length;
    this.push('num', this.separatorsGone(plain), at);
  }

  private separatorsGone(s: string): string {
    if (this.reading.comma === 'decimal') return s.replace(',', '.');
    if (/^\d{1,3}(?:\.\d{3})*(?:\{,\}|,)\d+$/.test(s) && (/\.\d{3}/.test(s) || /\{,\}(?!\d{3}$)/.test(s)))
      return s.replaceAll('.', '').replace(/\{,\}|,/, '.');
    if (/^\d{1,3}(?:\.\d{3}){2,}$/.test(s)) return s.replaceAll('.', '');
    return s.replace(/\{,\}|\\,|[,\s]/g, '');
  }

  /** Thousands: groups of exactly three digits, by one kind of separator throughout. A bare comma inside brackets separates members. */
  private grouped(rest: string): string | undefined {
    const bare = this.depth === 0 && this.reading.comma !== 'separator';
    return (/^[1-9]\d{0,2}(?:\{,\}\d{3})+(?:\.\d+)?(?!\d)/.exec(rest) ??
      /^[1-9]\d{0,2}(?:\\,\d{3})+(?:\.\d+)?(?!\d)/.exec(rest) ??
      /^\d+\{,\}\d+/.exec(rest) ??
      (bare
        ? /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?![\d,])/.exec(rest)
        : /^[1-9]\d{0,2}(?:,0\d\d)(?:,\d{3})*(?:\.\d+)?(?![\d])/.exec(rest)) ??
      (bare
        ? (/^[1-9]\d{0,2}(?: \d{3})+(?:\.\d+)?(?![\d ]|\s*[\d/\\])/.exec(rest) ?? /^\d{1,3}(?:\.\d{3})+,\d+(?!\d)/.exec(rest))
        : null) ??
      /^\d{1,3}(?:\.\d{3}){2,}(?![\d.])/.exec(rest))?.[0];
  }

  private command(): void {
    const at = this.i;
    const next = this.text[at + 1];
    if (!letter(next)) {
      this.signCommand(next);
      return;
    }
    let end = at + 1;
    while (letter(this.text[end])) end++;
    const name = knownCommand(this.text.slice(at + 1, end));
    this.i = at + 1 + name.length;
    if (spaces.has(name)) {
      if (name === 'hspace') this.braces();
      this.space = true;
    } else if (textCommands.has(name)) this.textCommand();
    else if (name === 'begin' || name === 'end')
      this.push(name === 'begin' ? 'begin' : 'close', (this.braces() ?? '').replace('*', ''), at);
    else if (dressing.has(name)) {
      if (name === 'color' || name === 'tag') this.braces();
      this.space = true;
    } else this.push('cmd', `\\${name}`, at);
  }

  private signCommand(next: string | undefined): void {
    const at = this.i;
    this.i += 2;
    if (next === undefined || spaces.has(next) || '$()[]'.includes(next)) this.space = true;
    else if (next === '\\') {
      const gap = /^\s*\[[^\]]{0,20}\]/.exec(this.text.slice(this.i, this.i + 30));
      if (gap && /^\s*\[-?[\d.]+\s*(?:pt|em|ex|mm|cm)\]/.test(gap[0])) this.i += gap[0].length;
      this.push('sign', '\\\\', at);
    } else if (next === '%' || next === '#' || next === '&' || next === '_') this.push('sign', next === '&' ? ',' : next, at);
    else if (next === '{' || next === '}') {
      this.depth += next === '{' ? 1 : -1;
      this.push('cmd', `\\${next}`, at);
    } else if (next === '|') this.push('cmd', '\\Vert', at);
    else this.space = true;
  }

  /** Content of the braces that follow, balanced; nothing when none follow. */
  private braces(): string | undefined {
    let i = this.i;
    while (this.text[i] === ' ') i++;
    if (this.text[i] !== '{') return undefined;
    let depth = 0;
    for (let j = i; j < this.text.length; j++) {
      if (this.text[j] === '{') depth++;
      else if (this.text[j] === '}' && --depth === 0) {
        this.i = j + 1;
        return this.text.slice(i + 1, j);
      }
    }
    throw new ParseError('a brace is never closed');
  }

  private textCommand(): void {
    const at = this.i;
    const content = this.braces();
    if (content === undefined) {
      this.space = true;
      return;
    }
    const words = content.replace(/[$~]|\\[ ,;]/g, ' ').trim();
    if (words === '') this.space = true;
    else if (connector.test(words)) this.push(/or|或/i.test(words) ? 'cmd' : 'sign', /or|或/i.test(words) ? '\\lor' : ',', at);
    else if (/^[A-Za-z]$/.test(words)) this.push(letterUnits.has(words) && this.tokens.at(-1)?.t === 'num' ? 'text' : 'word', words, at);
    else if (
      /^[^A-Za-z\u0080-\uffff]*\d/.test(words) ||
      /^\(?\s*mod(?:ulo)?\s/i.test(words) ||
      !/\p{L}/u.test(words) ||
      /^[\s(]*[A-Z][\s)]*(?:,[\s(]*[A-Z][\s)]*)+$/.test(words)
    )
      this.inner(words, at);
    else this.push('text', words, at);
  }

  /** Numbers and signs written as text are read as if they stood outside. */
  private inner(words: string, at: number): void {
    if (words.includes('\\text')) throw new ParseError('text inside text');
    for (const token of tokenize(words, this.reading).slice(0, -1)) {
      this.space ||= token.space;
      this.push(token.t, token.s, at);
    }
    this.space = true;
  }
}

/** A command's name, cut where letters follow a known one without a space, as in \quadx. */
function knownCommand(name: string): string {
  if (isCommand(name)) return name;
  for (let end = name.length - 1; end >= 2; end--) if (isCommand(name.slice(0, end))) return name.slice(0, end);
  return name;
}

const isCommand = (name: string): boolean =>
  commands.has(name) ||
  spaces.has(name) ||
  textCommands.has(name) ||
  dressing.has(name) ||
  naming.has(name) ||
  greek.has(name) ||
  functions.has(name) ||
  relations.has(`\\${name}`);
