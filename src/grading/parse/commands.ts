import { rational, toFloat } from '../number.js';
import { minus, numeric, product, sym } from './build.js';
import { functions, greek, naming, severalArguments } from './names.js';
import { children, mapChildren, num, symbols, type Node } from './node.js';
import { numeral } from './numeral.js';
import { Primaries } from './primaries.js';

const half: Node = num(rational(1n, 2n));

/** The d or ∂ of d/dx. */
const isDifferential = (n: Node): boolean => (n.k === 'pow' ? isDifferential(n.a) : n.k === 'sym' && /^(?:d|partial ?)$/.test(n.name));

/** The index of a sum: e and i are names there. */
const nameOf = (n: Node): string | undefined =>
  n.k === 'sym' ? n.name : n.k === 'const' && (n.name === 'i' || n.name === 'e') ? n.name : undefined;

/** What begins with a backslash: fractions, roots, functions, names. */
export abstract class Commands extends Primaries {
  protected abstract factor(): Node;
  protected abstract signed(): Node;
  /** Factors, up to the next sign of a sum. */
  protected abstract product(): Node;
  /** Whether a factor follows without a sign of multiplication. */
  protected abstract startsFactor(left: Node): boolean;

  protected override command(name: string): Node {
    if (/^[dtc]?frac$/.test(name)) return this.fraction();
    if (/^[dt]?binom$/.test(name)) return { k: 'call', fn: 'binomial', args: [this.argument(), this.argument()] };
    const fn = functions.get(name);
    if (fn !== undefined && name !== 'sqrt') return this.call(fn);
    if (greek.has(name)) return name === 'angle' || name === 'triangle' ? this.dressed(name) : this.subscripted(name);
    if (naming.has(name)) return this.dressed(name);
    switch (name) {
      case 'sqrt':
        return this.root();
      case 'sum':
      case 'prod':
        return this.series(name === 'sum' ? 'sum' : 'product');
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
        return { k: 'named set', name: this.argumentText() + this.halfLine() };
      default:
        this.c.reset(this.c.mark - 1);
        return this.bracketed();
    }
  }

  /** The + of ℝ⁺, the > 0 of ℝ_{>0}, without its 0. */
  private halfLine(): string {
    const found = this.c.attempt(() => {
      const raised = this.c.skip('^');
      if (!raised && !this.c.skip('_')) return undefined;
      const braced = this.c.skip('{');
      const { s } = this.c.next();
      const half = raised
        ? { '+': '>', '-': '<' }[s]
        : { '>': '>', '<': '<', '\\ge': '≥', '\\geq': '≥', '\\le': '≤', '\\leq': '≤', '+': '>', '-': '<' }[s];
      if (half === undefined || (s !== '+' && s !== '-' && this.c.next().s !== '0') || (braced && !this.c.skip('}'))) return undefined;
      return half;
    });
    return found ?? '';
  }

  /** \angle ABC, \vec{v}, \overline{AB}: a name. */
  protected dressed(command: string): Node {
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
    const b = this.argument();
    if (isDifferential(a) && children(b)[0] && isDifferential(children(b)[0])) return this.c.fail('a derivative is not read');
    return { k: 'div', a, b };
  }

  /** \sum_{k=1}^{n} with all that multiplies behind it. */
  private series(op: 'sum' | 'product'): Node {
    let range: Node | undefined;
    let to: Node | undefined;
    for (;;) {
      if (!range && this.c.skip('_')) range = this.argument();
      else if (!to && this.c.skip('^')) to = this.script();
      else break;
    }
    const index = range?.k === 'relation' && range.signs.join('') === '=' ? nameOf(range.args[0]) : undefined;
    if (range?.k !== 'relation' || index === undefined || !to) return this.c.fail('a sum or product needs an index with two limits');
    const written = this.c.nested(() => this.product());
    const named = (n: Node): Node => (nameOf(n) === index ? sym(index) : mapChildren(n, named));
    const body = named(written);
    if (
      symbols(body).some(
        (name) => /_./.test(name) && name.slice(name.indexOf('_') + 1) !== index && name.slice(name.indexOf('_')).includes(index),
      )
    )
      return this.c.fail('an index inside a subscript');
    return { k: 'series', op, index, body, from: range.args[1], to };
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
  protected override call(fn: string): Node {
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

  protected startsFunction(): boolean {
    const { t, s } = this.c.token;
    const name = t === 'cmd' ? s.slice(1) : t === 'word' ? s : '';
    return functions.has(name) && name !== 'sqrt';
  }
}
