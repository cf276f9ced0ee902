import { z } from 'zod';
import { agreement } from '../../core/agreement.js';
import { count } from '../../protocol/count.js';
import { maxGroupSize, type Grade, type Verdict } from '../../protocol/events.js';
import { gradesName } from '../../protocol/grades.js';
import { perConnection, question, rowLimit, runId } from '../question.js';
import {
  directions,
  type DisagreementGroup,
  type DisagreementPage,
  type Direction,
  type OtherGrade,
  type RegradeSummary,
  type SolutionsToGrade,
} from '../views.js';
import { groupStatements } from './groups.js';

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
  was: Verdict;
  verdict: Verdict;
  answer: string | null;
  grade: string;
}

/** Solutions of one group that a list of disagreements names; the rest are on the group's page. */
const namedSolutions = 16;

/** A change of verdict, r.was → r.verdict, as SQL. */
const differing: Record<Direction, string> = {
  all: 'r.was <> r.verdict',
  'right to wrong': "r.was <> r.verdict AND r.was = 'equal' AND r.verdict = 'different'",
  'wrong to right': "r.was <> r.verdict AND r.was = 'different' AND r.verdict = 'equal'",
  undecided: "r.was <> r.verdict AND 'undecided' IN (r.was, r.verdict)",
};

/** What the run's own checker said of a solution s; a trainer without one may still have judged it. */
const ownVerdict = `coalesce(s.grade ->> '$.verdict', CASE s.correct WHEN 1 THEN 'equal' WHEN 0 THEN 'different' END)`;

/** What other checkers said. A grade counts while the group's event that it read is the one that is shown. */
const gradeFiles = perConnection(({ db }) => {
  const files = db.prepare<[string], FileRow>(
    `SELECT f.id, f.run, f.name, f.checker, f.time, r.version FROM grade_files f JOIN runs r ON r.key = f.run AND r.gone = 0
     WHERE r.id = ? ORDER BY f.time DESC, f.name`,
  );
  const current = 'JOIN groups g ON g.run = @run AND g.step = r.step AND g.grp = r.grp AND g.seq = r.seq';
  const counts = db.prepare<[{ run: number; file: number }], Count>(
    `SELECT r.was, r.verdict, count(*) AS n FROM regrades r ${current} WHERE r.file = @file GROUP BY r.was, r.verdict`,
  );
  const read = db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM regrades WHERE file = ?');
  const ownChecker = db.prepare<[number], { checker: string }>(
    `SELECT s.grade ->> '$.checker' AS checker FROM (SELECT id FROM groups WHERE run = ? ORDER BY step DESC, grp DESC LIMIT 16) g
     JOIN solutions s ON s.id >= g.id * ${maxGroupSize} AND s.id < (g.id + 1) * ${maxGroupSize} WHERE s.grade IS NOT NULL LIMIT 1`,
  );
  /** Summaries by file: counting a large one again for nothing would hold up the others' questions. */
  const cache = new Map<number, { version: number; name: string; summary: RegradeSummary }>();

  function summary(file: FileRow): RegradeSummary {
    const known = cache.get(file.id);
    if (known?.version === file.version && known.name === file.name) return known.summary;
    const fresh = summarise(file, counts.all({ run: file.run, file: file.id }), read.get(file.id)!.n);
    fresh.original = ownChecker.get(file.run)?.checker ?? null;
    cache.set(file.id, { version: file.version, name: file.name, summary: fresh });
    return fresh;
  }

  const fileOf = (run: string, name: string): FileRow | undefined => files.all(run).find((f) => f.name === name);

  return { summaries: (run: string): RegradeSummary[] => files.all(run).map(summary), summary, fileOf, current };
});

const group = z.tuple([runId, count, count]);

export const regradeQuestions = {
  /** Newest first. */
  regrades: question(z.tuple([runId]), (connection) => gradeFiles(connection).summaries),

  /** In order of steps and groups; null when there is no such file of grades. */
  disagreements: question(
    z.tuple([runId, gradesName, z.strictObject({ direction: z.enum(directions), limit: rowLimit })]),
    (connection) => {
      const { db } = connection;
      const { asked } = groupStatements(connection);
      const { fileOf, summary, current } = gradeFiles(connection);
      const of = (direction: Direction) => ({
        total: db.prepare<[{ run: number; file: number }], { n: number }>(
          `SELECT count(DISTINCT g.id) AS n FROM regrades r ${current} WHERE r.file = @file AND ${differing[direction]}`,
        ),
        groups: db.prepare<[{ run: number; file: number; limit: number }], GroupRow>(
          `SELECT g.id, g.step, g.grp, g.question, g.gold, g.size, count(*) AS n FROM regrades r ${current}
       WHERE r.file = @file AND ${differing[direction]} GROUP BY g.step, g.grp ORDER BY g.step, g.grp LIMIT @limit`,
        ),
        solutions: db.prepare<[number, number, number, number], DifferingRow>(
          `SELECT r.solution, r.was, r.verdict, s.answer, r.grade FROM regrades r JOIN solutions s ON s.id = ? * ${maxGroupSize} + r.solution
       WHERE r.file = ? AND r.step = ? AND r.grp = ? AND ${differing[direction]} ORDER BY r.solution LIMIT ${namedSolutions}`,
        ),
      });
      const by = {
        all: of('all'),
        'right to wrong': of('right to wrong'),
        'wrong to right': of('wrong to right'),
        undecided: of('undecided'),
      };
      return (run, name, { direction, limit }): DisagreementPage | null => {
        const file = fileOf(run, name);
        if (file === undefined) return null;
        const which = { run: file.run, file: file.id };
        const groups = by[direction].groups.all({ ...which, limit }).map((row): DisagreementGroup => {
          const { id, step, grp, question, gold, size, n } = row;
          const solutions = by[direction].solutions.all(id, file.id, step, grp).map(({ grade, ...rest }) => {
            const now = JSON.parse(grade) as Grade;
            return { ...rest, answerNow: now.answer, rule: now.rule, reason: now.reason ?? null };
          });
          return {
            address: { run, step, group: grp },
            asked: asked.of(file.run, { step, grp, question }),
            gold,
            size,
            differing: n,
            solutions,
          };
        });
        return { summary: summary(file), groups, total: by[direction].total.get(which)!.n };
      };
    },
  ),

  /** What other checkers said of a group's solutions, oldest checker first. */
  otherGrades: question(group, ({ db }) => {
    const others = db.prepare<[string, number, number], { name: string; checker: string; solution: number; grade: string }>(
      `SELECT f.name, f.checker, r.solution, r.grade FROM grade_files f JOIN runs ON runs.key = f.run AND runs.gone = 0
     JOIN regrades r ON r.file = f.id JOIN groups g ON g.run = f.run AND g.step = r.step AND g.grp = r.grp AND g.seq = r.seq
     WHERE runs.id = ? AND r.step = ? AND r.grp = ? ORDER BY f.time, f.name, r.solution`,
    );

    return (run, step, grp): OtherGrade[] =>
      others
        .all(run, step, grp)
        .map(({ name, checker, solution, grade }) => ({ name, solution, grade: { ...(JSON.parse(grade) as Grade), checker } }));
  }),

  /** The last argument is the name of the file of grades that they are meant for. */
  solutionsToGrade: question(z.tuple([...group.def.items, gradesName]), ({ db }) => {
    const group = db.prepare<[string, number, number], { id: number; run: number; seq: number; gold: string | null }>(
      `SELECT g.id, g.run, g.seq, g.gold FROM groups g JOIN runs r ON r.key = g.run AND r.gone = 0 WHERE r.id = ? AND g.step = ? AND g.grp = ?`,
    );
    const texts = db.prepare<[number, number], { id: number; text: string; was: Verdict | null }>(
      `SELECT s.id, s.text, ${ownVerdict} AS was FROM solutions s WHERE s.id >= ? AND s.id < ? ORDER BY s.id`,
    );
    const graded = db.prepare<[number, string, number, number, number], { solution: number }>(
      `SELECT r.solution FROM grade_files f JOIN regrades r ON r.file = f.id
     WHERE f.run = ? AND f.name = ? AND r.step = ? AND r.grp = ? AND r.seq = ?`,
    );
    return (run, step, grp, name): SolutionsToGrade | null => {
      const row = group.get(run, step, grp);
      if (row === undefined) return null;
      const done = new Set(graded.all(row.run, name, step, grp, row.seq).map((g) => g.solution));
      const solutions = texts.all(row.id * maxGroupSize, (row.id + 1) * maxGroupSize).map(({ id, text, was }) => {
        const index = id % maxGroupSize;
        return { index, text, was, done: done.has(index) };
      });
      return { seq: row.seq, gold: row.gold, solutions };
    };
  }),
};

function summarise(file: FileRow, counts: Count[], read: number): RegradeSummary {
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
