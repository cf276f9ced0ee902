import { rational, whole } from '../number.js';
import { joined, minus, numeric, product, toFixed } from './build.js';
import { Commands } from './commands.js';
import { functions } from './names.js';
import { num, type Node } from './node.js';
import type { Token } from './lexer.js';
import { isUnitWord, letterUnits, scaleWords } from './units.js';

/** \pmod, \bmod, \mod, mod */
export const isModulo = ({ t, s }: Token): boolean =>
  t === 'cmd' ? /^\\(?:[pb]?mod|pod)$/.test(s) : (t === 'word' || t === 'text') && /^mod(?:ulo)?$/i.test(s);

/** Sums, products, powers: the part of the grammar that computes. */
export abstract class Expression extends Commands {
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
  protected override product(): Node {
    let left = this.signed();
    for (;;) {
      if (this.c.skip('\\cdot', '\\times', '*', '\\ast')) left = product(left, this.signed());
      else if (this.c.skip('/', '\\div')) left = { k: 'div', a: left, b: this.signed() };
      else if (this.scaled()) left = product(left, num(whole(scaleWords.get(this.c.next().s.toLowerCase())!)));
      else if (this.startsFactor(left)) left = product(left, this.factor());
      else return left;
    }
  }

  protected override signed(): Node {
    if (this.c.skip('-')) return this.c.nested(() => minus(this.signed()));
    if (this.c.skip('+')) return this.c.nested(() => this.signed());
    return this.factor();
  }

  private scaled(): boolean {
    const { t, s } = this.c.token;
    return (t === 'word' || t === 'text') && scaleWords.has(s.toLowerCase());
  }

  /** Whether a factor follows without a sign of multiplication. */
  protected override startsFactor(left: Node): boolean {
    const { t, s, space } = this.c.token;
    if (t === 'num') return left.k !== 'num' || !space;
    if (t === 'word' && left.k === 'tuple' && (s === 'U' || s === 'u')) return false;
    if (t === 'word')
      return (
        !(numeric(left) && this.unitWord(s, space)) &&
        !/^(?:and|or|percent|percentage|pct|if|for|when|where|is|are|equals|to|approximately|mod|modulo)$/i.test(s)
      );
    if (t === 'begin') return true;
    if (s === '(' && isModulo(this.c.peek())) return false;
    if (t === 'sign')
      return (
        s === '(' || s === '{' || (s === '[' && !space && !this.closesHere(this.c.token, this.c.peek())) || (s === '|' && !this.insideBars)
      );
    if (t !== 'cmd') return false;
    return this.startsWithCommand(s);
  }

  private unitWord(s: string, space: boolean): boolean {
    if (functions.has(s) || s === 'pi' || s === 'sqrt') return false;
    if (s.length === 1) return space && letterUnits.has(s) && this.c.peek().t === 'end of text';
    return isUnitWord(s) || s.length >= 4 || (space && s.length === 3 && /^(?!xyz|abc)[a-z]+$/.test(s));
  }

  /** A primary with its powers, factorials, percent and degree signs. */
  protected override factor(): Node {
    return this.c.nested(() => {
      let node = this.primary();
      for (let i = 0; i < 40; i++) {
        if (this.c.skip('^')) node = this.powered(node);
        else if (this.c.at('_') && node.k === 'num')
          node = this.based(node.places === undefined ? String(node.value.numerator) : toFixed(node.value, node.places));
        else if (this.c.skip('!')) node = { k: 'call', fn: this.c.skip('!') ? 'double factorial' : 'factorial', args: [node] };
        else if (this.c.skip('%')) node = { k: 'percent', a: node };
        else if (this.c.skip('\\degree', '\\circ')) node = { k: 'degree', a: this.withMinutes(node) };
        else if (this.percentWord()) node = { k: 'percent', a: node };
        else return node;
      }
      return this.c.fail('too many marks after one another');
    });
  }

  /** 22° 30′ 15″ */
  private withMinutes(degrees: Node): Node {
    const parts = [degrees];
    for (const [mark, size] of [
      ["'", 60n],
      ["''", 3600n],
    ] as const) {
      const part = this.c.attempt(() => {
        if (this.c.token.t !== 'num') return undefined;
        const value = this.primary();
        return this.primes() === mark ? value : undefined;
      });
      if (part) parts.push({ k: 'mul', args: [part, num(rational(1n, size))] });
    }
    return parts.length === 1 ? degrees : { k: 'add', args: parts };
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
}
