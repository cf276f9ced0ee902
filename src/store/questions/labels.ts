import { z } from 'zod';
import type { ListPage } from '../../core/listPages.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize } from '../../protocol/events.js';
import { noPart, noteLabel } from '../labelRows.js';
import { marksThatStand } from '../standingMarks.js';
import { listPage, pageArgument, question, rowLimit, runId, usualRows } from '../question.js';
import type { LabelCount, Mark, MarkPlace, MarkTargets } from '../views.js';

const part = z.number().int().min(noPart);
const place = z.strictObject({ step: part, group: part, solution: part, label: z.string(), file: z.string() });
/** Of a run, down to what is named. */
const target = z.strictObject({ step: count.optional(), group: count.optional(), solution: count.optional() });
/** Things that are looked up at once. */
export const mostTargets = 1000;

interface MarkRow {
  step: number;
  grp: number;
  solution: number;
  label: string;
  note: string | null;
  author: string;
  time: number;
  file: string;
}

const ofRun = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';

export const labelQuestions = {
  /** Of a run, a step, a group or a solution; with `within` also of all that is in it. In the order of the run. */
  marks: question(
    z.tuple([
      runId,
      target,
      z.strictObject({ after: place.optional(), limit: rowLimit.optional(), within: z.boolean().optional() }).optional(),
    ]),
    ({ db }) => {
      const rows = (condition: string) =>
        db.prepare<[MarkPlace & { run: string; limit: number; ofStep: number; ofGroup: number; ofSolution: number }], MarkRow>(
          `SELECT m.step, m.grp, m.solution, m.label, m.note, m.author, m.time, m.name AS file FROM (${marksThatStand(`m.run = ${ofRun} AND ${condition}`)}) m
           WHERE (m.step, m.grp, m.solution, m.label, m.name) > (@step, @group, @solution, @label, @file)
           ORDER BY m.step, m.grp, m.solution, m.label, m.name LIMIT @limit`,
        );
      const exactly = rows('m.step = @ofStep AND m.grp = @ofGroup AND m.solution = @ofSolution');
      const within = rows(`@ofStep IN (${noPart}, m.step) AND @ofGroup IN (${noPart}, m.grp) AND @ofSolution IN (${noPart}, m.solution)`);
      const first: MarkPlace = { step: noPart - 1, group: 0, solution: 0, label: '', file: '' };
      return (run, { step = noPart, group = noPart, solution = noPart }, options = {}): ListPage<Mark, MarkPlace> => {
        const { after = first, limit = usualRows } = options;
        const bound = { run, ...after, limit: limit + 1, ofStep: step, ofGroup: group, ofSolution: solution };
        return listPage(
          (options.within ? within : exactly).iterate(bound),
          limit,
          (row) => markOf(run, row),
          ({ step, grp, solution, label, file }) => ({ step, group: grp, solution, label, file }),
        );
      };
    },
  ),

  /** By name. */
  labels: question(z.tuple([runId, pageArgument(z.string()).optional()]), ({ db }) => {
    const rows = db.prepare<[{ run: string; after: string; limit: number }], LabelCount>(
      `SELECT label, count(DISTINCT step || ' ' || grp || ' ' || solution) AS places
       FROM (${marksThatStand(`m.run = ${ofRun} AND m.label > @after`)}) GROUP BY label ORDER BY label LIMIT @limit`,
    );
    return (run, { after = noteLabel, limit = usualRows } = {}): ListPage<LabelCount, string> =>
      listPage(
        rows.iterate({ run, after, limit: limit + 1 }),
        limit,
        (row) => row,
        ({ label }) => label,
      );
  }),

  /** What is to be written of things that are labelled now. */
  markTargets: question(z.tuple([runId, z.array(target).max(mostTargets)]), ({ db }) => {
    const run = db.prepare<[string], number>('SELECT key FROM runs WHERE id = ? AND gone = 0').pluck();
    const step = db.prepare<[number, number], number>('SELECT 1 FROM steps WHERE run = ? AND step = ?').pluck();
    const group = db.prepare<[number, number, number], { id: number; seq: number }>(
      'SELECT id, seq FROM groups WHERE run = ? AND step = ? AND grp = ?',
    );
    const solution = db.prepare<[number], number>('SELECT 1 FROM solutions WHERE id = ?').pluck();
    const newest = db.prepare<[number], number | null>('SELECT max(time) FROM marks WHERE run = ?').pluck();
    return (id, targets): MarkTargets => {
      const key = run.get(id);
      if (key === undefined) return { seqs: targets.map(() => undefined), newest: null };
      const seqOf = (t: (typeof targets)[number]): number | null | undefined => {
        if (t.step === undefined) return null;
        if (t.group === undefined) return step.get(key, t.step) === undefined ? undefined : null;
        const found = group.get(key, t.step, t.group);
        if (found === undefined || t.solution === undefined) return found?.seq;
        return t.solution < maxGroupSize && solution.get(found.id * maxGroupSize + t.solution) !== undefined ? found.seq : undefined;
      };
      return { seqs: targets.map(seqOf), newest: newest.get(key) ?? null };
    };
  }),
};

function markOf(run: string, { step, grp, solution, label, note, author, time }: MarkRow): Mark {
  const address = {
    run,
    ...(step !== noPart && { step }),
    ...(grp !== noPart && { group: grp }),
    ...(solution !== noPart && { solution }),
  };
  return { address, label: label === noteLabel ? null : label, note, author, time: new Date(time).toISOString() };
}
