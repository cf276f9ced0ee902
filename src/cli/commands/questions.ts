/** `grpo-lab questions RUN`: how each question went over training; one of them, each time that it was asked. */
import { passK, passOf } from '../../core/askings.js';
import { CourseList } from '../../core/courseList.js';
import { count, lengthNumber, meanStd, percent, significant } from '../../core/format.js';
import { allRows, rowsOf } from '../../core/listPages.js';
import type { CourseKind } from '../../core/questionCourse.js';
import { oneLine } from '../../core/questionPreview.js';
import { addressPath } from '../../protocol/address.js';
import type { StoreQueries } from '../../store/questions.js';
import type { AskingRow, QuestionRow } from '../../store/views.js';
import type { CliSession } from '../cliSession.js';
import { CliError, exit, type ExitCode } from '../exit.js';
import type { Output } from '../output.js';
import { findRun, knownRuns } from '../runRef.js';

export interface QuestionsOptions {
  only?: CourseKind;
  limit: number;
  step?: number;
  group?: number;
}

const questionWidth = 48;
/** Askings that are printed, from both ends: `--json` has them all. */
const mostAskings = 40;

export async function questions(session: CliSession, reference: string, options: QuestionsOptions): Promise<ExitCode> {
  const { step, group } = options;
  if ((step === undefined) !== (group === undefined))
    throw new CliError('One question is named by --step N and --group N, wherever it was asked.', exit.usage);
  await session.survey();
  const store = await session.queries();
  const { id } = findRun(reference, await knownRuns(store));
  if (step !== undefined && group !== undefined) await oneQuestion(session.output, store, id, step, group - 1);
  else await allQuestions(session.output, store, id, options);
  return exit.ok;
}

async function allQuestions(output: Output, store: StoreQueries, run: string, { only, limit }: QuestionsOptions): Promise<void> {
  // For programs all of them, whatever a terminal shows.
  const list = new CourseList<QuestionRow>({ only: only ?? null, search: '', order: 'course', limit: Infinity });
  for await (const row of rowsOf((after) => store.questionCourses(run, { after }))) list.add(row);
  if (list.total === 0) throw new CliError(`${run} has no groups yet.`);
  const kinds = list.kinds.map(([kind, n]) => `${n.toLocaleString('en-US')} ${kind}`);
  output.line(`${run} · ${count(list.total, 'question')}: ${kinds.join(', ')}`);
  const listed = list.rows;
  output.line();
  output.table(
    ['question', 'course', 'since', 'right at first', 'at last', 'turns', 'asked', 'steps', 'last group'],
    listed
      .slice(0, limit)
      .map((r) => [
        oneLine(r.question, questionWidth),
        r.kind,
        r.since === null ? '' : `step ${r.since}`,
        r.first === null ? '–' : percent(r.first),
        r.last === null ? '–' : percent(r.last),
        String(r.turns),
        r.askings === 1 ? 'once' : `${r.askings} times`,
        r.from === r.to ? String(r.from) : `${r.from}–${r.to}`,
        String(r.group + 1),
      ]),
    '<<<>>>><>',
  );
  if (listed.length > limit) output.line(`… and ${count(listed.length - limit, 'more question')}; see them with --limit ${listed.length}`);
  output.line();
  output.line('Solved is where at least half of the solutions are right; learned and forgotten changed once, flips more often.');
  output.value(listed);
}

async function oneQuestion(output: Output, store: StoreQueries, run: string, step: number, group: number): Promise<void> {
  const here = store.group(run, step, group);
  if (!here) throw new CliError(`There is no group ${group + 1} of step ${step} of ${run}.`, exit.usage);
  const askings = await allRows((after) => store.questionAskings(run, here.questionId, { after }));
  output.line(`${run} · a question that was asked ${askings.length === 1 ? 'once' : `${askings.length} times`}`);
  output.line();
  output.line(oneLine(here.questionPreview.text, 400));
  output.facts([['gold', here.gold]]);
  output.line();
  const k = passK(askings);
  const cut = askings.length > mostAskings;
  const shown = cut ? [...askings.slice(0, mostAskings / 2), ...askings.slice(-mostAskings / 2)] : askings;
  output.table(
    ['step', 'group', 'right', 'reward', ...(k > 1 ? [`Pass@${k}`] : []), 'length', 'KL', 'answers'],
    shown.map((a) => [
      String(a.step),
      String(a.group + 1),
      a.correct === null ? '–' : `${a.correct}/${a.size}`,
      meanStd(a.rewardMean, a.rewardStd),
      ...(k > 1 ? [percent(passOf(a, k))] : []),
      lengthNumber(a.lengthMean),
      significant(a.klMean),
      answersText(a),
    ]),
    k > 1 ? '>>>>>>><' : '>>>>>><',
  );
  if (cut) output.line(`the first and the last ${mostAskings / 2} of ${askings.length}`);
  output.line();
  for (const [word, asking] of [
    ['then', askings[0]],
    ['now', askings[askings.length - 1]],
  ] as const)
    output.line(`${word}: ${addressPath({ run, step: asking.step, group: asking.group })}`);
  output.value({ run, questionId: here.questionId, gold: here.gold, passK: k, askings });
}

/** `47 ×3, none ×1, and 2 other answers`; right ones have a mark. */
function answersText({ answers, distinctAnswers }: AskingRow): string {
  const listed = answers.slice(0, 3);
  const left = distinctAnswers - listed.filter((a) => a.answer !== null).length;
  const texts = listed.map((a) => `${a.answer === null ? 'none' : oneLine(a.answer, 20)}${a.correct ? ' ✓' : ''} ×${a.count}`);
  return [...texts, ...(left > 0 ? [`and ${count(left, 'other answer')}`] : [])].join(', ');
}
