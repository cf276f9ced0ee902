/** The worst tokens of a solution, group, step or run: traces are read where they stand in the run directory, a piece of them at a time. */
import { z } from 'zod';
import { TopK } from '../../core/topK.js';
import { tokenContext, tokenSpan } from '../../core/tokenSpan.js';
import { scanTokens, tokenMeasures } from '../../core/worstTokens.js';
import { decodeArray, type TokenArray } from '../../protocol/arrays.js';
import { count } from '../../protocol/count.js';
import { tokenEnds } from '../../protocol/decodeTrace.js';
import type { EventPlace } from '../../protocol/eventAt.js';
import { maxGroupSize } from '../../protocol/events.js';
import { OpenSegments } from '../../protocol/openSegments.js';
import { tokenNumbers } from '../../protocol/tokenNumbers.js';
import { PreparedStatements } from '../preparedStatements.js';
import { question, runId } from '../question.js';
import { SolutionBodies } from '../solutionBodies.js';
import type { TokenCursor, TokenPiece, TokenPlan, TokenScope, WorstToken } from '../views.js';
import { tracesOfGroup } from '../standingTraces.js';
import { groupStatements } from './groups.js';

/** Traces of which the places are read at a time, and rows of one answer. */
const someTraces = 256;
export const mostTokens = 500;
/** Characters shown on each side of a token, and of a token. */
const around = 40;
const longestToken = 80;

/** Also an infinite one. */
const anyNumber = z.custom<number>((x) => typeof x === 'number' && !Number.isNaN(x));
const scope: z.ZodType<TokenScope> = z.strictObject({ step: count.optional(), group: count.optional(), solution: count.optional() });
const cursor: z.ZodType<TokenCursor> = z.strictObject({ step: count, group: count, solution: count, kl: anyNumber.nullable() });
const piece = z.strictObject({
  by: z.enum(tokenMeasures),
  top: z.number().int().min(1).max(mostTokens),
  /** A token that is not worse than this is not wanted; from 0 on, where nothing is wrong. */
  floor: anyNumber,
  after: cursor.optional(),
  /** Milliseconds after which the rest is left to the next piece; one trace is always read. */
  budgetMs: z.number().min(0).max(10_000),
});

interface TraceRow extends EventPlace {
  seq: number;
  step: number;
  grp: number;
  solution: number;
  kl: number | null;
  /** Of its group, in the database. */
  id: number;
}

/** A token that may be among the worst: what is needed of its trace, which is not kept. */
interface Candidate {
  row: TraceRow;
  token: number;
  of: number;
  value: number;
  badness: number;
  ends: readonly [before: number, own: number, last: number];
  id: number | null;
}

const ofRun = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';
/** @param table of which the columns are meant */
const part = ({ step, group, solution }: TokenScope, table: 't' | 'g'): string =>
  [
    `run = ${ofRun}`,
    ...(step === undefined ? [] : ['step = @step']),
    ...(group === undefined ? [] : ['grp = @group']),
    ...(solution === undefined ? [] : ['solution = @solution']),
  ]
    .map((condition) => `${table}.${condition}`)
    .join(' AND ');
/** Of each group the traces that speak of its text; in the order of the traces, which their index has. */
const standing = `traces t CROSS JOIN groups g ON ${tracesOfGroup}`;
/** What comes after a trace, in the order of the list. */
const beyond = {
  kl: '(t.kl_max, t.step, t.grp, t.solution) < (@aKl, @aStep, @aGroup, @aSolution)',
  place: '(t.step, t.grp, t.solution) < (@aStep, @aGroup, @aSolution)',
};

export const worstTokenQuestions = {
  /** What there is to be looked through. @returns null when there is no such run */
  tokenPlan: question(z.tuple([runId, scope]), (connection) => {
    const statements = new PreparedStatements(connection.db);
    const { logpTemperatures } = groupStatements(connection);
    return (run, where): TokenPlan | null => {
      const named = statements
        .of<[string], { key: number; name: string }>('SELECT key, coalesce(name, id) AS name FROM runs WHERE id = ? AND gone = 0')
        .get(run);
      if (named === undefined) return null;
      const { solution, ...ofGroups } = where;
      const traced = statements.of<[object], { traces: number; withKl: number }>(
        `SELECT count(*) AS traces, count(t.kl_max) AS withKl FROM ${standing} WHERE ${part(where, 't')}`,
      );
      const sizes = statements.of<[object], { n: number }>(
        `SELECT coalesce(sum(g.size), 0) AS n FROM groups g WHERE ${part(ofGroups, 'g')}`,
      );
      const { n } = sizes.get({ run, ...ofGroups })!;
      const solutions = solution === undefined ? n : Number(solution < n);
      return { runName: named.name, solutions, ...traced.get({ run, ...where })!, logpTemperatures: logpTemperatures(named.key) };
    };
  }),

  /**
   * A piece of the traces, newest first; by KL those with the largest one first, which the database knows of each, so that it ends where no
   * other can be among the worst. A trace is dropped before the next one is read.
   */
  tokenPiece: question(z.tuple([runId, scope, piece]), ({ db, directoryOf }) => {
    const statements = new PreparedStatements(db);
    const bodies = new SolutionBodies(db);
    return (run, where, { by, top, floor, after, budgetMs }): TokenPiece => {
      const deadline = performance.now() + budgetMs;
      const byKl = by === 'kl';
      const conditions = [
        part(where, 't'),
        ...(byKl ? ['t.kl_max > @floor'] : []),
        ...(after === undefined ? [] : [beyond[byKl ? 'kl' : 'place']]),
      ];
      const rows = statements
        .of<[object], TraceRow>(
          `SELECT t.segment, t.offset, t.bytes, t.seq, t.step, t.grp, t.solution, t.kl_max AS kl, g.id FROM ${standing}
           WHERE ${conditions.join(' AND ')} ORDER BY ${byKl ? 't.kl_max DESC, ' : ''}t.step DESC, t.grp DESC, t.solution DESC
           LIMIT ${someTraces + 1}`,
        )
        .all({
          ...{ run, ...where },
          ...(byKl && { floor }),
          ...(after && { aStep: after.step, aGroup: after.group, aSolution: after.solution, ...(byKl && { aKl: after.kl }) }),
        });
      const best = new TopK<Candidate>(top);
      const found: TokenPiece = { rows: [], read: 0, lacking: 0, unreadable: 0, tokens: 0, masked: 0, unknown: 0, next: null };
      const segments = new OpenSegments(directoryOf(run));
      try {
        for (const [i, row] of rows.entries()) {
          // In this order no other trace has a larger one.
          const isOver = byKl && row.kl! <= best.floor;
          if (isOver || i === someTraces || (i > 0 && performance.now() > deadline)) {
            if (isOver) found.next = null;
            break;
          }
          scan(segments, row);
          found.next = i === rows.length - 1 ? null : { step: row.step, group: row.grp, solution: row.solution, kl: row.kl };
        }
      } finally {
        segments.close();
      }
      const bodyOf = bodies.reading();
      found.rows = best.sorted.map((one) => rowOf(one, bodyOf(one.row.id * maxGroupSize + one.row.solution).text));
      return found;

      function scan(from: OpenSegments, row: TraceRow): void {
        found.read++;
        const trace = from.event(row, row.seq, 'trace');
        const numbers = trace && tokenNumbers(trace, by);
        if (trace === undefined) found.unreadable++;
        else if (numbers === undefined) found.lacking++;
        if (!trace || !numbers) return;
        const { values, mask } = numbers;
        let ends: TokenArray | undefined;
        let ids: TokenArray | null | undefined;
        const { tokens, masked, unknown } = scanTokens(by, values, mask, (token, badness) => {
          if (badness <= floor) return;
          best.add(badness, () => {
            ends ??= tokenEnds(trace);
            ids ??= trace.ids ? decodeArray(trace.ids) : null;
            const of = values.length;
            const spans = [token === 0 ? 0 : ends[token - 1], ends[token], ends[ends.length - 1]] as const;
            return { row, token, of, value: values[token], badness, ends: spans, id: ids?.[token] ?? null };
          });
        });
        found.tokens += tokens;
        found.masked += masked;
        found.unknown += unknown;
      }
    };
  }),
};

function rowOf({ row, token, of, value, badness, ends, id }: Candidate, text: string): WorstToken {
  const [before, own, last] = ends;
  const span = tokenSpan(text, before, own, last);
  return {
    ...{ step: row.step, group: row.grp, solution: row.solution, token, of, value, badness, id },
    text: span && tokenContext(text, span, { around, most: longestToken }),
  };
}
