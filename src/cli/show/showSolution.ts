import { areOfTwoTemperatures, temperatureText, twoTemperaturesText, type LogpTemperatures } from '../../core/logpTemperature.js';
import { samplerGap, type SamplerGap } from '../../core/samplerGap.js';
import { allRows } from '../../core/listPages.js';
import { decodeTexts } from '../../core/utf8.js';
import { count, elapsed, percent, significant, signed } from '../../core/format.js';
import { addressPath } from '../../protocol/address.js';
import { conversationOf, turnCountsText, turnTitle } from '../../protocol/conversation.js';
import type { Turn } from '../../protocol/turns.js';
import type { StoreQueries } from '../../store/questions.js';
import { endText, gradeLine, rewardSum } from '../../words/solutionText.js';
import type { OtherGrade, SolutionDetail, TokenNumbers, Trace } from '../../store/views.js';
import { CliError, exit } from '../exit.js';
import type { Output } from '../output.js';
import { marksOf } from './showMarks.js';
import { splitText } from './splitText.js';

/** @param group, solution 0-based */
export async function showSolution(
  output: Output,
  store: StoreQueries,
  run: string,
  step: number,
  group: number,
  solution: number,
): Promise<void> {
  const answer = store.solution(run, step, group, solution);
  if (!answer) {
    const size = store.group(run, step, group)?.size ?? 0;
    throw new CliError(
      `Group ${group + 1} of step ${step} of ${run} has ${count(size, 'solution')}; there is no solution ${solution + 1}.`,
      exit.usage,
    );
  }
  const detail = decodeTexts(answer);
  const trace = store.trace(run, step, group, solution);
  const others = await allRows((after) => store.otherGrades(run, step, group, { only: solution, after }));
  const { marks, facts } = await marksOf(store, { run, step, group, solution });
  output.line(`${run} · step ${step} · group ${group + 1} · solution ${solution + 1} of ${detail.groupSize}${splitText(detail.split)}`);
  output.line();
  spoken(output, detail.question, detail.questionTurns);
  output.line();
  spoken(output, detail.text, detail.turns);
  output.line();
  output.facts([
    ['error', detail.error === null ? null : detail.error || 'no reason is recorded'],
    ['advantage', signed(detail.advantage)],
    ['reward', rewardText(detail)],
    ['gold', detail.gold],
    ['answer', answerText(detail)],
    ['read as', normalText(detail)],
    ...others.map((o): [string, string] => [o.grade.checker, otherText(o)]),
    ['length', endText(detail)],
    ['KL', significant(detail.kl)],
    ['log-probabilities', trace && temperaturesText(trace, detail.logpTemperatures)],
    ['turns', detail.turnCounts && turnCountsText(detail.turnCounts)],
    ['generated in', detail.seconds === null ? null : elapsed(detail.seconds * 1000)],
    ['sampled by', detail.policyVersion === null ? null : `the weights of step ${detail.policyVersion}`],
    ['branch of', detail.parent && `solution ${detail.parent.solution + 1}, left at character ${detail.parent.offset}`],
    ...facts,
  ]);
  output.line();
  const { logpSampler, logpOld, mask } = trace ?? {};
  const gap =
    logpSampler && logpOld && !areOfTwoTemperatures(detail.logpTemperatures) ? samplerGap(logpSampler, logpOld, mask, mostWorst) : null;
  if (trace) output.table(...tokenTable(detail.text, trace));
  else output.line('The trainer wrote no token trace of this solution.');
  if (logpSampler && logpOld) output.line();
  if (trace && gap) gapView(output, detail.text, trace, gap);
  else if (logpSampler && logpOld) output.line(twoTemperaturesText(detail.logpTemperatures));
  output.value({
    ...detail,
    path: addressPath({ run, step, group, solution }),
    otherGrades: others.map((o) => o.grade),
    marks,
    trace: trace && plain(trace),
    samplerGap: gap,
  });
}

/** A text under headings of who spoke, where that is known. */
function spoken(output: Output, text: string, turns: readonly Turn[] | null): void {
  if (!turns || turns.length === 0) {
    output.line(text);
    return;
  }
  const say = (head: string, start: number, end: number): void => {
    output.line(`── ${head}`);
    output.line(text.slice(start, end));
  };
  for (const part of conversationOf(text, turns)) {
    if (part.kind === 'outside') say('outside of the turns', part.start, part.end);
    else for (const turn of [part.turn, part.result]) if (turn) say(headingOf(turn), turn.start, turn.end);
  }
}

/** `tool · result of python · failed · 40 ms` */
const headingOf = (turn: Turn): string =>
  [
    turnTitle(turn),
    turn.media,
    turn.ok === false && 'failed',
    turn.seconds !== undefined && elapsed(turn.seconds * 1000),
    turn.reward !== undefined && `reward ${significant(Number(turn.reward))}`,
  ]
    .filter(Boolean)
    .join(' · ');

/** Tokens about which sampler and trainer are furthest apart. */
const mostWorst = 10;

/** Whose log-probabilities there are, and at which temperature. */
function temperaturesText({ logpSampler, logpOld, logp, logpRef, kl, ratio }: Trace, temperatures: LogpTemperatures): string {
  const ours = logpOld ?? logp ?? logpRef ?? kl ?? ratio;
  return [
    ours && `the trainer’s ${temperatureText(temperatures.trainer)}`,
    logpSampler && `the sampler’s ${temperatureText(temperatures.sampler)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Sampler against trainer: in numbers, and the worst tokens. */
function gapView(output: Output, text: string, { ends, logpSampler, logpOld }: Trace, gap: SamplerGap): void {
  const left = [
    gap.masked > 0 && `${count(gap.masked, 'token')} not learned from left out`,
    gap.unknown > 0 && `${count(gap.unknown, 'token')} without a number left out`,
  ];
  const numbers = [
    `sampler against trainer, ${count(gap.tokens, 'token')}`,
    ...(gap.tokens === 0
      ? []
      : [
          `mean |Δ log π| ${significant(gap.mean)}`,
          `largest ${significant(gap.max)}`,
          `${percent(gap.outside)} with π_old/π_sampler outside [0.5, 2]`,
        ]),
  ];
  output.line([...numbers, ...left].filter(Boolean).join(' · '));
  output.table(
    gap.worst.length > 0 ? ['worst', 'token', 'log π_sampler', 'log π_old', 'π_old/π_sampler'] : [],
    gap.worst.map(({ token, ratio }) => [
      String(token + 1),
      JSON.stringify(text.slice(token === 0 ? 0 : ends[token - 1], ends[token])),
      significant(logpSampler![token]),
      significant(logpOld![token]),
      significant(ratio),
    ]),
    '><>>>',
  );
}

/** As lists of numbers, as JSON has them. */
const plain = (trace: Trace): Record<string, number[]> =>
  Object.fromEntries(Object.entries(trace).map(([name, numbers]: [string, TokenNumbers]) => [name, Array.from(numbers)]));

/** `1 = correct 1 × 1 + format 0 × 0.2`; of terms without a weight, what the reward is made from. */
function rewardText(detail: SolutionDetail): string {
  const { parts, disagrees } = rewardSum(detail);
  const terms = parts.map(
    ({ term, value, weight }, i) =>
      `${i === 0 ? (weight === null ? 'from' : '=') : weight === null ? 'and' : '+'} ${term} ${significant(value)}${weight === null ? '' : ` × ${significant(weight)}`}`,
  );
  return [significant(detail.reward), ...terms, ...(disagrees ? ['(not the sum of its terms)'] : [])].join(' ');
}

/** `right: found “47” by “The answer is”, equal to 47 by exact integers (grpo-lab 1)` */
function answerText({ grade, answer, gold, correct }: SolutionDetail): string {
  const line = gradeLine(grade, gold, correct);
  if (!line) return answer ?? 'not graded';
  return `${line.verdict}: ${line.sentence}${grade ? ` (${grade.checker})` : ''}`;
}

/** What the checker compared, when it says so. */
function normalText({ grade }: SolutionDetail): string {
  const { answer, gold } = grade?.normal ?? { answer: null, gold: null };
  return answer === null && gold === null ? '' : `${answer ?? 'nothing'}, gold ${gold ?? 'nothing'}`;
}

function otherText({ grade }: OtherGrade): string {
  const verdict = { equal: 'right', different: 'wrong', undecided: 'undecided' }[grade.verdict];
  return `${verdict}${grade.answer === null ? '' : `, found "${grade.answer}"`}${grade.rule === '' ? '' : `, compared by ${grade.rule}`}${grade.reason === undefined ? '' : `, because ${grade.reason}`}`;
}

/** Columns of what the trainer wrote, one token a line. */
function tokenTable(text: string, trace: Trace): [head: string[], rows: string[][], align: string] {
  const columns = (
    [
      ['id', trace.ids],
      ['log π_sampler', trace.logpSampler],
      ['log π_old', trace.logpOld],
      ['log π_ref', trace.logpRef],
      ['log π', trace.logp],
      ['ratio', trace.ratio],
      ['KL', trace.kl],
      ['entropy', trace.entropy],
      ['rank', trace.rank],
      ['advantage', trace.advantage],
      ['mask', trace.mask],
    ] as const
  ).filter((column): column is readonly [(typeof column)[0], TokenNumbers] => column[1] !== undefined);
  const rows = Array.from(trace.ends, (end, t) => [
    String(t + 1),
    JSON.stringify(text.slice(t === 0 ? 0 : trace.ends[t - 1], end)),
    ...columns.map(([, values]) => significant(values[t])),
  ]);
  return [['#', 'token', ...columns.map(([name]) => name)], rows, `><${'>'.repeat(columns.length)}`];
}
