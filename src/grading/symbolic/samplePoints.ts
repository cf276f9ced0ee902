import { isFunction, isNumber, isSymbol, type ComputeEngine, type Expression } from '@cortex-js/compute-engine';

/** Decimal digits that values are computed with. */
export const digits = 80;

/**
 * Every value on the way must lie between these magnitudes (or be 0). So no step can hide a difference behind the digits that are
 * kept, as x + 10⁻⁹⁰ would, and no step can ask for a number too large to write.
 */
const smallest = 1e-15;
const largest = 1e15;
/** What a sum or a sine leaves below this is 0 but for rounding. */
const roundedAway = 1e-45;
/** Significant digits of a numeral. Two fractions of numerals this long cannot agree to `roundedAway` by accident. */
const longestNumeral = 20;
const mostOperations = 400;

/** The expression has no value at this point that could be trusted. */
export class NoSample extends Error {}

/** The expression uses what cannot be sampled anywhere, such as an integral or a name of a function. */
export class NotSampled extends Error {}

/** Functions that the engine computes to all digits, and whether they may come out near 0 for operands that are not. */
const elementary = new Map<string, { mayVanish: boolean }>([
  ...['Add', 'Subtract', 'Ln', 'Log', 'Lb', 'Sin', 'Cos', 'Tan', 'Cot', 'Arccos', 'Arcosh', 'Floor', 'Ceil', 'Mod', 'Max', 'Min'].map(
    (name) => [name, { mayVanish: true }] as const,
  ),
  ...['Negate', 'Multiply', 'Divide', 'Rational', 'Power', 'Sqrt', 'Root', 'Square', 'Exp', 'Abs', 'Sign', 'Sec', 'Csc'].map(
    (name) => [name, { mayVanish: false }] as const,
  ),
  ...['Arcsin', 'Arctan', 'Arccot', 'Arcsec', 'Arccsc', 'Sinh', 'Cosh', 'Tanh', 'Coth', 'Sech', 'Csch', 'Arsinh', 'Artanh'].map(
    (name) => [name, { mayVanish: false }] as const,
  ),
  ...['Gamma', 'GCD', 'LCM', 'Factorial', 'Binomial'].map((name) => [name, { mayVanish: false }] as const),
]);

/** Of whole numbers only, and of small ones. */
const whole = new Map([
  ['Factorial', 17],
  ['Binomial', 60],
  ['GCD', largest],
  ['LCM', largest],
]);

const constants = new Set(['Pi', 'ExponentialE', 'GoldenRatio', 'EulerGamma', 'CatalanConstant', 'ImaginaryUnit']);

export interface Sample {
  value: Expression;
  /** A value on the way had an imaginary part. */
  complex: boolean;
}

export const magnitude = (v: Expression): number => Math.hypot(v.re, v.im);

/**
 * The value of an expression to `digits` digits, step by step.
 * @param at values of the variables
 * @throws NoSample, NotSampled
 */
export function sample(ce: ComputeEngine, expression: Expression, at: (name: string) => Expression): Sample {
  const seen = { operations: 0, complex: false };
  const visit = (e: Expression): Expression => {
    if (++seen.operations > mostOperations) throw new NotSampled('it takes too many operations');
    if (isNumber(e)) return checkedNumeral(e);
    if (isSymbol(e)) {
      if (constants.has(e.symbol)) return e.N();
      if (/Infinity|NaN|Undefined|Nothing/.test(e.symbol)) throw new NotSampled(`${e.symbol} is no number`);
      return at(e.symbol);
    }
    const known = elementary.get(e.operator);
    if (!known || !isFunction(e)) throw new NotSampled(`${e.operator} cannot be evaluated step by step`);
    const operands = e.ops.map(visit);
    guard(e.operator, operands);
    const value = snapped(ce, ce.function(e.operator, operands).N(), known.mayVanish || operands.some((o) => magnitude(o) === 0));
    seen.complex ||= value.im !== 0;
    return value;
  };
  const value = visit(expression);
  return { value, complex: seen.complex || value.im !== 0 };
}

/** Every name that is neither a constant nor a function. */
export function variables(expression: Expression): string[] {
  return [...expression.unknowns].filter((name) => !constants.has(name));
}

function checkedNumeral(e: Expression): Expression {
  const written = JSON.stringify(e.json);
  for (const numeral of written.match(/\d[\d.]*/g) ?? [])
    if (numeral.replace('.', '').replace(/^0+|0+$/g, '').length > longestNumeral) throw new NotSampled('a numeral has too many digits');
  const value = e.N();
  if (magnitude(value) !== 0 && !(magnitude(value) >= smallest && magnitude(value) <= largest))
    throw new NotSampled('a number is too large or too small');
  return value;
}

/** Refuses a step before it is taken when its result could be out of bounds or is not defined for such operands. */
function guard(operator: string, operands: readonly Expression[]): void {
  const most = whole.get(operator);
  if (most !== undefined && !operands.every((o) => o.im === 0 && Number.isInteger(o.re) && o.re >= 0 && o.re <= most)) throw new NoSample();
  if (operator === 'Gamma' && !(operands[0].im === 0 && operands[0].re > 0 && operands[0].re < 17)) throw new NoSample();
  if (operator === 'Power' || operator === 'Exp') {
    const [base, exponent] = operator === 'Exp' ? [Math.E, operands[0]] : [magnitude(operands[0]), operands[1]];
    if (base === 0 ? exponent.re <= 0 : Math.abs(exponent.re * Math.log10(base)) > 16 || Math.abs(exponent.im) > 20) throw new NoSample();
  }
}

function snapped(ce: ComputeEngine, value: Expression, mayVanish: boolean): Expression {
  if (!isNumber(value)) throw new NoSample();
  const size = magnitude(value);
  if (size === 0 && mayVanish) return value;
  if (size < roundedAway && mayVanish) return ce.number(0);
  if (!(size >= smallest && size <= largest)) throw new NoSample();
  return value;
}
