/** Shares, phrases, lengths and questions of two ranges: what changed, and that it is the other way round when the ranges are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../../../../src/core/estimators.js';
import { clusteredShare, designEffect } from '../../../../src/core/thenNow/clusteredShare.js';
import { Lengths } from '../../../../src/core/thenNow/lengthChange.js';
import { chosenPhrases, leastChange } from '../../../../src/core/thenNow/phraseChange.js';
import { PhraseCounts } from '../../../../src/core/thenNow/phraseCounts.js';
import { shareSlope } from '../../../../src/core/thenNow/shareSlope.js';
import { evenly, sampleSize, spreadOrder } from '../../../../src/core/thenNow/spread.js';
import { firstAndLast, parseRange, rangeText, type Pair, type Side } from '../../../../src/core/thenNow/stepRange.js';
import { termShares } from '../../../../src/core/thenNow/termShares.js';
import { TurnedQuestions, turning, type QuestionSums } from '../../../../src/core/thenNow/turnedQuestions.js';

describe('a share of solutions in groups', () => {
  const sumsOf = (groups: readonly (readonly [y: number, m: number])[]) => {
    const total = (of: (y: number, m: number) => number): number => groups.reduce((sum, [y, m]) => sum + of(y, m), 0);
    return {
      ...{ groups: groups.length, solutions: total((_, m) => m), sizeSquares: total((_, m) => m * m) },
      ...{ having: total((y) => y), squares: total((y) => y * y), products: total((y, m) => y * m) },
    };
  };

  const shareOf = (groups: readonly (readonly [y: number, m: number])[]) => clusteredShare(sumsOf(groups), designEffect(sumsOf(groups)));

  test('has the interval of as many as there are groups, where each group says one thing', () => {
    const groups = Array.from({ length: 40 }, (_, g): [number, number] => [g < 20 ? 8 : 0, 8]);
    expect(designEffect(sumsOf(groups))).toBe(8);
    expect(shareOf(groups)).toEqual({ mean: 0.5, ...wilsonInterval(20, 40) });
  });

  test('has the interval of its solutions, where groups are alike', () => {
    expect(shareOf(Array.from({ length: 40 }, () => [4, 8]))).toEqual({ mean: 0.5, ...wilsonInterval(160, 320) });
  });

  test('is wide where one group was read, or none has it; of another range it may be known how alike groups are', () => {
    const { low, high } = shareOf([[4, 8]]);
    expect(high - low).toBeGreaterThan(0.8);
    const none = sumsOf(Array.from({ length: 40 }, () => [0, 8]));
    expect(clusteredShare(none, designEffect(none))).toEqual({ mean: 0, ...wilsonInterval(0, 40) });
    expect(clusteredShare(none, 1)).toEqual({ mean: 0, ...wilsonInterval(0, 320) });
    expect(shareOf([])).toEqual({ mean: NaN, low: 0, high: 1 });
  });

  test('has an effect of groups that is the variance of their shares', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 3, maxLength: 30 }), (ys) => {
        const groups = ys.map((y): [number, number] => [y, 8]);
        const sums = sumsOf(groups);
        fc.pre(sums.having > 0 && sums.having < sums.solutions);
        // Of groups of one size: the variance of the groups' shares, over their number.
        const p = sums.having / sums.solutions;
        const variance = ys.reduce((sum, y) => sum + (y / 8 - p) ** 2, 0) / (ys.length - 1) / ys.length;
        const effect = variance / ((p * (1 - p)) / sums.solutions);
        expect(designEffect(sums)).toBeCloseTo(Math.min(8, Math.max(1, effect)), 9);
      }),
    );
  });
});

test('the slope of a share over the advantage is that of a fitted line', () => {
  const points = fc.array(fc.record({ has: fc.boolean(), a: fc.double({ min: -2, max: 2, noNaN: true }) }), {
    minLength: 5,
    maxLength: 40,
  });
  fc.assert(
    fc.property(points, (of) => {
      const meanA = of.reduce((s, p) => s + p.a, 0) / of.length;
      const meanX = of.filter((p) => p.has).length / of.length;
      const sxx = of.reduce((s, p) => s + (p.a - meanA) ** 2, 0);
      fc.pre(sxx > 0.01);
      const slope = of.reduce((s, p) => s + (p.a - meanA) * (Number(p.has) - meanX), 0) / sxx;
      const having = of.filter((p) => p.has);
      const found = shareSlope({
        ...{ known: of.length, advantage: of.reduce((s, p) => s + p.a, 0), advantageSquares: of.reduce((s, p) => s + p.a ** 2, 0) },
        ...{ having: having.length, havingAdvantage: having.reduce((s, p) => s + p.a, 0) },
      })!;
      expect(found.mean).toBeCloseTo(slope, 6);
      const residual = of.reduce((s, p) => s + (Number(p.has) - meanX - slope * (p.a - meanA)) ** 2, 0);
      expect(found.high - found.mean).toBeCloseTo(1.96 * Math.sqrt(residual / (of.length - 2) / sxx), 5);
    }),
  );
  expect(shareSlope({ known: 9, advantage: 9, advantageSquares: 9, having: 3, havingAdvantage: 3 })).toBeNull();
});

/** Groups of four; which solutions of a group have the phrase says `has`. */
function read(groups: readonly { side: Side; texts: readonly string[] }[]): PhraseCounts {
  const counts = new PhraseCounts();
  for (const { side, texts } of groups) {
    counts.beginGroup(side, texts.length);
    texts.forEach((text, i) => counts.add(text.split(' '), i % 2 === 0 ? 1 : -1));
  }
  return counts;
}

describe('phrases that changed', () => {
  const planted = (side: Side) =>
    Array.from({ length: 30 }, (_, g) => ({
      side,
      texts: Array.from(
        { length: 4 },
        (_, i) => `the sum of w${(g * 7 + i) % 20}${side === 1 && i % 2 === 0 ? ' let me check that' : ''} v${(g * 3 + i) % 20} is it`,
      ),
    }));

  test('what was planted comes first, once, as its longest phrase', () => {
    const { rows, others } = chosenPhrases(read([...planted(0), ...planted(1)]), 'change', 3);
    expect(rows[0].phrase).toBe('let me check that');
    expect(rows[0].having).toEqual([0, 60]);
    expect(rows[0].advantage).toEqual([null, 1]);
    expect(rows[0].change.low).toBeGreaterThan(0.3);
    expect(rows[0].alike).toBeGreaterThan(5);
    expect(others).toBeGreaterThan(0);
    expect(rows.every(({ change }) => leastChange(change) !== 0)).toBe(true);
    expect(rows.filter(({ phrase }) => phrase.includes('check')).length).toBe(1);
  });

  test('what grows with advantage comes first in that order, and what does not is no row of it', () => {
    const { rows } = chosenPhrases(read([...planted(0), ...planted(1)]), 'advantage', 50);
    expect(rows[0].phrase).toBe('let me check that');
    expect(rows[0].slope!.low).toBeGreaterThan(0.1);
    expect(rows.every(({ slope }) => slope!.mean > 0)).toBe(true);
  });

  test('the other way round they are the same, with the other sign', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
    const groups = fc.array(fc.record({ side: fc.constantFrom(0, 1), texts: fc.array(text, { minLength: 1, maxLength: 4 }) }), {
      minLength: 4,
      maxLength: 20,
    });
    fc.assert(
      fc.property(groups, (of) => {
        fc.pre(new Set(of.map((g) => g.side)).size === 2);
        const forth = chosenPhrases(read(of), 'change', 20);
        const back = chosenPhrases(read(of.map((g) => ({ ...g, side: (1 - g.side) as Side }))), 'change', 20);
        expect(back.rows.map((r) => r.phrase)).toEqual(forth.rows.map((r) => r.phrase));
        expect(back.others).toBe(forth.others);
        for (const [i, row] of forth.rows.entries()) {
          const other = back.rows[i];
          expect(other.change.mean).toBeCloseTo(-row.change.mean, 12);
          expect(leastChange(other.change)).toBeCloseTo(-leastChange(row.change), 12);
          expect([...other.having].reverse()).toEqual(row.having);
        }
      }),
    );
  });
});

describe('questions that turned', () => {
  const sums = (right: number, judged = 8): QuestionSums => ({ groups: judged > 0 ? 1 : 0, judged, right });

  test('each has one kind, and the kinds are the other way round when the ranges are', () => {
    const kinds: [Pair<QuestionSums>, string, string][] = [
      [[sums(0), sums(4)], 'wrong to right', 'right to wrong'],
      [[sums(8), sums(4)], 'right in both', 'right in both'],
      [[sums(1), sums(3)], 'wrong in both', 'wrong in both'],
      [[sums(8), sums(0, 0)], 'only then', 'only now'],
      [[sums(8), { groups: 1, judged: 0, right: 0 }], 'not judged', 'not judged'],
    ];
    for (const [[then, now], forth, back] of kinds) {
      expect(turning([then, now])).toBe(forth);
      expect(turning([now, then])).toBe(back);
    }
  });

  test('those that turned most are kept, however many there are', () => {
    const some = new TurnedQuestions(2);
    const all = new TurnedQuestions(5000);
    for (let i = 0; i < 3000; i++) {
      const pair = [sums(i % 4), sums(4 + ((i * 7) % 5))] as const;
      for (const list of [some, all]) list.add(`q${i}`, pair);
    }
    expect(some.rows('wrong to right')).toEqual(all.rows('wrong to right').slice(0, 2));
    expect(some.rows('wrong to right')[0].change.mean).toBe(1);
    expect(some.counts.get('wrong to right')).toBe(3000);
    expect(some.rows('right to wrong')).toEqual([]);
  });
});

test('bands of lengths hold every solution once, with its advantage', () => {
  const solution = fc.record({
    side: fc.constantFrom(0, 1),
    tokens: fc.integer({ min: 0, max: 5000 }),
    advantage: fc.option(fc.integer({ min: -2, max: 2 }), { nil: null }),
  });
  fc.assert(
    fc.property(fc.array(solution, { maxLength: 60 }), (of) => {
      const lengths = new Lengths();
      for (const { side, tokens, advantage } of of) lengths.add(side, { tokens, advantage, correct: null });
      const { bands, unknown, summary } = lengths.change;
      expect(bands.length).toBeLessThanOrEqual(9);
      for (const side of [0, 1] as const) {
        const known = of.filter((s) => s.side === side && s.tokens > 0);
        expect(unknown[side]).toBe(of.filter((s) => s.side === side && s.tokens === 0).length);
        expect(bands.reduce((n, b) => n + b.solutions[side], 0)).toBe(known.length);
        expect(summary[side]?.solutions ?? 0).toBe(known.length);
        for (const { from, to, solutions, advantage } of bands) {
          const within = known.filter((s) => s.tokens >= from && (to === null || s.tokens < to));
          expect(solutions[side]).toBe(within.length);
          const judged = within.flatMap((s) => s.advantage ?? []);
          if (judged.length > 0) expect(advantage[side]).toBeCloseTo(judged.reduce((a, b) => a + b, 0) / judged.length, 9);
          else expect(advantage[side]).toBeNull();
        }
      }
    }),
  );
});

describe('which steps and which solutions', () => {
  test('the first beside the last: fifty of a long run, half of a short one', () => {
    const steps = (from: number, n: number): number[] => Array.from({ length: n }, (_, i) => from + i);
    expect(firstAndLast(steps(1, 50), steps(151, 50), 200)).toEqual([
      { from: 1, to: 50 },
      { from: 151, to: 200 },
    ]);
    expect(firstAndLast(steps(1, 7), steps(1, 7), 7)).toEqual([
      { from: 1, to: 3 },
      { from: 5, to: 7 },
    ]);
    expect(firstAndLast([4], [4], 1)).toBeNull();
  });

  test('a range as text is the range', () => {
    expect(parseRange(rangeText({ from: 3, to: 40 }))).toEqual({ from: 3, to: 40 });
    for (const text of ['40..3', '3-40', '3', '..4', '3..', '']) expect(parseRange(text)).toBeUndefined();
  });

  test('places are equally far apart, and every beginning of their order is spread over all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 300 }), (n, k) => {
        const places = evenly(n, k);
        expect(places.length).toBe(Math.min(n, k));
        expect(new Set(places).size).toBe(places.length);
        const gaps = places.slice(1).map((p, i) => p - places[i]);
        if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
        expect(spreadOrder(n).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
    );
    expect(spreadOrder(8)).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
  });

  test('no more solutions are read than were wanted, of as many groups as that allows', () => {
    expect(sampleSize(100, 800, 800)).toEqual({ groups: 100, ofGroup: Infinity });
    expect(sampleSize(1000, 8000, 1000)).toEqual({ groups: 125, ofGroup: 8 });
    expect(sampleSize(1000, 1_000_000, 1000)).toEqual({ groups: 64, ofGroup: 15 });
    expect(sampleSize(1, 60_000, 1000)).toEqual({ groups: 1, ofGroup: 1000 });
    expect(sampleSize(100, 800, 3)).toEqual({ groups: 3, ofGroup: 1 });
  });
});

test('terms have their share of the advantages, where weights are known or add up', () => {
  expect(termShares(['a', 'b'], { advantageSum: 10, signals: [4, 12], weights: { a: 1, b: 0.5 } })).toEqual({
    shares: [0.4, 0.6],
    assumed: false,
  });
  expect(termShares(['a', 'b'], { advantageSum: 10, signals: [4, 6], weights: {} })).toEqual({ shares: [0.4, 0.6], assumed: true });
  expect(termShares(['a', 'b'], { advantageSum: 10, signals: [4, 12], weights: {} }).shares).toEqual([null, null]);
  expect(termShares(['a'], { advantageSum: 0, signals: [0], weights: { a: 1 } }).shares).toEqual([null]);
});
