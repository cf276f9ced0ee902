import { z } from 'zod';
import { heldOutSplits } from '../../core/heldOutSplit.js';
import { questionPreview } from '../../core/questionPreview.js';
import { Lengths } from '../../core/thenNow/lengthChange.js';
import { chosenPhrases } from '../../core/thenNow/phraseChange.js';
import { PhraseCounts } from '../../core/thenNow/phraseCounts.js';
import { evenly, sampleSize, spreadOrder } from '../../core/thenNow/spread.js';
import { firstAndLast, usualSteps, type Pair, type Side, type StepRange } from '../../core/thenNow/stepRange.js';
import { isSolved, TurnedQuestions, type TurnedQuestion } from '../../core/thenNow/turnedQuestions.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { wordsOf } from '../../query/words.js';
import { question, runId } from '../question.js';
import { SolutionBodies } from '../solutionBodies.js';
import { weightsOf } from '../termWeights.js';
import { writtenText } from '../writtenText.js';
import type { RangeFacts, RunRange, TextPlace, ThenNow, ThenNowTexts, TurnedRow } from '../views.js';

/** Rows of each direction, terms, and phrases of each order in one answer. */
const [mostRows, mostTerms, mostPhrases] = [500, 16, 100];
/** Solutions of each range. */
const mostSolutions = 1_000_000;
/** UTF-16 units of a solution that are read for its phrases. */
const longestText = 32_768;
/** Characters of a question among which what a row shows is looked for, and of its gold answer. */
const [questionLength, goldLength] = [8000, 200];
/** How often whoever waits hears how far it is. */
const groupsBetween = 16;

const stepRange = z.strictObject({ from: count, to: count });
const runRange = z.strictObject({ run: runId, from: count, to: count });

/** What was not trained on stands at steps of training, too. */
const evaluated = `coalesce(info ->> '$.split', '') IN (${heldOutSplits.map((split) => `'${split}'`).join()})`;
const inRange = 'run = @run AND step BETWEEN @from AND @to';

interface KeyRange extends StepRange {
  run: number;
}
interface GroupFacts {
  steps: number;
  groups: number;
  solutions: number;
  evaluationGroups: number;
  judged: number;
  right: number;
  rewardSum: number;
  rewarded: number;
  advantageGroups: number;
  advantageSum: number;
}

export const thenNowQuestions = {
  /**
   * Two ranges of steps of one run, or of two: by default the first fifty beside the last fifty, of two runs the last fifty of each. From numbers that are kept of groups.
   * Null where there is no such run, or (without ranges) no two steps with groups.
   */
  thenNow: question(
    z.tuple([
      runId,
      z.strictObject({
        other: runId.optional(),
        then: stepRange.optional(),
        now: stepRange.optional(),
        limit: z.number().int().min(1).max(mostRows),
      }),
    ]),
    ({ db }) => {
      const keyOf = db.prepare<[string], number>('SELECT key FROM runs WHERE id = ? AND gone = 0').pluck();
      const steps = (order: 'ASC' | 'DESC') =>
        db
          .prepare<[number], number>(`SELECT step FROM steps WHERE run = ? AND groups > 0 ORDER BY step ${order} LIMIT ${usualSteps}`)
          .pluck();
      const [oldest, newest] = [steps('ASC'), steps('DESC')];
      const stepCount = db.prepare<[number], number>('SELECT count(*) FROM steps WHERE run = ? AND groups > 0').pluck();
      const sums = db.prepare<[KeyRange], GroupFacts>(
        `SELECT count(DISTINCT step) FILTER (WHERE NOT ${evaluated}) AS steps, count(*) FILTER (WHERE NOT ${evaluated}) AS groups,
           total(size) FILTER (WHERE NOT ${evaluated}) AS solutions, count(*) FILTER (WHERE ${evaluated}) AS evaluationGroups,
           total(size) FILTER (WHERE NOT ${evaluated} AND correct IS NOT NULL) AS judged,
           total(correct) FILTER (WHERE NOT ${evaluated}) AS "right",
           total(reward_mean * size) FILTER (WHERE NOT ${evaluated}) AS rewardSum,
           total(size) FILTER (WHERE NOT ${evaluated} AND reward_mean IS NOT NULL) AS rewarded,
           count(advantage_sum) FILTER (WHERE NOT ${evaluated}) AS advantageGroups,
           total(advantage_sum) FILTER (WHERE NOT ${evaluated}) AS advantageSum
         FROM groups WHERE ${inRange}`,
      );
      const signals = db.prepare<[KeyRange], { term: string; signal: number }>(
        `SELECT t.key AS term, total(t.value) AS signal FROM groups, json_each(term_signal) t
         WHERE ${inRange} AND term_signal IS NOT NULL AND NOT ${evaluated} GROUP BY t.key`,
      );
      const reward = db
        .prepare<[number], string | null>(`SELECT json -> '$.experiment.resolved.reward' FROM identities WHERE run = ?`)
        .pluck();
      const side = (n: Side): string =>
        `SELECT ${n} AS side, question_id, correct, size FROM groups WHERE run = @run${n} AND step BETWEEN @from${n} AND @to${n} AND NOT ${evaluated}`;
      const sumsOf = (n: Side): string =>
        `total(side = ${n}) AS groups${n}, total(iif(side = ${n} AND correct IS NOT NULL, size, 0)) AS judged${n}, total(iif(side = ${n}, correct, 0)) AS right${n}`;
      const questions = db
        .prepare<[Record<string, number>], [string, ...number[]]>(
          `SELECT question_id, ${sumsOf(0)}, ${sumsOf(1)} FROM (${side(0)} UNION ALL ${side(1)}) GROUP BY question_id`,
        )
        .raw();
      const asking = (order: 'ASC' | 'DESC') =>
        db.prepare<[KeyRange & { id: string }], { id: number; step: number; group: number; question: string; gold: string | null }>(
          `SELECT id, step, grp AS "group", substr(question, 1, ${questionLength}) AS question, substr(gold, 1, ${goldLength}) AS gold
           FROM groups WHERE ${inRange} AND question_id = @id AND NOT ${evaluated} ORDER BY step ${order}, grp ${order} LIMIT 1`,
        );
      const askings = [asking('ASC'), asking('DESC')] as const;
      const solution = db
        .prepare<[{ first: number; end: number; right: number }], number>(
          'SELECT id - @first FROM solutions WHERE id >= @first AND id < @end ORDER BY (correct IS @right) DESC, advantage DESC, id LIMIT 1',
        )
        .pluck();

      const factsOf = (range: RunRange, key: number): { facts: RangeFacts; signals: Map<string, number> } => {
        const found = sums.get({ run: key, from: range.from, to: range.to })!;
        const { rewardSum, rewarded, advantageSum, ...facts } = found;
        const each = signals.all({ run: key, from: range.from, to: range.to });
        return {
          facts: {
            ...{ range, ...facts, reward: rewarded > 0 ? rewardSum / rewarded : null },
            terms: { advantageSum, signals: [], weights: weightsOf(reward.get(key) ?? null) },
          },
          signals: new Map(each.map(({ term, signal }) => [term, signal])),
        };
      };
      const rowOf = (turned: TurnedQuestion, ranges: Pair<KeyRange>, runs: Pair<string>): TurnedRow => {
        const at = (n: Side) => askings[n].get({ ...ranges[n], id: turned.questionId })!;
        const found = [at(0), at(1)] as const;
        const place = (n: Side): TextPlace => {
          const { id, step, group } = found[n];
          const right = isSolved(turned.sums[n]) ? 1 : 0;
          const chosen = solution.get({ first: id * maxGroupSize, end: (id + 1) * maxGroupSize, right }) ?? 0;
          return { run: runs[n], step, group, solution: chosen };
        };
        const { question: whole, gold } = found[1];
        return { ...turned, question: questionPreview(whole).text, gold, texts: [place(0), place(1)] };
      };

      return (run, { other = run, then, now, limit }): ThenNow | null => {
        const keys = [keyOf.get(run), keyOf.get(other)] as const;
        const [thenKey, nowKey] = keys;
        if (thenKey === undefined || nowKey === undefined) return null;
        const first = oldest.all(thenKey);
        const last = [newest.all(thenKey).reverse(), newest.all(nowKey).reverse()] as const;
        const usual =
          run === other
            ? firstAndLast(first, last[0], stepCount.get(thenKey)!)
            : last[0].length > 0 && last[1].length > 0
              ? last.map((of) => ({ from: of[0], to: of[of.length - 1] }))
              : null;
        const chosen = [then ?? usual?.[0], now ?? usual?.[1]] as const;
        if (chosen[0] === undefined || chosen[1] === undefined) return null;
        const ranges = [
          { ...chosen[0], run: thenKey },
          { ...chosen[1], run: nowKey },
        ] as const;
        const [before, after] = [factsOf({ ...chosen[0], run }, thenKey), factsOf({ ...chosen[1], run: other }, nowKey)];
        const part = (term: string): number => Math.abs(before.signals.get(term) ?? 0) + Math.abs(after.signals.get(term) ?? 0);
        const all = [...new Set([...before.signals.keys(), ...after.signals.keys()])].sort((a, b) => part(b) - part(a) || (a < b ? -1 : 1));
        const terms = all.slice(0, mostTerms);
        for (const { facts, signals: of } of [before, after]) facts.terms.signals = terms.map((term) => of.get(term) ?? 0);
        const turned = new TurnedQuestions(limit);
        const [a, b] = ranges;
        const named = { run0: a.run, from0: a.from, to0: a.to, run1: b.run, from1: b.from, to1: b.to };
        for (const [id, groups0, judged0, right0, groups1, judged1, right1] of questions.iterate(named))
          turned.add(id, [
            { groups: groups0, judged: judged0, right: right0 },
            { groups: groups1, judged: judged1, right: right1 },
          ]);
        const rows = (kind: 'wrong to right' | 'right to wrong'): TurnedRow[] =>
          turned.rows(kind).map((row) => rowOf(row, ranges, [run, other]));
        const extent = (n: Side, key: number): StepRange | null => {
          const from = oldest.get(key);
          return from === undefined ? null : { from, to: last[n][last[n].length - 1] };
        };
        return {
          facts: [before.facts, after.facts],
          extent: [extent(0, thenKey), extent(1, nowKey)],
          counts: [...turned.counts],
          ...{ toRight: rows('wrong to right'), toWrong: rows('right to wrong'), terms, moreTerms: all.length - terms.length },
        };
      };
    },
  ),

  /**
   * What the solutions of two ranges say and how long they are. Of more than `most` of a range those are read that groups equally far apart have, in an
   * order of which every beginning is spread over the range: it ends with them, or when its time is up.
   */
  thenNowTexts: question(
    z.tuple([
      runId,
      z.strictObject({
        ...{ then: runRange, now: runRange },
        most: z.number().int().min(1).max(mostSolutions),
        phrases: z.number().int().min(1).max(mostPhrases),
        budgetMs: z.number().min(1).max(3_600_000),
      }),
    ]),
    ({ db, progress }) => {
      const groups = db.prepare<[{ run: string } & StepRange], { id: number; size: number }>(
        `SELECT id, size FROM groups WHERE run = (SELECT key FROM runs WHERE id = @run AND gone = 0) AND step BETWEEN @from AND @to
           AND NOT ${evaluated} ORDER BY step, grp`,
      );
      const solutions = db.prepare<[number, number], { id: number; advantage: number | null; tokens: number; correct: number | null }>(
        'SELECT id, advantage, tokens, correct FROM solutions WHERE id >= ? AND id < ? ORDER BY id',
      );
      const bodies = new SolutionBodies(db);
      return (_, { then, now, most, phrases, budgetMs }): ThenNowTexts => {
        const end = performance.now() + budgetMs;
        const all = [groups.all(then), groups.all(now)] as const;
        const sizeOf = (of: readonly { size: number }[]): number => of.reduce((sum, { size }) => sum + size, 0);
        const total = [
          { groups: all[0].length, solutions: sizeOf(all[0]) },
          { groups: all[1].length, solutions: sizeOf(all[1]) },
        ] as const;
        const sample = total.map((of) => sampleSize(of.groups, of.solutions, most));
        const counts = new PhraseCounts();
        const lengths = new Lengths();
        let [cut, ofTurns, done] = [0, 0, 0];
        const plan = planOf([
          evenly(total[0].groups, sample[0].groups).map((i) => all[0][i].id),
          evenly(total[1].groups, sample[1].groups).map((i) => all[1][i].id),
        ]);
        for (const { side, id } of plan) {
          if (done > 0 && performance.now() > end) break;
          if (done % groupsBetween === 0) progress(done, plan.length);
          done++;
          const members = solutions.all(id * maxGroupSize, (id + 1) * maxGroupSize);
          const chosen = evenly(members.length, sample[side].ofGroup).map((i) => members[i]);
          const bodyOf = bodies.reading();
          counts.beginGroup(side, chosen.length);
          for (const { id: solution, advantage, tokens, correct } of chosen) {
            const body = bodyOf(solution);
            const text = writtenText(body);
            if (text.length > longestText) cut++;
            if (body.turns !== undefined) ofTurns++;
            counts.add(wordsOf(text.slice(0, longestText).toLowerCase()), advantage);
            lengths.add(side, { tokens, advantage, correct: correct === null ? null : correct === 1 });
          }
        }
        const { read, lost } = counts;
        const readOf = ({ groups: g, solutions: s }: (typeof read)[Side]) => ({ groups: g, solutions: s });
        return {
          ...{ read: [readOf(read[0]), readOf(read[1])], all: total, most, timeUp: done < plan.length, cut, longestText, ofTurns, lost },
          known: [read[0].known, read[1].known],
          phrases: { change: chosenPhrases(counts, 'change', phrases), advantage: chosenPhrases(counts, 'advantage', phrases) },
          lengths: lengths.change,
        };
      };
    },
  ),
};

/** Groups of both ranges in turn, so that wherever it ends as much of either was read, spread over it. */
function planOf(chosen: Pair<readonly number[]>): { side: Side; id: number }[] {
  const placed = ([0, 1] as const).flatMap((side) =>
    spreadOrder(chosen[side].length).map((place, i) => ({ side, id: chosen[side][place], at: (i + 0.5) / chosen[side].length })),
  );
  return placed.sort((a, b) => a.at - b.at || a.side - b.side).map(({ side, id }) => ({ side, id }));
}
