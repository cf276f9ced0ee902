/** Which phrases changed most from then to now, and which grow most with advantage. Pure. */
import { differenceInterval, type MeanInterval } from '../estimators.js';
import { clusteredShare, designEffect } from './clusteredShare.js';
import type { PhraseCounts, PhraseSums, ReadSums } from './phraseCounts.js';
import { shareSlope } from './shareSlope.js';
import type { Pair } from './stepRange.js';

/** By what phrases are chosen: how much their share changed; how much it grows with advantage. */
export const phraseOrders = ['change', 'advantage'] as const;
export type PhraseOrder = (typeof phraseOrders)[number];

export interface PhraseChange {
  phrase: string;
  /** Solutions that have it, and their share with its 95 % interval. */
  having: Pair<number>;
  share: Pair<MeanInterval>;
  /** Mean advantage of those that have it; null: unknown, or none has it. */
  advantage: Pair<number | null>;
  /** Share of now less that of then. */
  change: MeanInterval;
  /** Growth of the share with one unit of advantage, over both ranges; null: unknown. */
  slope: MeanInterval | null;
  /** Phrases that nearly the same solutions have and that share words with it: it stands for them. */
  alike: number;
}

/** Rarer ones tell nothing: solutions of both ranges together, and their share in one of them. */
const [leastSolutions, leastShare] = [5, 0.01];
/** Counts that differ by no more than so much of the larger one are nearly the same. */
const near = 0.2;

/** What rounding leaves of 0 is 0. */
const mean = ({ known, advantage }: PhraseSums): number | null =>
  known === 0 ? null : Math.abs(advantage) < 1e-9 * known ? 0 : advantage / known;

/** @param sums of a phrase, then and now @param read of all solutions, then and now */
export function phraseChange(phrase: string, sums: Pair<PhraseSums>, read: Pair<ReadSums>): PhraseChange {
  const clusters = [
    { ...read[0], ...sums[0] },
    { ...read[1], ...sums[1] },
  ] as const;
  const effects = [designEffect(clusters[0]), designEffect(clusters[1])] as const;
  const share = [clusteredShare(clusters[0], effects[0] ?? effects[1]), clusteredShare(clusters[1], effects[1] ?? effects[0])] as const;
  const both = (of: (s: PhraseSums) => number): number => of(sums[0]) + of(sums[1]);
  const all = (of: (r: ReadSums) => number): number => of(read[0]) + of(read[1]);
  return {
    phrase,
    having: [sums[0].having, sums[1].having],
    share,
    advantage: [mean(sums[0]), mean(sums[1])],
    change: differenceInterval(share[0], share[1]),
    slope: shareSlope({
      ...{ known: all((r) => r.known), advantage: all((r) => r.advantage), advantageSquares: all((r) => r.advantageSquares) },
      ...{ having: both((s) => s.known), havingAdvantage: both((s) => s.advantage) },
    }),
    alike: 0,
  };
}

/** The end of an interval that is nearer to 0; 0 where 0 is within: what is at least certain of a change. */
export const leastChange = ({ low, high }: MeanInterval): number => (low > 0 ? low : high < 0 ? high : 0);

/**
 * The phrases of which most is certain: by the end of the interval that is nearer to 0. Of phrases that say nearly the same (they share words, and about as many
 * solutions have them in both ranges) the best stands for all; a longer one that holds it takes its place.
 * @param most how many are wanted
 * @returns in their order, largest first: of `change` whichever way, of `advantage` those that grow with it, each only where 0 is not within its interval; `others`: phrases that
 *   are frequent enough and were not chosen
 */
export function chosenPhrases(counts: PhraseCounts, order: PhraseOrder, most: number): { rows: PhraseChange[]; others: number } {
  const { read, lost } = counts;
  let frequent = 0;
  const candidates: { row: PhraseChange; score: number; size: number }[] = [];
  for (const { phrase, sums } of counts.phrases(Math.max(leastSolutions, lost + 1))) {
    if (!read.some(({ solutions }, side) => sums[side as 0 | 1].having >= leastShare * solutions)) continue;
    const row = phraseChange(phrase, sums, read);
    const measure = order === 'change' ? row.change : row.slope;
    if (measure === null || Number.isNaN(measure.mean) || (order === 'advantage' && measure.mean <= 0)) continue;
    frequent++;
    const score = Math.abs(leastChange(measure));
    if (score > 0) candidates.push({ row, score, size: Math.abs(measure.mean) });
  }
  const words = (phrase: string): number => phrase.split(' ').length;
  candidates.sort(
    (a, b) => b.score - a.score || b.size - a.size || words(b.row.phrase) - words(a.row.phrase) || (a.row.phrase < b.row.phrase ? -1 : 1),
  );
  const rows: PhraseChange[] = [];
  let alike = 0;
  for (const { row } of candidates) {
    const at = rows.findIndex((kept) => saysTheSame(kept, row));
    if (at < 0) {
      if (rows.length < most) rows.push(row);
      continue;
    }
    alike++;
    const kept = rows[at];
    const stands = isWithin(kept.phrase, row.phrase) ? row : kept;
    rows[at] = { ...stands, alike: kept.alike + 1 };
  }
  return { rows, others: frequent - rows.length - alike };
}

const isWithin = (part: string, whole: string): boolean => ` ${whole} `.includes(` ${part} `);

function saysTheSame(a: PhraseChange, b: PhraseChange): boolean {
  const close = (i: 0 | 1): boolean => Math.abs(a.having[i] - b.having[i]) <= near * Math.max(a.having[i], b.having[i]);
  return close(0) && close(1) && overlaps(a.phrase.split(' '), b.phrase.split(' '));
}

/** They have two words behind each other in common; where one of them has no more than two, any of its words. */
function overlaps(a: readonly string[], b: readonly string[]): boolean {
  if (a.length <= 2 || b.length <= 2) return a.some((word) => b.includes(word));
  return a.some((word, i) => i + 1 < a.length && b.some((other, k) => other === word && b[k + 1] === a[i + 1]));
}
