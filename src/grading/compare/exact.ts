import { LimitError, limits, type Steps } from '../limits.js';
import { absolute, bitLength, integerSqrt, isInteger, type Rational } from '../number.js';
import { children, headOf, isComputable, type Node } from '../parse/node.js';
import { inverse, modularPower, modulo, primes, scramble, squareRoot } from './field.js';
import { rationalValue, smallRationalValue } from './rationals.js';

/** A division by zero at this point: another point may do. */
class Pole extends Error {}

export interface Image {
  /** Value modulo the point's prime; null where the expression has a pole. */
  value: bigint | null;
  /**
   * Whether unequal images prove unequal expressions: false once a part (a sine, a root of a sum) was taken as an unknown
   * that depends on its arguments only.
   */
  faithful: boolean;
}

/** Evaluates expressions at one random point of one prime field. Variables are squares, so that √x is a value too. */
export class ExactPoint {
  private readonly p: bigint;
  private faithful = true;

  constructor(
    private readonly index: number,
    private readonly steps: Steps,
  ) {
    this.p = primes[index % primes.length];
  }

  /** @throws LimitError */
  image(node: Node): Image {
    this.faithful = true;
    try {
      return { value: this.value(node), faithful: this.faithful };
    } catch (error) {
      if (error instanceof Pole) return { value: null, faithful: this.faithful };
      throw error;
    }
  }

  private value(node: Node): bigint {
    this.steps.spend(2);
    const p = this.p;
    if (!isComputable(node)) return this.unknown(headOf(node), children(node));
    switch (node.k) {
      case 'num':
      case 'based':
        return this.rational(node.value);
      case 'sym':
        return modulo(this.rootOfVariable(node.name) ** 2n, p);
      case 'const':
        return node.name === 'i' ? squareRoot(-1n, p)! : scramble(node.name, [BigInt(this.index)], p);
      case 'add':
        return node.args.reduce((sum, a) => (sum + this.value(a)) % p, 0n);
      case 'mul':
        return node.args.reduce((product, a) => (product * this.value(a)) % p, 1n);
      case 'neg':
        return modulo(-this.value(node.a), p);
      case 'div':
        return (this.value(node.a) * this.invert(this.value(node.b))) % p;
      case 'percent':
        return (this.value(node.a) * this.invert(100n)) % p;
      case 'degree':
        return (this.value(node.a) * this.value({ k: 'const', name: 'pi' }) * this.invert(180n)) % p;
      case 'unit':
        return this.value(node.a);
      case 'pow':
        return this.power(node);
      case 'call':
        return this.call(node);
    }
  }

  private rational(r: Rational): bigint {
    const top = modulo(r.numerator, this.p);
    return r.denominator === 1n ? top : (top * this.invert(r.denominator)) % this.p;
  }

  private rootOfVariable(name: string): bigint {
    return scramble(`√${name}`, [BigInt(this.index)], this.p);
  }

  private invert(a: bigint): bigint {
    const result = inverse(a, this.p);
    if (result === undefined) throw new Pole();
    return result;
  }

  private unknown(name: string, args: readonly Node[]): bigint {
    this.faithful = false;
    return this.letterFunction(name, args);
  }

  private letterFunction(name: string, args: readonly Node[]): bigint {
    const values = args.map((a) => this.value(a));
    return scramble(`${name}()`, [BigInt(this.index), ...values], this.p);
  }

  private power(node: Node & { k: 'pow' }): bigint {
    const exponent = rationalValue(node.b, this.steps);
    if (!exponent) return this.unknown('^', [node.a, node.b]);
    if (isInteger(exponent)) return this.wholePower(node.a, exponent.numerator);
    if (exponent.denominator === 2n) {
      const root = this.squareRoot(node.a);
      const odd = absolute(exponent.numerator);
      const powered = odd === 1n ? root : this.toThe(root, odd);
      return exponent.numerator < 0n ? this.invert(powered) : powered;
    }
    const exact = smallRationalValue(node, this.steps);
    return exact ? this.rational(exact) : this.unknown('^', [node.a, node.b]);
  }

  /** n! modulo the prime, for n too large to write n! out. */
  private factorial(argument: Node): bigint {
    const n = rationalValue(argument, this.steps);
    if (!n || !isInteger(n)) return this.unknown('factorial', [argument]);
    if (n.numerator < 0n || n.numerator > BigInt(limits.factorial)) throw new LimitError(`a factorial beyond ${limits.factorial}!`);
    this.steps.spend(Number(n.numerator));
    let product = 1n;
    for (let i = 2n; i <= n.numerator; i++) product = (product * i) % this.p;
    return product;
  }

  /** n over k for any n and a small whole k: n (n − 1) … (n − k + 1) / k! */
  private binomial(n: Node, chosen: Node): bigint {
    const k = rationalValue(chosen, this.steps);
    if (!k || !isInteger(k) || k.numerator < 0n || k.numerator > largestChoice) return this.unknown('binomial', [n, chosen]);
    const value = this.value(n);
    let [top, bottom] = [1n, 1n];
    for (let i = 0n; i < k.numerator; i++) {
      top = modulo(top * (value - i), this.p);
      bottom = (bottom * (i + 1n)) % this.p;
    }
    return (top * this.invert(bottom)) % this.p;
  }

  private wholePower(base: Node, n: bigint): bigint {
    // (uᑫ)ⁿ = uᑫⁿ where qn is whole: (√u)² = u.
    if (base.k === 'pow') {
      const inner = rationalValue(base.b, this.steps);
      if (inner && !isInteger(inner) && (inner.numerator * n) % inner.denominator === 0n)
        return this.wholePower(base.a, (inner.numerator * n) / inner.denominator);
    }
    const value = this.toThe(this.value(base), absolute(n));
    return n < 0n ? this.invert(value) : value;
  }

  private toThe(value: bigint, n: bigint): bigint {
    const bits = bitLength(n);
    if (bits > 2048) throw new LimitError('an exponent is too large');
    this.steps.spend(bits >> 1);
    return modularPower(value, n, this.p);
  }

  /** √ of rationals, variables and their products; of anything else an unknown. */
  private squareRoot(node: Node): bigint {
    const exact = smallRationalValue(node, this.steps);
    if (exact) return this.rootOfRational(exact);
    if (node.k === 'sym') return this.rootOfVariable(node.name);
    if (node.k === 'mul' && node.args.every((a) => a.k === 'sym' || a.k === 'num'))
      return node.args.reduce((product, a) => (product * this.squareRoot(a)) % this.p, 1n);
    return this.unknown('√', [node]);
  }

  /** √(n/d) = √(nd)/d, by the roots of the prime factors; √−1 = i. */
  private rootOfRational(r: Rational): bigint {
    const n = r.numerator * r.denominator;
    let result = n < 0n ? squareRoot(-1n, this.p)! : 1n;
    let rest = absolute(n);
    for (const q of trialPrimes) {
      if (q * q > rest) break;
      for (let squares = 0; rest % (q * q) === 0n; squares++) [rest, result] = [rest / (q * q), (result * q) % this.p];
      if (rest % q === 0n) [rest, result] = [rest / q, (result * this.rootOfPrime(q)) % this.p];
    }
    const root = integerSqrt(rest);
    const last = root * root === rest ? root : this.rootOfPrime(rest);
    return (((result * last) % this.p) * this.invert(r.denominator)) % this.p;
  }

  private rootOfPrime(q: bigint): bigint {
    const root = q < trialLimit * trialLimit ? squareRoot(q, this.p) : null;
    if (root !== null) return root;
    this.faithful = false;
    return scramble('√', [q], this.p);
  }

  private call(node: Node & { k: 'call' }): bigint {
    const exact = smallRationalValue(node, this.steps);
    if (exact) return this.rational(exact);
    if (node.fn === 'factorial') return this.factorial(node.args[0]);
    if (node.fn === 'binomial') return this.binomial(node.args[0], node.args[1]);
    if (node.fn === 'root' && node.args[1].k === 'num' && node.args[1].value.numerator === 2n) return this.squareRoot(node.args[0]);
    return /^[fghFGH]'*$/.test(node.fn) ? this.letterFunction(node.fn, node.args) : this.unknown(node.fn, node.args);
  }
}

/** Of more, a binomial coefficient is no polynomial that anyone writes out. */
const largestChoice = 40n;

const trialLimit = 1000n;
const trialPrimes = ((): bigint[] => {
  const found: bigint[] = [];
  for (let n = 2n; n < trialLimit; n++) if (found.every((q) => n % q !== 0n)) found.push(n);
  return found;
})();
