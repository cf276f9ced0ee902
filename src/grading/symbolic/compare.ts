import { CancellationError, ComputeEngine, isFunction, type Expression } from '@cortex-js/compute-engine';
import type { SymbolicOutcome } from './algebraMessages.js';
import { point, pointCount } from './points.js';
import { digits, magnitude, NoSample, NotSampled, sample, variables } from './samplePoints.js';
import { tooManyTerms, mostTerms } from './terms.js';

/** Longer expressions are not worth the engine's time. */
const longest = 4_000;
/** Points at which two expressions in variables must agree. */
const needed = 8;
/** Points at which a closed form in variables must have the value that quadrature or summation finds. */
const confirmations = 3;
const exactly = 1e-42;
const roughly = 1e-9;

const undecided = (reason: string): SymbolicOutcome => ({ verdict: 'undecided', rule: 'computer algebra', reason });

/** Two expressions compared by the compute engine. One engine serves all questions; each has a scope of its own. */
export class SymbolicComparison {
  private readonly ce = new ComputeEngine();

  /** @param limit milliseconds after which the engine gives up by itself, where it looks at the clock */
  constructor(private readonly limit: number) {
    this.ce.precision = digits;
    // The engine makes most of itself with the first question: that is not to be counted against a real one.
    this.compare('\\sin x', '\\sqrt{2}');
  }

  /**
   * Equal means: the same value to 42 digits at every point where both have one, or the engine shows the difference to be 0 and
   * no point contradicts. Never throws.
   * @param answer LaTeX
   * @param gold LaTeX
   */
  compare(answer: string, gold: string): SymbolicOutcome {
    if (answer.length > longest || gold.length > longest) return undecided(`an expression is longer than ${longest} characters`);
    // What a name means (function or variable) is concluded from its use: one question must not decide that for the next.
    this.ce.pushScope();
    try {
      return this.ce.withTimeLimit(this.limit, () => this.decide(answer, gold));
    } catch (error) {
      if (error instanceof CancellationError) return undecided(`not decided within ${this.limit} ms`);
      return undecided(error instanceof Error ? firstLine(error.message) : String(error));
    } finally {
      this.ce.popScope();
    }
  }

  private decide(answer: string, gold: string): SymbolicOutcome {
    const [a, b] = [this.ce.parse(answer), this.ce.parse(gold)];
    if (!a.isValid || !b.isValid) return undecided(`computer algebra cannot read ${a.isValid ? 'the gold answer' : 'the answer'}`);
    const sampled = this.sampled(a, b);
    if (sampled) return sampled;
    if (tooManyTerms(a) || tooManyTerms(b)) return undecided(`a sum or product has more than ${mostTerms} terms`);
    return this.evaluated(a, b);
  }

  /** @returns undefined when an expression cannot be sampled at all */
  private sampled(a: Expression, b: Expression): SymbolicOutcome | undefined {
    const names = [...new Set([...variables(a), ...variables(b)])].sort();
    const enough = names.length === 0 ? 1 : needed;
    const agreeing = { exactly: 0, roughly: 0 };
    let branches = 0;
    for (let i = 0; i < pointCount && agreeing.exactly + agreeing.roughly < 2 * enough; i++) {
      if (names.length === 0 && i > 0) break;
      try {
        const at = point(this.ce, names, i);
        const [x, y] = [sample(this.ce, a, at), sample(this.ce, b, at)];
        const complex = x.complex || y.complex;
        const difference = relativeDifference(x.value, y.value);
        if (Number.isNaN(difference)) continue;
        // Complex steps may have only a float's digits, and may lie on another branch.
        if (difference <= exactly && !complex) agreeing.exactly++;
        else if (difference <= roughly) agreeing.roughly++;
        else if (complex && names.length > 0) branches++;
        else return { verdict: 'different', rule: 'numeric comparison to 42 digits' };
      } catch (error) {
        if (error instanceof NotSampled) return undefined;
        if (!(error instanceof NoSample)) throw error;
      }
    }
    if (branches > 0) return undecided('they agree only where every root and logarithm is real, if there');
    if (agreeing.exactly >= enough && agreeing.roughly === 0)
      return {
        verdict: 'equal',
        rule: names.length === 0 ? 'agreement to 42 digits' : `agreement to 42 digits at ${agreeing.exactly} points`,
      };
    if (agreeing.exactly + agreeing.roughly >= enough) return this.proved(a, b);
    return undecided('too few points have a value');
  }

  /** For what agrees as far as floats tell: the engine must show that nothing is left of the difference. */
  private proved(a: Expression, b: Expression): SymbolicOutcome {
    if (a.isSame(b) || a.sub(b).simplify().isSame(0)) return { verdict: 'equal', rule: 'the difference simplifies to 0' };
    return undecided('the values agree, but the difference does not simplify to 0');
  }

  /** Integrals, sums, limits, derivatives: the engine's closed form is compared, if quadrature or summation confirms it. */
  private evaluated(a: Expression, b: Expression): SymbolicOutcome {
    const [x, y] = [this.closedForm(a), this.closedForm(b)];
    if (!x || !y) return undecided('computer algebra finds no closed form that its numeric value confirms');
    return this.sampled(x, y) ?? undecided('computer algebra cannot evaluate it');
  }

  /** @returns undefined when there is none, or its values are others than those of the expression as it stands */
  private closedForm(e: Expression): Expression | undefined {
    try {
      sample(this.ce, e, point(this.ce, variables(e), 0));
      return e;
    } catch (error) {
      if (error instanceof NoSample) return e;
    }
    const closed = e.evaluate();
    const names = variables(e);
    for (let i = 0; i < (names.length === 0 ? 1 : confirmations); i++) {
      const at = point(this.ce, names, i);
      const values = Object.fromEntries(names.map((name) => [name, at(name)]));
      if (!(relativeDifference(closed.subs(values).N(), measured(e.subs(values).N())) <= roughly)) return undefined;
    }
    return closed;
  }
}

/** Quadrature states its value with an error. */
const measured = (e: Expression): Expression => (isFunction(e, 'Measurement') ? e.ops[0] : e);

/** |x − y| as a part of the larger; NaN where one is no number. */
function relativeDifference(x: Expression, y: Expression): number {
  const size = Math.max(magnitude(x), magnitude(y));
  if (size === 0) return 0;
  return magnitude(x.sub(y).N()) / size;
}

const firstLine = (text: string): string => text.split('\n', 1)[0].slice(0, 200);
