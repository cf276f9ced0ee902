import { isInteger, negate, order, toFloat, whole, rational, add as addRationals, multiply, power } from '../number.js';
import { Brackets } from './brackets.js';
import { functionLetters, functions, greek, naming, severalArguments } from './names.js';
import { children, num, type Node } from './node.js';
import { inBase, numeral, repeating } from './numeral.js';
import { isUnitWord, letterUnits, scaleWords } from './units.js';

const half: Node = num(rational(1n, 2n));
const sym = (name: string): Node => ({ k: 'sym', name });

/** Whether a factor is purely a number, so that words after it can be its unit. */
export function numeric(node: Node): boolean {
  if (node.k === 'num' || node.k === 'percent' || node.k === 'degree' || node.k === 'based') return true;
  if (node.k === 'const') return node.name === 'pi';
  const built = node.k === 'neg' || node.k === 'div' || node.k === 'pow' || node.k === 'mul' || node.k === 'add';
  return built && children(node).every(numeric);
}

/** Sums, products, powers, functions: the part of the grammar that computes. */
export abstract class Expression extends Brackets {
  /** Words that stand where a value is expected. */
  protected abstract named(text: string): Node;

  /** Terms joined by + and −; ± makes two values. */
  override sum(): Node {
    return this.c.nested(() => {
      let left: Node | undefined;
      for (;;) {
        const sign = this.c.at('+', '-', '\\pm', '\\mp') ? this.c.next().s : '';
        if (sign === '' && left) return left;
        if (sign === '+' && !left && this.c.at('\\pm', '\\mp')) continue;
        const term = this.product();
        left = joined(left, sign, term);
      }
    });
  }

  /** Factors joined by ·, ×, /, or by standing side by side; from left to right. */
  private product(): Node {
    let left = this.signed();
    for (;;) {
      if (this.c.skip('\\cdot', '\\times', '*', '\\ast')) left = product(left, this.signed());
      else if (this.c.skip('/', '\\div')) left = { k: 'div', a: left, b: this.signed() };
      else if (this.scaled()) left = product(left, num(whole(scaleWords.get(this.c.next().s.toLowerCase())!)));
      else if (this.startsFactor(left)) left = product(left, this.factor());
      else return left;
    }
  }

  private signed(): Node {
    if (this.c.skip('-')) return this.c.nested(() => minus(this.signed()));
    if (this.c.skip('+')) return this.c.nested(() => this.signed());
    return this.factor();
  }

  private scaled(): boolean {
    const { t, s } = this.c.token;
    return (t === 'word' || t === 'text') && scaleWords.has(s.toLowerCase());
  }

  /** Whether a factor follows without a sign of multiplication. */
  private startsFactor(left: Node): boolean {
    const { t, s, space } = this.c.token;
    if (t === 'num') return left.k !== 'num' || !space;
    if (t === 'word' && left.k === 'tuple' && (s === 'U' || s === 'u')) return false;
    if (t === 'word')
      return (
        !(numeric(left) && this.unitWord(s, space)) &&
        !/^(?:and|or|percent|percentage|pct|if|for|when|where|is|are|equals|to|approximately)$/i.test(s)
      );
    if (t === 'begin') return true;
    if (t === 'sign') return s === '(' || s === '{' || (s === '[' && !space) || (s === '|' && !this.insideBars);
    if (t !== 'cmd') return false;
    return this.startsWithCommand(s);
  }

  private unitWord(s: string, space: boolean): boolean {
    if (functions.has(s) || s === 'pi' || s === 'sqrt') return false;
    if (s.length === 1) return space && letterUnits.has(s) && this.c.peek().t === 'end of text';
    return isUnitWord(s) || s.length >= 4 || (space && s.length === 3 && /^(?!xyz|abc)[a-z]+$/.test(s));
  }

  /** A primary with its powers, factorials, percent and degree signs. */
  private factor(): Node {
    return this.c.nested(() => {
      let node = this.primary();
      for (let i = 0; i < 40; i++) {
        if (this.c.skip('^')) node = this.powered(node);
        else if (this.c.at('_') && node.k === 'num') node = this.based(node);
        else if (this.c.skip('!')) node = { k: 'call', fn: this.c.skip('!') ? 'double factorial' : 'factorial', args: [node] };
        else if (this.c.skip('%')) node = { k: 'percent', a: node };
        else if (this.c.skip('\\degree', '\\circ')) node = { k: 'degree', a: node };
        else if (this.percentWord()) node = { k: 'percent', a: node };
        else return node;
      }
      return this.c.fail('too many marks after one another');
    });
  }

  private percentWord(): boolean {
    const { t, s } = this.c.token;
    if ((t !== 'word' && t !== 'text') || !/^(?:percent|percentage|pct|per cent)\.?$/i.test(s)) return false;
    this.c.next();
    return true;
  }

  private powered(base: Node): Node {
    if (this.primes('') !== '') return { k: 'call', fn: 'derivative', args: [base] };
    const exponent = this.c.skip('-') ? minus(this.script()) : this.script();
    const transposed = exponent.k === 'sym' && exponent.name === 'T';
    return transposed ? { k: 'call', fn: 'transpose', args: [base] } : { k: 'pow', a: base, b: exponent };
  }

  /** What stands above or below: a group, or one whole numeral, letter or command; a power of a power when unbraced. */
  private script(): Node {
    if (this.c.at('{')) return this.argument();
    if (this.c.at('(')) return this.bracket();
    const node = this.primary();
    return this.c.skip('^') ? { k: 'pow', a: node, b: this.c.nested(() => this.script()) } : node;
  }

  /** 1012_3, 1012_{3}. */
  private based(node: Node & { k: 'num' }): Node {
    this.c.next();
    const base = this.c.at('{') ? this.argument() : this.primary();
    if (base.k !== 'num' || !isInteger(base.value)) return this.c.fail('a base must be a number');
    const digits = node.places === undefined ? String(node.value.numerator) : toFixed(node.value, node.places);
    return this.inStatedBase(digits, Number(base.value.numerator));
  }

  private inStatedBase(digits: string, base: number): Node {
    const value = inBase(digits, base);
    return value ? { k: 'based', digits, base, value } : this.c.fail(`${digits.slice(0, 20)} is no number in base ${base}`);
  }

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
        return this.named(token.s);
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
    if (node.places !== undefined || !/^\d+$/.test(s)) return this.remember(s, node);
    return this.mixed(node) ?? this.c.attempt(() => this.lettersInBase(s)) ?? this.remember(s, node);
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

  /** 152A_{11}: letters are digits where a base follows. */
  private lettersInBase(s: string): Node | undefined {
    let digits = s;
    while ((this.c.token.t === 'word' || this.c.token.t === 'num') && /^[0-9A-Z]+$/.test(this.c.token.s)) digits += this.c.next().s;
    if (digits !== s && this.c.skip('_')) {
      const base = this.c.at('{') ? this.argument() : this.primary();
      if (base.k === 'num' && isInteger(base.value)) return this.inStatedBase(digits, Number(base.value.numerator));
    }
    return undefined;
  }

  private word(s: string): Node {
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
  private primes(prime = ''): string {
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
  private subscripted(name: string): Node {
    if (!this.c.skip('_')) return sym(name);
    const from = this.c.mark;
    if (this.c.at('{')) this.c.nested(() => this.skipGroup());
    else this.c.next();
    const text = this.textFrom(from).replace(/[{}\s\\]/g, '');
    return sym(`${name}_${text}`);
  }

  private command(name: string): Node {
    if (/^[dtc]?frac$/.test(name)) return this.fraction();
    if (/^[dt]?binom$/.test(name)) return { k: 'call', fn: 'binomial', args: [this.argument(), this.argument()] };
    const fn = functions.get(name);
    if (fn !== undefined && name !== 'sqrt') return this.call(fn);
    if (greek.has(name)) return name === 'angle' || name === 'triangle' ? this.dressed(name) : this.subscripted(name);
    if (naming.has(name)) return this.dressed(name);
    switch (name) {
      case 'sqrt':
        return this.root();
      case 'surd':
        return { k: 'pow', a: this.primary(), b: half };
      case 'pi':
        return { k: 'const', name: 'pi' };
      case 'infty':
        return { k: 'const', name: 'inf' };
      case 'imath':
        return { k: 'const', name: 'i' };
      case 'emptyset':
      case 'varnothing':
        return { k: 'set', args: [] };
      case 'mathbb':
      case 'Bbb':
        return { k: 'named set', name: this.argumentText() };
      default:
        this.c.reset(this.c.mark - 1);
        return this.bracketed();
    }
  }

  /** \angle ABC, \vec{v}, \overline{AB}: a name. */
  private dressed(command: string): Node {
    const from = this.c.mark;
    if (this.c.at('{')) this.c.nested(() => this.skipGroup());
    else if (!this.c.atEnd) this.c.next();
    return this.subscripted(`${command} ${this.textFrom(from).replace(/[{}\s]/g, '')}`);
  }

  private fraction(): Node {
    const first = this.c.token;
    // \frac112 is meant as 1/12: the first digit is the numerator.
    if (first.t === 'num' && /^\d{2,}$/.test(first.s)) {
      this.c.next();
      return { k: 'div', a: numeral(first.s[0]), b: numeral(first.s.slice(1)) };
    }
    const a = this.argument();
    return { k: 'div', a, b: this.argument() };
  }

  private root(): Node {
    if (this.c.skip('[')) {
      const index = this.sum();
      this.c.expect(']');
      return { k: 'call', fn: 'root', args: [this.argument(), index] };
    }
    return { k: 'pow', a: this.c.at('(') ? this.bracket() : this.argument(), b: half };
  }

  /** \sin 2x, \sin^2 x, \log_2 8, \ln(x), sqrt(2). Without brackets the argument ends at a sum, a relation or the next function. */
  private call(fn: string): Node {
    if (fn === 'sqrt') return this.root();
    if (severalArguments.has(fn) && this.c.at('(', '\\{')) return { k: 'call', fn, args: this.arguments() };
    let exponent: Node | undefined;
    let base: Node | undefined;
    for (;;) {
      if (!exponent && this.c.skip('^')) exponent = this.c.skip('-') ? minus(this.script()) : this.script();
      else if (!base && fn === 'log' && this.c.skip('_')) base = this.logBase();
      else break;
    }
    const argument = this.c.at('(', '[', '{') ? this.bracket() : this.functionArgument();
    const inverse = exponent?.k === 'num' && toFloat(exponent.value) === -1 && /^(?:sin|cos|tan|cot|sec|csc)$/.test(fn);
    if (inverse) return { k: 'call', fn: `arc${fn}`, args: [argument] };
    const call: Node =
      fn === 'exp'
        ? { k: 'pow', a: { k: 'const', name: 'e' }, b: argument }
        : { k: 'call', fn, args: base ? [argument, base] : [argument] };
    return exponent ? { k: 'pow', a: call, b: exponent } : call;
  }

  /** \log_28 is base 2 of 8: an unbraced base is one digit. */
  private logBase(): Node {
    const { t, s } = this.c.token;
    if (t !== 'num' || !/^\d{2,}$/.test(s)) return this.c.at('{') ? this.argument() : this.primary();
    return this.firstDigit();
  }

  private functionArgument(): Node {
    return this.c.nested(() => {
      let left = this.signed();
      while (this.startsFactor(left) && !this.startsFunction()) left = product(left, this.factor());
      if (numeric(left) && this.c.at('/') && this.c.peek().t === 'num') {
        this.c.next();
        left = { k: 'div', a: left, b: this.factor() };
      }
      return left;
    });
  }

  private startsFunction(): boolean {
    const { t, s } = this.c.token;
    const name = t === 'cmd' ? s.slice(1) : t === 'word' ? s : '';
    return functions.has(name) && name !== 'sqrt';
  }
}

function plainLetter(s: string): Node {
  if (s === 'e' || s === 'i') return { k: 'const', name: s };
  return sym(s);
}

function product(a: Node, b: Node): Node {
  const scientific = a.k === 'num' && b.k === 'pow' ? scaled(a, b) : undefined;
  if (scientific) return scientific;
  return a.k === 'mul' ? { k: 'mul', args: [...a.args, b] } : { k: 'mul', args: [a, b] };
}

/** 1.2 × 10⁻³ is one literal, stated to four decimals. */
function scaled(a: Node & { k: 'num' }, { a: ten, b: exponent }: Node & { k: 'pow' }): Node | undefined {
  if (ten.k !== 'num' || ten.places !== undefined || toFloat(ten.value) !== 10 || exponent.k !== 'num' || !isInteger(exponent.value))
    return undefined;
  const n = exponent.value.numerator;
  const scale = n >= -400n && n <= 400n ? power(ten.value, n) : undefined;
  if (!scale) return undefined;
  const places = a.places === undefined ? 0 : a.places - Number(n);
  return num(multiply(a.value, scale), places > 0 ? places : undefined);
}

const minus = (a: Node): Node => (a.k === 'num' ? { ...a, value: negate(a.value) } : { k: 'neg', a });

function joined(left: Node | undefined, sign: string, term: Node): Node {
  if (sign === '\\pm' || sign === '\\mp') return { k: 'pm', a: left ?? num(whole(0)), b: term, down: sign === '\\mp' };
  const signed = sign === '-' ? minus(term) : term;
  if (!left) return signed;
  return left.k === 'add' ? { k: 'add', args: [...left.args, signed] } : { k: 'add', args: [left, signed] };
}

const toFixed = (value: { numerator: bigint; denominator: bigint }, places: number): string => toFloat(value).toFixed(Math.min(places, 20));
