import { add as addRationals, isInteger, multiply, order, rational, whole } from '../number.js';
import { Brackets } from './brackets.js';
import { plainLetter, sym } from './build.js';
import { functionLetters, functions } from './names.js';
import { num, type Node } from './node.js';
import { inBase, numeral, repeating } from './numeral.js';

/** Numerals, letters and words: what an expression is built of. */
export abstract class Primaries extends Brackets {
  protected abstract call(fn: string): Node;
  protected abstract command(name: string): Node;

  /** Words that stand where a value is expected. */
  protected abstract named(text: string): Node;

  override primary(): Node {
    const token = this.c.next();
    switch (token.t) {
      case 'num':
        return this.afterNumeral(token.s);
      case 'word':
        return this.word(token.s);
      case 'cmd':
        return this.command(token.s.slice(1));
      case 'begin':
        return this.environment(token.s);
      case 'text':
        return this.c.at('_') && /^[0-9A-Z]+$/.test(token.s) ? this.based(token.s) : this.named(token.s);
      case 'sign':
        this.c.reset(this.c.mark - 1);
        return this.bracketed();
      case 'close':
      case 'end of text':
        return this.c.fail('a value is missing');
    }
  }

  private afterNumeral(s: string): Node {
    const node = numeral(s) as Node & { k: 'num' };
    const { t, s: next } = this.c.token;
    if (t === 'cmd' && /^\\(?:overline|bar|dot)$/.test(next) && s.includes('.')) {
      this.c.next();
      const period = this.argument();
      if (period.k === 'num' && isInteger(period.value)) return num(repeating(s, this.lastNumeral));
    }
    if (t === 'cmd' && /^\\[lc]?dots$/.test(next) && s.includes('.')) {
      this.c.next();
      const period = /(\d)\1\1$|(\d\d)\2$|(\d{3})\3$/.exec(s);
      const digits = (period?.slice(1) as (string | undefined)[] | undefined)?.find((p) => p !== undefined);
      return digits === undefined ? this.c.fail('a decimal goes on') : num(repeating(s, digits));
    }
    if (node.places !== undefined || !/^\d+$/.test(s)) return this.remember(s, node);
    return (
      this.mixed(node) ?? (this.c.token.t === 'word' ? this.c.attempt(() => this.lettersInBase(s)) : undefined) ?? this.remember(s, node)
    );
  }

  private lastNumeral = '';

  private remember(s: string, node: Node): Node {
    this.lastNumeral = s;
    return node;
  }

  /** 1\frac{1}{2} and 3 1/2: a whole number beside a proper fraction of numerals adds. */
  private mixed(node: Node & { k: 'num' }): Node | undefined {
    const { t, s, space } = this.c.token;
    const command = t === 'cmd' && /^\\[dtc]?frac$/.test(s);
    if (!command && !(t === 'num' && space && this.c.peek().s === '/' && this.c.peek(2).t === 'num')) return undefined;
    return this.c.attempt(() => {
      const fraction = command ? this.primary() : this.slashed();
      if (fraction.k !== 'div' || fraction.a.k !== 'num' || fraction.b.k !== 'num') return undefined;
      const [a, b] = [fraction.a, fraction.b];
      const proper = a.places === undefined && b.places === undefined && order(a.value, b.value) < 0 && order(whole(0), a.value) < 0;
      return proper ? num(addRationals(node.value, multiply(a.value, rational(b.value.denominator, b.value.numerator)))) : undefined;
    });
  }

  private slashed(): Node {
    const a = numeral(this.c.next().s);
    this.c.next();
    return { k: 'div', a, b: numeral(this.c.next().s) };
  }

  /** 1012_3, 1012_{3}. */
  protected based(digits: string): Node {
    this.c.next();
    const base = this.c.at('{') ? this.argument() : this.primary();
    if (base.k !== 'num' || !isInteger(base.value)) return this.c.fail('a base must be a number');
    return this.inStatedBase(digits, Number(base.value.numerator));
  }

  private inStatedBase(digits: string, base: number): Node {
    const value = inBase(digits, base);
    return value ? { k: 'based', digits, base, value } : this.c.fail(`${digits.slice(0, 20)} is no number in base ${base}`);
  }

  /** 152A_{11}: letters are digits where a base follows. */
  private lettersInBase(s: string): Node | undefined {
    let digits = s;
    while ((this.c.token.t === 'word' || this.c.token.t === 'num') && /^[0-9A-Z]+$/.test(this.c.token.s)) digits += this.c.next().s;
    if ((digits !== s || /^[A-F]{2,}$/.test(s)) && this.c.skip('_')) {
      const base = this.c.at('{') ? this.argument() : this.primary();
      if (base.k === 'num' && isInteger(base.value) && (digits !== s || base.value.numerator === 16n))
        return this.inStatedBase(digits, Number(base.value.numerator));
    }
    return undefined;
  }

  private word(s: string): Node {
    // A7_{16}; AB_{16} too, but A_{16} is a name.
    const hexadecimal = /^[A-F]+$/.test(s) ? this.c.attempt(() => this.lettersInBase(s)) : undefined;
    if (hexadecimal) return hexadecimal;
    const lower = s.toLowerCase();
    if (functions.has(s)) return this.call(functions.get(s)!);
    if (lower === 'pi') return { k: 'const', name: 'pi' };
    if (lower === 'infinity' || s === 'inf' || s === 'oo') return { k: 'const', name: 'inf' };
    if (s.length === 1) return this.letter(s);
    if (s.length > 3) return this.subscripted(s);
    // A product of letters: what follows (a power, a bracket) belongs to the last one, so that each is read by itself.
    this.c.back({ t: 'word', s: s.slice(1), space: false, at: 0 });
    return plainLetter(s[0]);
  }

  private letter(s: string): Node {
    const prime = this.primes();
    if (functionLetters.has(s) && this.c.at('(') && !this.c.token.space) return { k: 'call', fn: s + prime, args: this.arguments() };
    if (prime !== '') return this.subscripted(s + prime);
    if (this.c.at('_')) return this.subscripted(s);
    return plainLetter(s);
  }

  /** y', y^\prime, y^{\prime\prime}: marks of a derivative, as many apostrophes. */
  protected primes(prime = ''): string {
    while (prime.length < 4) {
      const raised = this.c.at('^') ? 1 : 0;
      const braced = this.c.peek(raised).s === '{' && raised === 1 ? 1 : 0;
      const mark = raised + braced === 0 ? this.c.token : this.c.peek(raised + braced);
      if (mark.s !== "'" && mark.s !== '\\prime') return prime;
      for (let i = 0; i < raised + braced; i++) this.c.next();
      while (prime.length < 4 && this.c.skip("'", '\\prime')) prime += "'";
      if (braced) this.c.expect('}');
    }
    return prime;
  }

  /** x_1, a_{n+1}: the subscript is part of the name. */
  protected subscripted(name: string): Node {
    if (!this.c.skip('_')) return sym(name);
    const from = this.c.mark;
    if (this.c.at('{')) this.c.nested(() => this.skipGroup());
    else this.c.next();
    const text = this.textFrom(from).replace(/[{}\s\\]/g, '');
    return sym(`${name}_${text}`);
  }

  /** What stands above or below: a group, or one whole numeral, letter or command; a power of a power when unbraced. */
  protected script(): Node {
    if (this.c.at('{')) return this.argument();
    if (this.c.at('(')) return this.bracket();
    const node = this.primary();
    return this.c.skip('^') ? { k: 'pow', a: node, b: this.c.nested(() => this.script()) } : node;
  }
}
