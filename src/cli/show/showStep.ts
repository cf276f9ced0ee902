import { failureWords, type Failure } from '../../core/failures.js';
import { allRows } from '../../core/listPages.js';
import { oneLine } from '../../core/questionPreview.js';
import { count, lengthNumber, meanStd, significant, signed } from '../../core/format.js';
import { stepFacts } from '../../words/stepFacts.js';
import { stepDescription } from '../../words/stepText.js';
import { addressPath } from '../../protocol/address.js';
import type { StoreQueries } from '../../store/questions.js';
import type { GroupSummary, StepSummary } from '../../store/views.js';
import type { Output } from '../output.js';
import { marksOf } from './showMarks.js';

const QUESTION_WIDTH = 56;
/** More lines nobody reads. */
const mostGroups = 10_000;

/** The groups of a step, one a line. @param only those with a solution that has it */
export async function showStep(output: Output, store: StoreQueries, run: string, step: number, only?: Failure): Promise<void> {
  const summary = store.step(run, step);
  const groups = await allRows((after) => store.groups(run, step, { after, only: only && [only] }), mostGroups);
  output.line([run, `step ${step}`, ...(summary ? [described(summary, groups, only)] : [])].join(' · '));
  output.facts((await marksOf(store, { run, step })).facts);
  output.line();
  const mixed = new Set(groups.map((g) => g.split)).size > 1;
  output.table(
    ['group', 'question', ...(mixed ? ['rows'] : []), 'right', 'reward', 'advantages', 'length', 'KL'],
    groups.map((g) => groupRow(g, mixed)),
    mixed ? '><<><<>>' : '><><<>>',
  );
  if (only && summary) output.line(narrowedText(summary, only));
  const left = (only ? summary?.failures[only].groups : summary?.groups)! - groups.length;
  if (left > 0) output.line(`… and ${count(left, 'more group')}; each can be shown by its number`);
  output.value(groups.map((g) => ({ ...g, path: addressPath(g.address) })));
}

/** What the step comes to. Where rows are of an evaluation it is counted from them: the trainer speaks of what it trained on. */
function described(summary: StepSummary, groups: readonly GroupSummary[], only: Failure | undefined): string {
  if (only !== undefined || groups.every((g) => g.split === null)) return stepDescription(summary);
  const splits = [...new Set(groups.map((g) => g.split))];
  const name = splits.length === 1 ? [`${splits[0]} rows, not trained on`] : [];
  return [...name, ...stepFacts(summary, groups, false).map(({ label, value }) => `${label} ${value}`)].join(' · ');
}

/** `3 of 16 groups with errors`, and of how many it is not known. */
function narrowedText({ groups, failures }: StepSummary, only: Failure): string {
  const { groups: found, unknown } = failures[only];
  const left = unknown === 0 ? '' : `; of ${count(unknown, 'group')} it is not known`;
  return `${found} of ${count(groups, 'group')} ${failureWords[only]}${left}`;
}

/** @param mixed rows that were trained on stand beside others */
function groupRow(g: GroupSummary, mixed: boolean): string[] {
  const question = oneLine(g.questionPreview.text, QUESTION_WIDTH);
  const right = g.correct === null ? '–' : `${g.correct}/${g.size}`;
  return [
    String(g.group + 1),
    question,
    ...(mixed ? [g.split ?? 'trained on'] : []),
    right,
    meanStd(g.rewardMean, g.rewardStd),
    spread(g),
    lengthNumber(g.lengthMean),
    significant(g.klMean),
  ];
}

/** `+1.72 … −0.58`, or that there is nothing to learn from. */
function spread({ advantages, zeroStd }: GroupSummary): string {
  if (zeroStd) return 'none: all rewards are equal';
  const known = advantages.filter((a) => a !== null);
  return known.length === 0 ? '–' : `${signed(known.at(0))} … ${signed(known.at(-1))}`;
}
