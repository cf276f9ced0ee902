import type { Convention } from '../extract/extraction.js';
import { Steps } from '../limits.js';
import type { Node } from '../parse/node.js';

/** What the checker is asked to hold for equal; defaults in brackets. */
export interface GradeOptions {
  /** Which notations the extraction may look for; unset: all. */
  extraction?: readonly ('latex' | 'expr' | 'string')[];
  /** How the solutions of the benchmark state their answers; unset: the general order, surest first. */
  convention?: Convention;
  /** Decimals to which values are rounded when one of them is a decimal literal (6). */
  precision?: number;
  /** False: names of variables may differ, and a set may equal a tuple (true). */
  strict?: boolean;
  /** An answer that is a relation may equal a gold set of its solutions (true). A gold relation always may. */
  setRelation?: boolean;
  /** True: a sum, product or power left standing does not answer a gold that is a number, as 7+5 for 12 (false). For rewards: repeating the question must not pay. */
  evaluated?: boolean;
}

export interface ComparisonOutcome {
  verdict: 'equal' | 'different' | 'undecided';
  /** Which rule decided, in words. */
  rule: string;
  /** Why it is undecided. */
  reason?: string;
  /** Two expressions that computer algebra could still decide. */
  open?: { answer: Node; gold: Node };
}

type Plain = Omit<ComparisonOutcome, 'open'>;

export const equal = (rule: string): Plain => ({ verdict: 'equal', rule });
export const different = (rule: string): Plain => ({ verdict: 'different', rule });
export const undecided = (rule: string, reason: string): Plain => ({ verdict: 'undecided', rule, reason });

/** One comparison: its options, its budget of operations, and the comparison itself for members of larger things. */
export class Comparing {
  readonly steps = new Steps();
  readonly precision: number;
  readonly strict: boolean;
  readonly setRelation: boolean;

  constructor(
    options: GradeOptions,
    /** Compares an answer's part with a gold part. */
    readonly compare: (answer: Node, gold: Node, comparing: Comparing) => ComparisonOutcome,
  ) {
    this.precision = Math.min(15, Math.max(0, Math.trunc(options.precision ?? 6)));
    this.strict = options.strict ?? true;
    this.setRelation = options.setRelation ?? true;
  }

  /** Both have as many members, and they are equal one by one. */
  inOrder(answer: readonly Node[], gold: readonly Node[], rule: string): ComparisonOutcome {
    if (answer.length !== gold.length) return different(`${rule}: ${answer.length} against ${gold.length} members`);
    let open: ComparisonOutcome | undefined;
    for (const [i, member] of answer.entries()) {
      const outcome = this.compare(member, gold[i], this);
      if (outcome.verdict === 'different') return different(rule);
      if (outcome.verdict === 'undecided') open ??= { ...outcome, rule };
      // Only a single undecided member can be left to computer algebra.
      if (open && outcome !== open && outcome.verdict === 'undecided' && outcome.open !== open.open)
        open = { verdict: 'undecided', rule, reason: open.reason };
    }
    return open ?? equal(rule);
  }

  /** Every member of one has its own equal in the other. Equality is transitive, so the first partner found will do. */
  inAnyOrder(answer: readonly Node[], gold: readonly Node[], rule: string): ComparisonOutcome {
    if (answer.length !== gold.length) return different(`${rule}: ${answer.length} against ${gold.length} members`);
    const left = [...gold];
    let unsure: ComparisonOutcome | undefined;
    for (const member of answer) {
      let partner = -1;
      let reason: ComparisonOutcome | undefined;
      for (const [i, candidate] of left.entries()) {
        const outcome = this.compare(member, candidate, this);
        if (outcome.verdict === 'equal') partner = i;
        else if (outcome.verdict === 'undecided') reason ??= outcome;
        if (partner >= 0) break;
      }
      if (partner >= 0) left.splice(partner, 1);
      else if (!reason) return different(rule);
      else unsure ??= reason;
    }
    return unsure ? { verdict: 'undecided', rule, reason: unsure.reason ?? 'a member is undecided' } : equal(rule);
  }
}
