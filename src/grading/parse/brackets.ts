import { limits, LimitError } from '../limits.js';
import type { Cursor } from './cursor.js';
import type { Node } from './node.js';
import { functions, greek, naming } from './names.js';
import { numeral } from './numeral.js';
import type { Token } from './lexer.js';

const opening = new Map([['(', '('], ['[', '['], ['{', '{'], ['\\{', '{'], ['\\lbrace', '{'], ['\\lbrack', '['], ['\\langle', '⟨'], [']', '(']]); // prettier-ignore
const commandsOfFactors =
  /^\\(?:[dtc]?frac|[dt]?binom|sqrt|surd|pi|infty|imath|lfloor|lceil|lvert|lVert|emptyset|varnothing|mathbb|sum|prod)$/;

/** Brackets of every sort: groups, tuples, intervals, sets, absolute values, matrices. What stands inside is read by subclasses. */
export abstract class Brackets {
  protected insideBars = false;
  /** A colon inside a set separates the condition. */
  protected insideSet = false;

  constructor(
    protected readonly c: Cursor,
    /** The cleaned text that the tokens index. */
    protected readonly text: string,
  ) {}

  abstract sum(): Node;
  abstract primary(): Node;
  /** A member of a list, set or tuple: may be a relation or a set. */
  abstract member(): Node;

  protected startsWithCommand(s: string): boolean {
    if (s === '\\Vert' || s === '\\vert') return !this.insideBars;
    const name = s.slice(1);
    return commandsOfFactors.test(s) || naming.has(name) || greek.has(name) || functions.has(name);
  }

  /** {…} as one value, or the next single digit, letter or command. */
  protected argument(): Node {
    if (this.c.token.t === 'num' && this.c.token.s.length > 1 && /^\d/.test(this.c.token.s)) return this.firstDigit();
    if (!this.c.at('{')) {
      const word = this.c.token;
      if (word.t === 'word' && word.s.length > 1 && word.s !== 'pi') {
        this.c.replace({ ...word, s: word.s.slice(1), space: false });
        return { k: 'sym', name: word.s[0] };
      }
      return this.c.nested(() => this.primary());
    }
    this.c.next();
    const node = this.c.nested(() => this.member());
    this.c.expect('}');
    return node;
  }

  /** Takes one digit of the numeral that stands here. */
  protected firstDigit(): Node {
    const token = this.c.token;
    const rest = token.s.slice(1);
    if (/^\d+(?:\.\d+)?$/.test(rest)) this.c.replace({ ...token, s: rest, space: false });
    else return numeral(this.c.next().s);
    return numeral(token.s[0]);
  }

  /** The text between braces, as R of \mathbb{R}. */
  protected argumentText(): string {
    if (!this.c.skip('{')) return this.c.next().s;
    const { s } = this.c.next();
    const power = this.c.skip('^') ? `^${this.c.next().s}` : '';
    this.c.expect('}');
    return s + power;
  }

  protected skipGroup(): void {
    let depth = 0;
    do {
      if (this.c.atEnd) this.c.fail('a brace is never closed');
      if (this.c.at('{', '\\{')) depth++;
      else if (this.c.at('}', '\\}')) depth--;
      this.c.next();
    } while (depth > 0);
  }

  protected textFrom(mark: number): string {
    const end = this.c.mark;
    this.c.reset(mark);
    const from = this.c.token.at;
    this.c.reset(end);
    return this.text
      .slice(from, this.c.token.at === 0 ? undefined : this.c.token.at)
      .replaceAll('$', '')
      .trim();
  }

  /** A bracket as the argument of a function. */
  protected bracket(): Node {
    const node = this.bracketed();
    return node.k === 'tuple' || node.k === 'set' ? this.c.fail('one value is expected in brackets') : node;
  }

  /** Arguments in brackets, separated by commas. */
  protected arguments(): Node[] {
    const node = this.bracketed();
    return node.k === 'tuple' || node.k === 'set' ? node.args : [node];
  }

  /** Whatever begins with a bracket here. */
  protected bracketed(): Node {
    return this.c.nested(() => {
      const { t, s } = this.c.token;
      const open = t === 'sign' || t === 'cmd' ? opening.get(s) : undefined;
      if (open !== undefined) {
        this.c.next();
        return s === '{' ? this.group() : open === '{' ? this.set() : this.tuple(open as '(' | '[' | '⟨');
      }
      if (this.c.skip('|', '\\vert', '\\lvert', '\\Vert', '\\lVert')) return this.bars();
      if (this.c.skip('\\lfloor')) return this.closed('floor', '\\rfloor');
      if (this.c.skip('\\lceil')) return this.closed('ceil', '\\rceil');
      return this.c.fail('a value is expected');
    });
  }

  private group(): Node {
    const outside = this.insideBars;
    this.insideBars = false;
    const members = this.members('}');
    this.insideBars = outside;
    this.c.expect('}');
    return members.length === 1 ? members[0] : { k: 'list', args: members };
  }

  private bars(): Node {
    this.insideBars = true;
    const a = this.sum();
    this.insideBars = false;
    this.c.expect('|', '\\vert', '\\rvert', '\\Vert', '\\rVert');
    return { k: 'call', fn: 'abs', args: [a] };
  }

  private closed(fn: string, close: string): Node {
    const a = this.sum();
    this.c.expect(close);
    return { k: 'call', fn, args: [a] };
  }

  private set(): Node {
    const outside = this.insideSet;
    this.insideSet = true;
    const node = this.setMembers();
    this.insideSet = outside;
    return node;
  }

  private setMembers(): Node {
    const args = this.members('\\}', '\\rbrace');
    if (this.c.skip('|', '\\mid', ':', '\\vert')) {
      const conditions = this.members('\\}', '\\rbrace');
      this.c.expect('\\}', '\\rbrace');
      const [only] = args;
      if (args.length !== 1 || conditions.length !== 1) return this.c.fail('a set with several conditions');
      // {x | x > 2} is what the condition says of x; {2k | k ∈ ℤ} is a family.
      const range = only.k === 'relation' && only.signs[0] === '∈' && only.args[0].k === 'sym' ? only.args[1] : undefined;
      const real = range?.k === 'named set' && range.name === 'R';
      return only.k === 'sym' || real ? conditions[0] : { k: 'list', args: [only, conditions[0]] };
    }
    this.c.expect('\\}', '\\rbrace');
    return { k: 'set', args };
  }

  private tuple(open: '(' | '[' | '⟨'): Node {
    const outside = this.insideBars;
    this.insideBars = false;
    const args = this.members(')', ']', '\\rangle', '\\rbrack');
    this.insideBars = outside;
    const close = this.c.skip(')')
      ? ')'
      : this.c.skip('\\rangle')
        ? '⟩'
        : this.c.skip(']', '\\rbrack')
          ? ']'
          : this.c.skip('[') // [0, 1[ is [0, 1)
            ? ')'
            : this.c.fail('a bracket is never closed');
    if (args.length === 1 && (open === '(') === (close === ')')) return args[0];
    if (args.length < 2) return this.c.fail('nothing stands in brackets');
    return { k: 'tuple', args, open, close };
  }

  /** The second bracket of [0, 1[ : nothing follows that it could open. */
  protected closesHere(bracket: Token, next: Token): boolean {
    return bracket.s === '[' && (next.t === 'end of text' || /^(?:[,;)}]|\\(?:cup|cap|setminus|\}))$/.test(next.s));
  }

  protected members(...closing: string[]): Node[] {
    const args: Node[] = [];
    while (!this.c.at(...closing)) {
      if (args.length >= limits.members) throw new LimitError('it has too many members');
      args.push(this.c.nested(() => this.member()));
      while (this.c.skip(',', ';', '\\lor'));
      if (this.c.atEnd || this.c.at('|', '\\mid', ':', '\\vert', '\\}', '}', ')', ']') || this.closesHere(this.c.token, this.c.peek()))
        break;
    }
    return args;
  }

  /** \begin{pmatrix} … \end{pmatrix}; cases are a list. */
  protected environment(name: string): Node {
    if (!/^(?:[pbBvV]?matrix|smallmatrix|array|cases|aligned|align|gathered|split|rcases)$/.test(name))
      this.c.fail(`\\begin{${name}} is not read`);
    if (name === 'array' && this.c.at('{')) this.skipGroup();
    const rows: Node[][] = [[]];
    while (this.c.token.t !== 'close') {
      if (this.c.atEnd || rows.length > limits.members) this.c.fail('an environment is never closed');
      if (this.c.skip('\\\\')) rows.push([]);
      else if (!this.c.skip('&', ',', '\\lor')) rows.at(-1)!.push(this.c.nested(() => this.member()));
    }
    this.c.next();
    const filled = rows.filter((row) => row.length > 0);
    if (filled.length === 0) this.c.fail('an empty environment');
    if (!name.includes('matrix') && name !== 'array') return { k: 'list', args: filled.flat() };
    if (filled.some((row) => row.length !== filled[0].length)) this.c.fail('rows of a matrix differ in length');
    const matrix: Node = { k: 'matrix', rows: filled };
    return name === 'vmatrix' || name === 'Vmatrix' ? { k: 'call', fn: 'det', args: [matrix] } : matrix;
  }
}
