/** How long solutions were then and are now, and which lengths carry advantage. Pure. */
import type { Pair, Side } from './stepRange.js';

export interface LengthSummary {
  /** Solutions whose length is known, in tokens. */
  solutions: number;
  mean: number;
  low: number;
  median: number;
  high: number;
  /** Means of those that are right, and wrong; null: there is none. */
  right: number | null;
  wrong: number | null;
}

export interface LengthBand {
  from: number;
  /** Up to and without it; null: all that are longer. */
  to: number | null;
  solutions: Pair<number>;
  /** Share of the range's solutions whose length is known. */
  share: Pair<number | null>;
  /** Mean advantage; null: unknown, or of none. */
  advantage: Pair<number | null>;
}

export interface LengthChange {
  /** Null: no length is known. */
  summary: Pair<LengthSummary | null>;
  unknown: Pair<number>;
  bands: LengthBand[];
}

interface Solution {
  tokens: number;
  advantage: number | null;
  correct: boolean | null;
}

/** Bands, at most, the last of which has no end. */
const mostBands = 9;
/** What is longer than all but so many is in the last band. */
const reach = 0.98;

/** Takes solutions of both ranges; what it keeps of each is four numbers. */
export class Lengths {
  private readonly known: [Solution[], Solution[]] = [[], []];
  private readonly unknown: [number, number] = [0, 0];

  /** @param solution of 0 tokens: its length is not known */
  add(side: Side, solution: Solution): void {
    if (solution.tokens > 0) this.known[side].push(solution);
    else this.unknown[side]++;
  }

  get change(): LengthChange {
    const summary = [summaryOf(this.known[0]), summaryOf(this.known[1])] as const;
    return { summary, unknown: this.unknown, bands: bandsOf(this.known) };
  }
}

/** Linear between the order statistics. @param sorted at least one */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** What rounding leaves of 0 is 0. */
function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.abs(mean) < 1e-9 ? 0 : mean;
}

function summaryOf(solutions: readonly Solution[]): LengthSummary | null {
  const tokens = solutions.map((s) => s.tokens).sort((a, b) => a - b);
  const mean = meanOf(tokens);
  if (mean === null) return null;
  const of = (correct: boolean): number | null => meanOf(solutions.filter((s) => s.correct === correct).map((s) => s.tokens));
  return {
    ...{ solutions: tokens.length, mean, low: quantile(tokens, 0.25), median: quantile(tokens, 0.5), high: quantile(tokens, 0.75) },
    ...{ right: of(true), wrong: of(false) },
  };
}

/** 1, 2, 5, 10, … */
function roundWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((n) => n * power).find((width) => width >= least)!;
}

function bandsOf(sides: Pair<readonly Solution[]>): LengthBand[] {
  const all = [...sides[0], ...sides[1]].map((s) => s.tokens).sort((a, b) => a - b);
  if (all.length === 0) return [];
  const width = roundWidth((quantile(all, reach) - all[0]) / (mostBands - 1));
  const first = Math.floor(all[0] / width) * width;
  const bands = Math.min(mostBands, Math.floor((all[all.length - 1] - first) / width) + 1);
  const bandOf = ({ tokens }: Solution): number => Math.min(bands - 1, Math.floor((tokens - first) / width));
  const inBands = sides.map((solutions) => {
    const each: Solution[][] = Array.from({ length: bands }, () => []);
    for (const solution of solutions) each[bandOf(solution)].push(solution);
    return each;
  });
  const pair = <T>(of: (side: Side) => T): Pair<T> => [of(0), of(1)];
  return Array.from({ length: bands }, (_, i) => ({
    from: first + i * width,
    to: i === bands - 1 ? null : first + (i + 1) * width,
    solutions: pair((side) => inBands[side][i].length),
    share: pair((side) => (sides[side].length === 0 ? null : inBands[side][i].length / sides[side].length)),
    advantage: pair((side) => meanOf(inBands[side][i].flatMap(({ advantage }) => (advantage === null ? [] : [advantage])))),
  }));
}
