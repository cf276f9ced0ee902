import { z } from 'zod';
import { agreement } from '../../core/agreement.js';
import { goldUnreadable } from '../../core/goldUnreadable.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize, type Grade, type Verdict } from '../../protocol/events.js';
import { gradesName } from '../../protocol/grades.js';
import type { ListPage } from '../../core/listPages.js';
import { listPage, pageArgument, perConnection, question, runId, usualRows } from '../question.js';
import {
  directions,
  type DisagreementGroup,
  type DisagreementPage,
  type Direction,
  type GroupPlace,
  type GroupVerdicts,
  type OtherGrade,
  type OtherGradePlace,
  type OtherVerdicts,
  type RegradePlace,
  type RegradeSummary,
  type SolutionsToGrade,
} from '../views.js';
import { groupStatements, noPreview } from './groups.js';

interface FileRow {
  id: number;
  run: number;
  name: string;
  checker: string;
  time: string;
  version: number;
}
interface Count {
  was: Verdict | null;
  verdict: Verdict;
  n: number;
}
interface GroupRow {
  id: number;
  step: number;
  grp: number;
  question: string;
  gold: string | null;
  size: number;
  n: number;
}
interface DifferingRow {
  solution: number;
  was: Verdict | null;
  reward: number | null;
  verdict: Verdict;
  answer: string | null;
  grade: string;
}

/** Solutions of one group that a list of disagreements names; the rest are on the group's page. */
const namedSolutions = 16;
/** And of those that another checker judges otherwise, a group's page. */
const namedOtherwise = 12;

/** Of the solution that a regrade r of a group g is about. Read only where the trainer gave no verdict: most runs have one. */
const reward = `(SELECT reward FROM solutions WHERE id = g.id * ${maxGroupSize} + r.solution)`;
const rightUnpaid = `r.was IS NULL AND r.verdict = 'equal' AND ${reward} <= 0`;
const wrongPaid = `r.was IS NULL AND r.verdict = 'different' AND ${reward} > 0`;
const unreadable = `r.verdict = 'undecided' AND r.grade ->> '$.rule' = '${goldUnreadable}'`;

/** A disagreement of regrade r, as SQL. */
const differing: Record<Direction, string> = {
  all: `(r.was <> r.verdict OR (${rightUnpaid}) OR (${wrongPaid}))`,
  'right to wrong': "r.was <> r.verdict AND r.was = 'equal' AND r.verdict = 'different'",
  'wrong to right': "r.was <> r.verdict AND r.was = 'different' AND r.verdict = 'equal'",
  undecided: "r.was <> r.verdict AND 'undecided' IN (r.was, r.verdict)",
  'right, paid nothing': rightUnpaid,
  'wrong, paid': wrongPaid,
  'gold unreadable': unreadable,
};

/** What the run's own checker said of a solution s; a trainer without one may still have judged it. */
const ownVerdict = `coalesce(s.verdict, CASE s.correct WHEN 1 THEN 'equal' WHEN 0 THEN 'different' END)`;

const regradesPage = pageArgument(z.strictObject({ time: z.string(), name: z.string() }));
type RegradesPage = z.infer<typeof regradesPage>;

/** Counted from rewards and rules, beside verdicts. */
type Apart = 'paidCompared' | 'rightUnpaid' | 'wrongPaid' | 'goldUnreadable';

/** What other checkers said. A grade counts while the group's event that it read is the one that is shown. */
const gradeFiles = perConnection((connection) => {
  const { db } = connection;
  const files = db.prepare<[string], FileRow>(
    `SELECT f.id, f.run, f.name, f.checker, f.time, r.version FROM grade_files f JOIN runs r ON r.key = f.run AND r.gone = 0
     WHERE r.id = ? ORDER BY f.time DESC, f.name`,
  );
  const current = 'JOIN groups g ON g.run = @run AND g.step = r.step AND g.grp = r.grp AND g.seq = r.seq';
  const counts = db.prepare<[{ run: number; file: number }], Count>(
    `SELECT r.was, r.verdict, count(*) AS n FROM regrades r ${current} WHERE r.file = @file GROUP BY r.was, r.verdict`,
  );
  const apart = db.prepare<[{ run: number; file: number }], Pick<RegradeSummary, Apart>>(
    `SELECT count(*) FILTER (WHERE r.was IS NULL AND r.verdict <> 'undecided' AND ${reward} IS NOT NULL) AS paidCompared,
       count(*) FILTER (WHERE ${rightUnpaid}) AS rightUnpaid, count(*) FILTER (WHERE ${wrongPaid}) AS wrongPaid,
       count(*) FILTER (WHERE ${unreadable}) AS goldUnreadable
     FROM regrades r ${current} WHERE r.file = @file AND (r.was IS NULL OR r.verdict = 'undecided')`,
  );
  const read = db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM regrades WHERE file = ?');
  const { bodies } = groupStatements(connection);
  const graded = db.prepare<[number], { id: number }>(
    `SELECT s.id FROM (SELECT id FROM groups WHERE run = ? ORDER BY step DESC, grp DESC LIMIT 16) g
     JOIN solutions s ON s.id >= g.id * ${maxGroupSize} AND s.id < (g.id + 1) * ${maxGroupSize} WHERE s.verdict IS NOT NULL LIMIT 1`,
  );
  function ownChecker(run: number): string | null {
    const solution = graded.get(run);
    return solution === undefined ? null : (bodies.reading()(solution.id).grade?.checker ?? null);
  }
  /** Summaries by file: counting a large one again for nothing would hold up the others' questions. */
  const cache = new Map<number, { version: number; name: string; summary: RegradeSummary }>();

  function summary(file: FileRow): RegradeSummary {
    const known = cache.get(file.id);
    if (known?.version === file.version && known.name === file.name) return known.summary;
    const which = { run: file.run, file: file.id };
    const fresh = { ...summarise(file, counts.all(which), read.get(file.id)!.n), ...apart.get(which)! };
    fresh.original = ownChecker(file.run);
    cache.set(file.id, { version: file.version, name: file.name, summary: fresh });
    return fresh;
  }

  const placed = ({ time, name }: FileRow): { time: string; name: string } => ({ time, name });
  /** Whether it comes after that place, newest first. */
  const isAfter = (f: FileRow, after: { time: string; name: string } | undefined): boolean =>
    after === undefined || f.time < after.time || (f.time === after.time && f.name > after.name);
  const summaries = (run: string, { after, limit = usualRows }: RegradesPage = {}): ListPage<RegradeSummary, RegradePlace> => {
    const found = files.all(run).filter((f) => isAfter(f, after));
    return listPage(found.slice(0, limit + 1), limit, summary, placed);
  };

  const fileOf = (run: string, name: string): FileRow | undefined => files.all(run).find((f) => f.name === name);

  return { summaries, summary, fileOf, current };
});

const group = z.tuple([runId, count, count]);
const otherGradesPage = pageArgument(z.strictObject({ time: z.string(), name: z.string(), solution: count })).extend({
  /** Index in the group. */
  only: count.optional(),
});
const groupPlace = z.strictObject({ step: count, group: count });

export const regradeQuestions = {
  /** Newest first. */
  regrades: question(z.tuple([runId, regradesPage.optional()]), (connection) => gradeFiles(connection).summaries),

  /** In order of steps and groups; null when there is no such file of grades. */
  disagreements: question(
    z.tuple([runId, gradesName, pageArgument(groupPlace).extend({ direction: z.enum(directions) })]),
    (connection) => {
      const { db } = connection;
      const { questionPreviews } = groupStatements(connection);
      const { fileOf, summary, current } = gradeFiles(connection);
      const of = (direction: Direction) => ({
        total: db.prepare<[{ run: number; file: number }], { n: number }>(
          `SELECT count(DISTINCT g.id) AS n FROM regrades r ${current} WHERE r.file = @file AND ${differing[direction]}`,
        ),
        groups: db.prepare<[{ run: number; file: number; step: number; group: number; limit: number }], GroupRow>(
          `SELECT g.id, g.step, g.grp, g.question, g.gold, g.size, count(*) AS n FROM regrades r ${current}
       WHERE r.file = @file AND (r.step, r.grp) > (@step, @group) AND ${differing[direction]}
       GROUP BY r.step, r.grp ORDER BY r.step, r.grp LIMIT @limit`,
        ),
        solutions: db.prepare<[number, number, number, number], DifferingRow>(
          `SELECT r.solution, r.was, s.reward, r.verdict, s.answer, r.grade FROM regrades r JOIN groups g ON g.id = ?
       JOIN solutions s ON s.id = g.id * ${maxGroupSize} + r.solution
       WHERE r.file = ? AND r.step = ? AND r.grp = ? AND ${differing[direction]} ORDER BY r.solution LIMIT ${namedSolutions}`,
        ),
      });
      const by = Object.fromEntries(directions.map((d) => [d, of(d)])) as Record<Direction, ReturnType<typeof of>>;
      const first: GroupPlace = { step: -1, group: -1 };
      return (run, name, { direction, after = first, limit = usualRows }): DisagreementPage | null => {
        const file = fileOf(run, name);
        if (file === undefined) return null;
        const which = { run: file.run, file: file.id };
        const read: GroupRow[] = [];
        const groupOf = (row: GroupRow): DisagreementGroup => {
          read.push(row);
          const { id, step, grp, gold, size, n } = row;
          let compared: string | null = null;
          const solutions = by[direction].solutions.all(id, file.id, step, grp).map(({ grade, ...rest }) => {
            const now = JSON.parse(grade) as Grade;
            compared ??= now.normal?.gold ?? null;
            return { ...rest, answerNow: now.answer, rule: now.rule, reason: now.reason ?? null };
          });
          return {
            address: { run, step, group: grp },
            questionPreview: noPreview,
            gold: gold ?? compared,
            size,
            differing: n,
            solutions,
          };
        };
        const page = listPage(by[direction].groups.iterate({ ...which, ...after, limit: limit + 1 }), limit, groupOf, ({ step, grp }) => ({
          step,
          group: grp,
        }));
        const previews = questionPreviews.ofMany(file.run, read);
        const rows = page.rows.map((row, i) => ({ ...row, questionPreview: previews[i] }));
        return { summary: summary(file), rows, next: page.next, total: by[direction].total.get(which)!.n };
      };
    },
  ),

  /** Other checkers' verdicts on a group, oldest checker first. */
  otherVerdicts: question(z.tuple([...group.def.items, regradesPage.optional()]), ({ db }) => {
    const from = `FROM grade_files f JOIN runs ON runs.key = f.run AND runs.gone = 0
     JOIN regrades r ON r.file = f.id JOIN groups g ON g.run = f.run AND g.step = r.step AND g.grp = r.grp AND g.seq = r.seq
     JOIN solutions s ON s.id = g.id * ${maxGroupSize} + r.solution
     WHERE runs.id = @run AND r.step = @step AND r.grp = @group`;
    const otherwise = "s.correct IS NOT NULL AND (s.correct = 1) <> (r.verdict = 'equal')";
    const files = db.prepare<
      [RegradePlace & { run: string; step: number; group: number; limit: number }],
      RegradePlace & { id: number; checker: string; solutions: number; otherwise: number }
    >(
      `SELECT f.id, f.time, f.name, f.checker, count(*) AS solutions, sum(${otherwise}) AS otherwise ${from}
       AND (f.time, f.name) > (@time, @name) GROUP BY f.id ORDER BY f.time, f.name LIMIT @limit`,
    );
    const first = db
      .prepare<[{ run: string; step: number; group: number; file: number }], number>(
        `SELECT r.solution ${from} AND f.id = @file AND ${otherwise} ORDER BY r.solution LIMIT ${namedOtherwise}`,
      )
      .pluck();
    return (run, step, group, { after = { time: '', name: '' }, limit = usualRows } = {}): ListPage<OtherVerdicts, RegradePlace> =>
      listPage(
        files.iterate({ run, step, group, ...after, limit: limit + 1 }),
        limit,
        ({ id, name, checker, solutions, otherwise }) => ({
          name,
          checker,
          solutions,
          otherwise,
          first: first.all({ run, step, group, file: id }),
        }),
        ({ time, name }) => ({ time, name }),
      );
  }),

  /** What other checkers said of a group's solutions, or of one of them; oldest checker first. */
  otherGrades: question(z.tuple([...group.def.items, otherGradesPage.optional()]), ({ db }) => {
    const others = db.prepare<
      [OtherGradePlace & { run: string; step: number; group: number; only: number | null; limit: number }],
      { time: string; name: string; checker: string; solution: number; grade: string }
    >(
      `SELECT f.time, f.name, f.checker, r.solution, r.grade FROM grade_files f JOIN runs ON runs.key = f.run AND runs.gone = 0
     JOIN regrades r ON r.file = f.id JOIN groups g ON g.run = f.run AND g.step = r.step AND g.grp = r.grp AND g.seq = r.seq
     WHERE runs.id = @run AND r.step = @step AND r.grp = @group AND (f.time, f.name, r.solution) > (@time, @name, @solution)
       AND (@only IS NULL OR r.solution = @only) ORDER BY f.time, f.name, r.solution LIMIT @limit`,
    );
    const first: OtherGradePlace = { time: '', name: '', solution: -1 };
    return (run, step, group, { after = first, limit = usualRows, only = null } = {}): ListPage<OtherGrade, OtherGradePlace> =>
      listPage(
        others.iterate({ run, step, group, only, ...after, limit: limit + 1 }),
        limit,
        ({ name, checker, solution, grade }) => ({ name, solution, grade: { ...(JSON.parse(grade) as Grade), checker } }),
        ({ time, name, solution }) => ({ time, name, solution }),
      );
  }),

  /** Of each group of a step that a checker judged any of, its verdicts on all of the solutions; null when there is no such file of grades. */
  stepVerdicts: question(z.tuple([runId, count, gradesName, pageArgument(count).optional()]), (connection) => {
    const { db } = connection;
    const { fileOf, current } = gradeFiles(connection);
    const groups = db.prepare<[{ run: number; file: number; step: number; after: number; limit: number }], { grp: number; size: number }>(
      `SELECT DISTINCT g.grp, g.size FROM regrades r ${current} WHERE r.file = @file AND r.step = @step AND r.grp > @after ORDER BY g.grp LIMIT @limit`,
    );
    const verdicts = db.prepare<[{ run: number; file: number; step: number; group: number }], { solution: number; verdict: Verdict }>(
      `SELECT r.solution, r.verdict FROM regrades r ${current} WHERE r.file = @file AND r.step = @step AND r.grp = @group`,
    );
    return (run, step, name, { after = -1, limit = usualRows } = {}): ListPage<GroupVerdicts, number> | null => {
      const file = fileOf(run, name);
      if (file === undefined) return null;
      const which = { run: file.run, file: file.id, step };
      return listPage(
        groups.all({ ...which, after, limit: limit + 1 }),
        limit,
        ({ grp, size }) => {
          const right = new Array<boolean | null>(size).fill(null);
          let undecided = 0;
          for (const { solution, verdict } of verdicts.all({ ...which, group: grp })) {
            if (solution < size) right[solution] = verdict === 'equal';
            if (verdict === 'undecided') undecided++;
          }
          return { group: grp, right, undecided };
        },
        ({ grp }) => grp,
      );
    };
  }),

  /** Those of a group, as a checker needs them. @param name of the file of grades that they are meant for */
  solutionsToGrade: question(z.tuple([...group.def.items, gradesName, pageArgument(count).optional()]), (connection) => {
    const { db } = connection;
    const { bodies } = groupStatements(connection);
    const group = db.prepare<[string, number, number], { id: number; run: number; seq: number; question: string; gold: string | null }>(
      `SELECT g.id, g.run, g.seq, g.question, g.gold FROM groups g JOIN runs r ON r.key = g.run AND r.gone = 0 WHERE r.id = ? AND g.step = ? AND g.grp = ?`,
    );
    const solutions = db.prepare<[number, number, number], { id: number; was: Verdict | null }>(
      `SELECT s.id, ${ownVerdict} AS was FROM solutions s WHERE s.id >= ? AND s.id < ? ORDER BY s.id LIMIT ?`,
    );
    const graded = db.prepare<[number, string, number, number, number], { solution: number }>(
      `SELECT r.solution FROM grade_files f JOIN regrades r ON r.file = f.id
     WHERE f.run = ? AND f.name = ? AND r.step = ? AND r.grp = ? AND r.seq = ?`,
    );
    return (run, step, grp, name, { after = -1, limit = usualRows } = {}): SolutionsToGrade | null => {
      const row = group.get(run, step, grp);
      if (row === undefined) return null;
      const done = new Set(graded.all(row.run, name, step, grp, row.seq).map((g) => g.solution));
      const begin = row.id * maxGroupSize;
      const bodyOf = bodies.reading();
      const page = listPage(
        solutions.iterate(begin + after + 1, begin + maxGroupSize, limit + 1),
        limit,
        ({ id, was }) => ({ index: id - begin, text: bodyOf(id).text, was, done: done.has(id - begin) }),
        ({ id }) => id - begin,
      );
      return { seq: row.seq, question: row.question, gold: row.gold, ...page };
    };
  }),
};

function summarise(file: FileRow, counts: Count[], read: number): Omit<RegradeSummary, Apart> {
  const sum = (which: (c: Count) => boolean): number => counts.reduce((total, c) => total + (which(c) ? c.n : 0), 0);
  const judged = counts.filter((c) => c.was !== null);
  const solutions = sum(() => true);
  const { share, kappa } = agreement(judged.map((c) => ({ a: c.was!, b: c.verdict, n: c.n })));
  return {
    name: file.name,
    checker: file.checker,
    original: null,
    time: file.time,
    solutions,
    superseded: read - solutions,
    unjudged: sum((c) => c.was === null),
    agreeing: sum((c) => c.was === c.verdict),
    rightToWrong: sum((c) => c.was === 'equal' && c.verdict === 'different'),
    wrongToRight: sum((c) => c.was === 'different' && c.verdict === 'equal'),
    undecided: sum((c) => c.was !== null && c.was !== c.verdict && (c.was === 'undecided' || c.verdict === 'undecided')),
    rightBefore: sum((c) => c.was === 'equal'),
    rightNow: sum((c) => c.verdict === 'equal'),
    undecidedNow: sum((c) => c.verdict === 'undecided'),
    share,
    kappa,
  };
}
