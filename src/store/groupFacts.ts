import type { FailureCounts } from '../core/failures.js';
import { allEqual, mean, populationStd } from '../core/stats.js';
import { termSignal, type TermSignal } from '../core/termSignal.js';
import { fromWire } from '../protocol/arrays.js';
import type { EventOf, WireSolution } from '../protocol/events.js';
import type { WireNumber } from '../protocol/wireNumber.js';

export interface GroupFacts {
  size: number;
  /** Null when no solution was judged. */
  correct: number | null;
  rewardMean: number | null;
  rewardStd: number | null;
  zeroStd: boolean;
  /** Largest first; NaN where there is none. */
  advantages: Float64Array;
  lengthMean: number;
  failures: FailureCounts;
  klMean: number | null;
  signal: TermSignal;
}

/** A number that SQLite can hold: NaN and null are null. */
export function storable(x: WireNumber | null): number | null {
  const value = x === null ? NaN : fromWire(x);
  return Number.isNaN(value) ? null : value;
}

export const finite = (x: number | null): number | null => (x !== null && Number.isFinite(x) ? x : null);

/** What a list of groups shows of one. Rewards and KL that are not finite take no part in means. */
export function groupFacts(group: EventOf<'group'>): GroupFacts {
  const { solutions } = group;
  const numbers = (values: (WireNumber | null)[]): number[] =>
    values.map(storable).filter((x) => x !== null && Number.isFinite(x)) as number[];
  const rewards = numbers(solutions.map((s) => s.reward));
  const kl = numbers(solutions.map((s) => s.kl));
  const judged = solutions.filter((s) => s.correct !== null);
  const rank = (x: number): number => (Number.isNaN(x) ? -Infinity : x);
  return {
    size: solutions.length,
    correct: judged.length === 0 ? null : judged.filter((s) => s.correct === true).length,
    rewardMean: rewards.length === 0 ? null : mean(rewards),
    rewardStd: rewards.length === 0 ? null : populationStd(rewards),
    zeroStd: rewards.length === solutions.length && allEqual(rewards),
    advantages: Float64Array.from(solutions.map((s) => storable(s.advantage) ?? NaN).sort((a, b) => rank(b) - rank(a) || 0)),
    lengthMean: mean(solutions.map((s) => s.tokens)),
    failures: {
      errors: solutions.filter((s) => s.error !== undefined).length,
      'tool-failures': countKnown(solutions.map(toolFailures)),
      truncated: countKnown(solutions.map((s) => (s.finish === 'other' ? null : Number(s.finish === 'length')))),
      'wrong-paid': countKnown(solutions.map(wrongPaid)),
    },
    klMean: kl.length === 0 ? null : mean(kl),
    signal: signalOf(solutions),
  };
}

/** Terms of a group that are told apart: more are a trainer's table, not its reward. */
const mostTerms = 64;

function signalOf(solutions: readonly WireSolution[]): TermSignal {
  const { advantages, terms } = termSignal(
    solutions.map((s) => storable(s.reward)),
    solutions.map((s) => storable(s.advantage)),
    solutions.map((s) => Object.fromEntries(Object.entries(s.rewards).map(([name, value]) => [name, storable(value)]))),
  );
  return { advantages, terms: Object.fromEntries(Object.entries(terms).slice(0, mostTerms)) };
}

/** Results of tools that say that the tool failed; null: none does, and some do not say whether. */
export function toolFailures({ turns = [] }: Pick<WireSolution, 'turns'>): number | null {
  const results = turns.filter((turn) => turn.kind === 'tool_result');
  const failed = results.filter((turn) => turn.ok === false).length;
  return failed === 0 && results.some((turn) => turn.ok === undefined) ? null : failed;
}

/** 1 for a solution that is wrong and has a reward above 0; null where the verdict or the reward is not known and it may be one. */
function wrongPaid({ correct, reward }: Pick<WireSolution, 'correct' | 'reward'>): number | null {
  const paid = storable(reward);
  if (correct === true || (paid !== null && paid <= 0)) return 0;
  return correct === false && paid !== null ? 1 : null;
}

/** How many are above 0; null: none is, and some are not known. */
function countKnown(numbers: readonly (number | null)[]): number | null {
  const found = numbers.filter((n) => n !== null && n > 0).length;
  return found === 0 && numbers.includes(null) ? null : found;
}
