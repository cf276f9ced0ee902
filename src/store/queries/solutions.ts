import { maxGroupSize, traceArrays, type Grade } from '../../protocol/events.js';
import type { Sqlite } from '../sqlite.js';
import { unpackArray } from '../traceBlobs.js';
import type { SolutionDetail, Trace } from '../views.js';
import { solutionFacts, type groupStatements, type SolutionFacts } from './groups.js';

type TraceRow = { ends: Buffer } & Record<(typeof traceArrays)[number], Buffer | null>;

/** Nearest in length among those that were judged the other way. */
function siblingOf(solution: SolutionFacts, all: readonly SolutionFacts[]): number | null {
  if (solution.correct === null) return null;
  const others = all.filter((s) => s.correct === !solution.correct);
  const distance = (s: SolutionFacts): number => Math.abs(s.tokens - solution.tokens);
  return others.sort((a, b) => distance(a) - distance(b) || a.index - b.index)[0]?.index ?? null;
}

/** Weights of reward terms, as our experiments write them; other trainers' experiments may have none. */
function weightsOf(reward: string | null): Record<string, number> {
  const terms: unknown = reward === null ? [] : JSON.parse(reward);
  const weights: Record<string, number> = {};
  if (!Array.isArray(terms)) return weights;
  for (const item of terms as unknown[])
    if (typeof item === 'object' && item !== null && 'term' in item && 'weight' in item)
      if (typeof item.term === 'string' && typeof item.weight === 'number') weights[item.term] = item.weight;
  return weights;
}

const numbers = (blob: Buffer | null): number[] | undefined => (blob === null ? undefined : unpackArray(blob));

export function solutionQueries(db: Sqlite, statements: ReturnType<typeof groupStatements>) {
  const reward = db.prepare<[number], { reward: string | null }>(
    `SELECT identity -> '$.experiment.resolved.reward' AS reward FROM runs WHERE key = ?`,
  );
  const trace = db.prepare<[string, number, number, number], TraceRow>(
    `SELECT ends, ${traceArrays.join(', ')} FROM traces
     WHERE run = (SELECT key FROM runs WHERE id = ? AND gone = 0) AND step = ? AND grp = ? AND solution = ?`,
  );

  return {
    solution(run: string, step: number, group: number, index: number): SolutionDetail | null {
      const row = statements.one.get(run, step, group);
      if (row === undefined || index >= row.size) return null;
      const traced = new Set(statements.traced.all(row.run, step, group).map((t) => t.solution));
      const rows = statements.solutions.all(row.id * maxGroupSize, (row.id + 1) * maxGroupSize);
      const all = rows.map((s) => solutionFacts(s, traced.has(s.id % maxGroupSize)));
      return {
        ...all[index],
        run,
        runName: row.name,
        step,
        group,
        groupSize: row.size,
        question: row.question,
        gold: row.gold,
        text: rows[index].text,
        grade: rows[index].grade === null ? null : (JSON.parse(rows[index].grade) as Grade),
        weights: weightsOf(reward.get(row.run)!.reward),
        sameQuestion: statements.sameQuestion.all(row.run, row.question_id),
        bestSibling: siblingOf(all[index], all),
      };
    },

    trace(run: string, step: number, group: number, solution: number): Trace | null {
      const row = trace.get(run, step, group, solution);
      if (row === undefined) return null;
      const arrays = {
        ids: numbers(row.ids),
        logpOld: numbers(row.logp_old),
        logpRef: numbers(row.logp_ref),
        logp: numbers(row.logp),
        kl: numbers(row.kl),
        ratio: numbers(row.ratio),
        entropy: numbers(row.entropy),
        rank: numbers(row.rank),
        advantage: numbers(row.advantage),
      };
      return { ends: unpackArray(row.ends), ...Object.fromEntries(Object.entries(arrays).filter(([, a]) => a !== undefined)) };
    },
  };
}
