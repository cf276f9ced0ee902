import { failureName, failures, failureWords, type Failure } from '../../core/failures.js';
import { allRows } from '../../core/listPages.js';
import { decodeTexts } from '../../core/utf8.js';
import { count, lengthNumber, meanStd, significant, signed } from '../../core/format.js';
import { addressPath } from '../../protocol/address.js';
import type { StoreQueries } from '../../store/questions.js';
import type { GroupDetail } from '../../store/views.js';
import { CliError, exit } from '../exit.js';
import { finishWords } from '../../words/solutionText.js';
import type { Output } from '../output.js';
import { marksOf } from './showMarks.js';
import { splitText } from './splitText.js';
import { abridged } from '../../core/questionPreview.js';

const PREVIEW_WIDTH = 64;

/** @param group 0-based @param only solutions that have it */
export async function showGroup(
  output: Output,
  store: StoreQueries,
  run: string,
  step: number,
  group: number,
  only?: Failure,
): Promise<void> {
  const answer = store.group(run, step, group);
  if (!answer)
    throw new CliError(
      `Step ${step} of ${run} has ${count(store.step(run, step)?.groups ?? 0, 'group')}; there is no group ${group + 1}.`,
      exit.usage,
    );
  const detail = decodeTexts(answer);
  const solutions = await allRows((after) => store.solutions(run, step, group, { after, only: only && [only] }));
  const { marks, facts } = await marksOf(store, { run, step, group });
  output.line(`${run} · step ${step} · group ${group + 1} of ${detail.groupsInStep}${splitText(detail.split)}`);
  output.line();
  output.line(detail.question);
  output.line();
  const elsewhere = detail.sameQuestion.filter((s) => s.step !== step || s.group !== group);
  output.facts([
    ['gold', detail.gold],
    ['right', detail.correct === null ? null : `${detail.correct} of ${detail.size}`],
    ['reward', `${meanStd(detail.rewardMean, detail.rewardStd)}${detail.zeroStd ? ' (all equal: no signal)' : ''}`],
    ['answers', answersText(detail)],
    ...failures.map((f): [string, string | null] => [failureName(f), failureText(detail, f)]),
    ['same question at', elsewhere.map((s) => `step ${s.step} group ${s.group + 1}`).join(', ')],
    ...facts,
  ]);
  output.line();
  if (only) output.line(`${solutions.length} of ${count(detail.size, 'solution')} ${failureWords[only]}`);
  output.table(
    ['solution', 'advantage', 'reward', 'right', 'answer', 'length', 'end', 'KL', 'text'],
    solutions
      .toSorted((a, b) => (b.advantage ?? 0) - (a.advantage ?? 0))
      .map((s) => [
        String(s.index + 1),
        signed(s.advantage),
        significant(s.reward),
        s.correct === null ? '–' : s.correct ? 'yes' : 'no',
        s.answer ?? '–',
        lengthNumber(s.tokens),
        finishWords[s.finish],
        significant(s.kl),
        abridged(s.preview, PREVIEW_WIDTH),
      ]),
    '>>><<><>',
  );
  // Rewards and advantages stand with their solutions.
  output.value({ ...detail, rewardOf: undefined, advantageOf: undefined, solutions, marks, path: addressPath({ run, step, group }) });
}

/** `4 (7), none (1), and 12 other answers` */
function answersText({ answers, distinctAnswers }: GroupDetail): string {
  const left = distinctAnswers - answers.filter((a) => a.answer !== null).length;
  const listed = answers.map((a) => `${a.answer ?? 'none'} (${a.count})`);
  return [...listed, ...(left > 0 ? [`and ${count(left, 'other answer')}`] : [])].join(', ');
}

/** How many; left out where it is none, and said where it is not known. */
function failureText({ failures }: GroupDetail, failure: Failure): string | null {
  const n = failures[failure];
  return n === null ? 'not recorded' : n === 0 ? null : count(n, 'solution');
}
