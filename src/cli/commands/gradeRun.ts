/** `grpo-lab grade RUN`: another checker reads a run's solutions again; where it disagrees with the run's own is listed. */
import { allRows } from '../../core/listPages.js';
import { count, duration, percent, significant } from '../../core/format.js';
import { join } from 'node:path';
import { checker as ownChecker } from '../../grading/grade.js';
import { conventionOf } from '../../grading/extract/conventions.js';
import type { Convention } from '../../grading/extract/extraction.js';
import { Grader } from '../../grading/grader.js';
import { messageOf } from '../../core/messageOf.js';
import { CommandChecker } from '../../regrading/commandChecker.js';
import { readGolds, type Golds } from '../../regrading/goldsFile.js';
import { regrade, type Checker, type RegradeResult } from '../../regrading/regrade.js';
import type { BenchmarkView, DisagreementGroup, DisagreementPage, GroupPlace, RegradeSummary, RunDetail } from '../../store/views.js';
import { countProgress } from '../bar.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import { findRun, knownRuns } from '../runRef.js';
import { runOf, type CliSession } from '../cliSession.js';
import { commandWords } from '../commandWords.js';
import { abridged } from '../../core/questionPreview.js';

export interface GradeRunOptions {
  /** `A..B`, or one step. */
  step?: { from: number; to: number };
  /** A program to grade with, instead of the built-in checker. */
  with?: string;
  /** What to call that program's verdicts: name and version. */
  checker?: string;
  /** How the solutions state their answers; what the run's benchmarks say where it is left out. */
  convention?: Convention;
  /** Seconds for one answer of that program. */
  timeout?: number;
  /** Also what was graded before. */
  again?: boolean;
  /** A file of questions with their gold answers, for questions to which the run has none. */
  golds?: string;
  /** How many groups with disagreements to print. */
  list: number;
}

export async function gradeRun(session: CliSession, reference: string, options: GradeRunOptions): Promise<ExitCode> {
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  const run = runOf(store, id);
  const convention = options.convention ?? conventionOf(benchmarkNames(run, await allRows((after) => store.benchmarks(id, { after }))));
  const { checker, close } = checkerOf(options, convention, session.trainer.distFolder);
  const golds = options.golds === undefined ? undefined : await goldsOf(options.golds);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal).once('disconnect', onSignal);
  const bar = countProgress(checker.name);
  let done: RegradeResult;
  try {
    done = await regrade({
      store,
      run: id,
      directory: run.directory,
      checker,
      ...(options.step && { steps: options.step }),
      ...(golds && { golds }),
      ...(options.again !== undefined && { again: options.again }),
      signal: stop.signal,
      progress: (n, total) => {
        bar.update(n, total);
        // Who started this may be gone: then nobody wants to know.
        if (process.connected) process.send?.({ done: n, total }, undefined, undefined, () => undefined);
      },
    });
  } finally {
    bar.stop();
    await close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('disconnect', onSignal);
  }
  // What was written is read back: the answer is what every page will show.
  const answers = await session.queries(id);
  const first = answers.disagreements(id, done.name, { direction: 'all', limit: 1 });
  const none = { rows: [], next: null };
  const some = (after: GroupPlace | undefined) => answers.disagreements(id, done.name, { direction: 'all', after }) ?? none;
  const page = first && { ...first, rows: await allRows(some, Math.max(1, options.list)) };
  const unread = (after: GroupPlace | undefined) => answers.disagreements(id, done.name, { direction: 'gold unreadable', after }) ?? none;
  const unreadable = (page?.summary.goldUnreadable ?? 0) === 0 ? [] : await allRows(unread, Math.max(1, options.list));
  tell(session, id, done, page, unreadable, options.list);
  session.output.value({ run: id, ...done, summary: page?.summary ?? null, groups: page?.rows ?? [], total: page?.total ?? 0, unreadable });
  return done.cancelled ? exit.interrupted : exit.ok;
}

/** Names of what a run is measured on, and of the data set it was given. */
function benchmarkNames({ resolved }: RunDetail, benchmarks: readonly BenchmarkView[]): string[] {
  const { data } = resolved;
  const dataset = typeof data === 'object' && data !== null && 'dataset' in data && typeof data.dataset === 'string' ? [data.dataset] : [];
  return [...new Set([...benchmarks.map((b) => b.suite), ...dataset])];
}

async function goldsOf(file: string): Promise<Golds> {
  try {
    return await readGolds(file);
  } catch (error) {
    throw new CliError(messageOf(error), exit.usage);
  }
}

function checkerOf(
  options: GradeRunOptions,
  convention: Convention | undefined,
  distFolder: string,
): { checker: Checker; close: () => unknown } {
  if (options.with === undefined) {
    if (options.checker !== undefined && options.checker !== ownChecker)
      throw new CliError(
        `The built-in checker is ${ownChecker}. To run another one, give its program: --with 'python check.py'.`,
        exit.usage,
      );
    const grader = new Grader({ worker: join(distFolder, 'gradeWorker.cjs') });
    // Read by another convention, it is another checker.
    const name = convention === undefined ? ownChecker : `${ownChecker} (${convention})`;
    const grade: Checker['grade'] = (solution, gold) => grader.grade(solution, gold, convention === undefined ? {} : { convention });
    return { checker: { name, grade }, close: () => grader.close() };
  }
  if (options.convention !== undefined)
    throw new CliError('--convention is for the built-in checker; the program of --with finds the answers by itself.', exit.usage);
  if (options.checker === undefined || options.checker.trim() === '')
    throw new CliError(`Say what to call it, with its version: --checker 'math-verify 0.8.0'.`, exit.usage);
  if (options.checker === ownChecker)
    throw new CliError(`${ownChecker} is the built-in checker; give the program another name.`, exit.usage);
  const checker = new CommandChecker({
    name: options.checker.trim(),
    command: commandWords(options.with),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
  });
  return { checker, close: () => checker.close() };
}

function tell(
  { output }: CliSession,
  run: string,
  done: RegradeResult,
  page: Pick<DisagreementPage, 'summary' | 'rows' | 'total'> | null,
  unreadable: readonly DisagreementGroup[],
  list: number,
): void {
  const speed = done.ms > 0 && done.graded > 0 ? `, ${significant((done.graded / done.ms) * 1000)} a second` : '';
  output.line(
    `${run}: ${count(done.graded, 'solution')} graded in ${duration(done.ms / 1000)}${speed}${done.cancelled ? ', then interrupted' : ''}`,
  );
  if (done.golds) {
    const { file, groups, matched, questions, used, conflicting, unusable } = done.golds;
    output.line(
      `gold answers for ${matched} of ${count(groups, 'group')} that had none, by ${used} of the ${count(questions, 'question')} in ${file}`,
    );
    if (conflicting > 0) output.line(`${count(conflicting, 'question')} left out, whose lines give different answers`);
    if (unusable > 0) output.line(`${count(unusable, 'line')} without a question and a gold answer`);
  }
  if (done.known > 0) output.line(`${count(done.known, 'solution')} had been graded before (--again grades them once more)`);
  if (done.withoutGold > 0) output.line(`${count(done.withoutGold, 'solution')} have no gold answer to be compared with`);
  if (page === null || page.summary.solutions === 0) return;
  output.facts(summaryFacts(page.summary));
  if (list > 0 && page.total > 0) {
    output.line();
    output.table(
      ['step', 'group', 'solution', 'was', 'is', 'answer', 'gold', 'rule'],
      page.rows.flatMap(({ address, gold, solutions }) =>
        solutions.map((s) => [
          String(address.step),
          String((address.group ?? 0) + 1),
          String(s.solution + 1),
          s.was ?? (s.reward === null ? 'not judged' : `paid ${significant(s.reward)}`),
          s.verdict,
          brief(s.answerNow ?? s.answer),
          brief(gold),
          s.reason ?? s.rule,
        ]),
      ),
      '>>>',
    );
    if (page.total > page.rows.length)
      output.line(`… in ${page.rows.length} of ${count(page.total, 'group')}; see more with --list ${page.total}`);
  }
  if (list > 0 && unreadable.length > 0) {
    output.line();
    output.table(
      ['step', 'group', 'solutions', 'gold that nothing can read', 'why'],
      unreadable.map((g) => [
        String(g.address.step),
        String((g.address.group ?? 0) + 1),
        `${g.differing} of ${g.size}`,
        brief(g.gold),
        g.solutions[0]?.reason ?? '',
      ]),
      '>>>',
    );
  }
  output.line();
  output.line(`All of them: ${done.file}`);
  output.line('In VS Code: GRPO Lab: Show Disagreements of Checkers…');
}

/** Who said what how often, as `label  value` lines. */
export function summaryFacts(s: RegradeSummary): [string, string][] {
  const judged = s.solutions - s.unjudged;
  const share = s.share === null ? '' : ` (${percent(s.share)})`;
  return [
    ['checker', s.original === null ? s.checker : `${s.checker}, beside ${s.original}`],
    [
      'agree',
      judged === 0
        ? ''
        : `${whole(s.agreeing)} of ${whole(judged)}${share}${s.kappa === null ? '' : `, Cohen's κ ${significant(s.kappa)}`}`,
    ],
    ['right → wrong', whole(s.rightToWrong)],
    ['wrong → right', whole(s.wrongToRight)],
    ['right, paid nothing', s.paidCompared === 0 ? '' : whole(s.rightUnpaid)],
    ['wrong, paid', s.paidCompared === 0 ? '' : whole(s.wrongPaid)],
    ['undecided', `${whole(s.undecided)} by one of the two only; ${whole(s.undecidedNow)} of ${whole(s.solutions)} now`],
    ['right', `${judged === 0 ? 'not judged' : percent(s.rightBefore / judged)} → ${percent(s.rightNow / s.solutions)}`],
    ['gold unreadable', s.goldUnreadable === 0 ? '' : `${whole(s.goldUnreadable)} of those undecided`],
    [
      'not judged before',
      s.unjudged === 0 ? '' : `${whole(s.unjudged)}, of which ${whole(s.paidCompared)} can be compared with their reward`,
    ],
  ];
}

const whole = (n: number): string => n.toLocaleString('en-US');
const brief = (answer: string | null): string => (answer === null ? '—' : abridged(answer, 30));
