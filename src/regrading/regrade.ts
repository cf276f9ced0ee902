/** Grades the solutions of a run again with another checker. Its grades are written beside those of the trainer, which stay as they are. */
import { mkdirSync } from 'node:fs';
import { pagesOf, rowsOf } from '../core/listPages.js';
import type { Grade } from '../protocol/events.js';
import { gradesFile, gradesFolder, gradesSidecar, nameOfGrades, type GradeLine, type GradesHeader } from '../protocol/grades.js';
import { SidecarWriter } from '../protocol/sidecarWriter.js';
import type { StoreQueries } from '../store/questions.js';
import type { SolutionsToGrade } from '../store/views.js';
import type { Golds } from './goldsFile.js';
import { withLock } from '../launch/targets/local/lock.js';

/** Something that grades solutions. */
export interface Checker {
  /** Name and version: another version is another checker. */
  readonly name: string;
  /** Never hangs: what cannot be decided in time is undecided. @throws when no further grade can come from it */
  grade(solution: string, gold: string): Promise<Omit<Grade, 'checker'>>;
}

export interface RegradeOptions {
  store: Pick<StoreQueries, 'steps' | 'groups' | 'solutionsToGrade'>;
  run: string;
  directory: string;
  checker: Checker;
  /** Only these steps, both included. */
  steps?: { from: number; to: number };
  /** Grades again what this checker has graded before; the later grade counts. */
  again?: boolean;
  /** Gold answers for questions to which the run has none. */
  golds?: Golds;
  /** Ends the work after the grades that are under way; what was written stays. */
  signal?: AbortSignal;
  /** Called with the number of solutions that are done, and of all. */
  progress?: (done: number, total: number) => void;
}

export interface RegradeResult {
  /** Name of the file of grades, and where it is. */
  name: string;
  file: string;
  /** Grades that were given now. */
  graded: number;
  /** Solutions that the checker had graded before. */
  known: number;
  /** Solutions of questions without a gold answer. */
  withoutGold: number;
  /** Groups without a gold answer of the run's own, and those of them that got one from `golds`; left out without a file. */
  golds?: GoldsUse;
  /** Wall time in which the grades came, milliseconds. */
  ms: number;
  cancelled: boolean;
}

/** What a file of gold answers came to, in groups of the run and in questions of the file (see `Golds.counts`). */
export interface GoldsUse extends ReturnType<Golds['counts']> {
  file: string;
  groups: number;
  matched: number;
}

/** Solutions given to the checker at a time, so that one that runs beside is kept busy. */
const batch = 64;

/** @throws when another process grades the run with this checker, when the files cannot be written, or when the checker fails */
export async function regrade(options: RegradeOptions): Promise<RegradeResult> {
  const { directory, checker } = options;
  const name = nameOfGrades(checker.name);
  const file = gradesFile(directory, name);
  mkdirSync(gradesFolder(directory), { recursive: true });
  return withLock(
    `${file}.lock`,
    async () => {
      const writer = new SidecarWriter(gradesSidecar, directory, name, { checker: checker.name });
      try {
        return await gradeAll(options, writer, { name, file, graded: 0, known: 0, withoutGold: 0, ms: 0, cancelled: false });
      } finally {
        writer.close();
      }
    },
    0,
  );
}

async function gradeAll(
  options: RegradeOptions,
  writer: SidecarWriter<GradesHeader, GradeLine>,
  done: RegradeResult,
): Promise<RegradeResult> {
  const { store, run, signal, progress, golds } = options;
  const steps = await stepsOf(options);
  const total = steps.reduce((sum, s) => sum + s.solutions, 0);
  let seen = 0;
  const taken = { groups: 0, matched: 0 };
  const end = (cancelled: boolean): RegradeResult => ({
    ...done,
    ms: performance.now() - begun,
    cancelled,
    ...(golds && { golds: { file: golds.file, ...taken, ...golds.counts() } }),
  });
  const begun = performance.now();
  progress?.(0, total);
  for (const { step } of steps) {
    for await (const { group } of rowsOf((after) => store.groups(run, step, { after }))) {
      const none = { rows: [], next: null, seq: 0, question: '', gold: null }; // superseded since it was listed
      let first = true;
      for await (const recorded of pagesOf((after) => store.solutionsToGrade(run, step, group, done.name, { after }) ?? none)) {
        const question = golds && recorded.gold === null ? { ...recorded, gold: golds.of(recorded.question) ?? null } : recorded;
        if (first && recorded.gold === null && recorded.rows.length > 0) {
          taken.groups++;
          if (question.gold !== null) taken.matched++;
        }
        first = false;
        for (const part of parts(question, options.again ?? false, done)) {
          if (signal?.aborted) return end(true);
          writer.append(await grades(options.checker, question, part, step, group));
          done.graded += part.length;
          seen += part.length;
          progress?.(seen, total);
        }
        seen += question.rows.length - toGrade(question, options.again ?? false).length;
        progress?.(seen, total);
      }
    }
  }
  return end(false);
}

/** Those with groups, oldest first. */
async function stepsOf({ store, run, steps: wanted }: RegradeOptions): Promise<{ step: number; solutions: number }[]> {
  const { from = 0, to = Number.MAX_SAFE_INTEGER - 1 } = wanted ?? {};
  const found: { step: number; solutions: number }[] = [];
  for await (const { step, groups, solutions } of rowsOf((before: number | undefined) => store.steps(run, { before: before ?? to + 1 }))) {
    if (step < from) break;
    if (groups > 0) found.push({ step, solutions });
  }
  return found.reverse();
}

type SolutionPart = SolutionsToGrade['rows'];

const toGrade = ({ gold, rows: solutions }: SolutionsToGrade, again: boolean): SolutionPart =>
  gold === null ? [] : again ? solutions : solutions.filter((s) => !s.done);

function* parts(question: SolutionsToGrade, again: boolean, done: RegradeResult): Generator<SolutionPart> {
  const wanted = toGrade(question, again);
  if (question.gold === null) done.withoutGold += question.rows.length;
  else done.known += question.rows.length - wanted.length;
  for (let i = 0; i < wanted.length; i += batch) yield wanted.slice(i, i + batch);
}

/** Either all of them or, when the checker fails, none. */
async function grades(
  checker: Checker,
  { gold, seq }: SolutionsToGrade,
  part: SolutionPart,
  step: number,
  group: number,
): Promise<GradeLine[]> {
  const results = await Promise.all(part.map((s) => checker.grade(s.text, gold!)));
  return part.map(({ index, was }, i) => ({ v: 1, step, group, solution: index, seq, was, grade: storable(results[i], gold!) }));
}

/** More of an answer nobody reads. */
const longest = 10_000;
const cut = (text: string | null): string | null => text?.slice(0, longest) ?? null;

/** As it is stored: the checker stands in the file's first line. The gold that it was compared with stands there, also as nobody could read it. */
function storable(
  { verdict, answer, span, extraction, rule, normal, reason, ms }: Omit<Grade, 'checker'>,
  gold: string,
): GradeLine['grade'] {
  return {
    verdict,
    answer: cut(answer),
    span,
    extraction,
    rule,
    normal: { answer: cut(normal?.answer ?? null), gold: cut(normal?.gold ?? gold) },
    ...(reason !== undefined && { reason }),
    ...(ms !== undefined && { ms }),
  };
}
