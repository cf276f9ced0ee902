/** One question over training as curves: a point for each asking. Pure. */
import { answerBands, passK, passOf } from '../../src/core/askings.js';
import { wilsonInterval } from '../../src/core/estimators.js';
import { abridged } from '../../src/core/questionPreview.js';
import { reveal } from '../../src/core/reveal.js';
import type { AskingRow } from '../../src/store/views.js';
import { styleOf, type Line, type Point } from '../shared/charts/line.js';

export interface CourseChart {
  id: string;
  heading: string;
  lines: Line[];
  notes: string[];
  stacked?: boolean;
  /** The answer that each line is about, where they are about answers; null: none was found, undefined: several. */
  answers?: (string | null | undefined)[];
}

/** Answers that have a band of their own. */
const mostBands = 6;

/** @param total how many askings there are; more than are given: those between the first and the newest are left out */
export function courseCharts(askings: readonly AskingRow[], total: number): CourseChart[] {
  const k = passK(askings);
  const unjudged = askings.filter((a) => a.correct === null).length;
  const left = total - askings.length;
  const common = left > 0 ? [`${left.toLocaleString('en-US')} askings between the first and the newest are not drawn`] : [];
  const missing = unjudged > 0 && unjudged < askings.length ? [`${unjudged.toLocaleString('en-US')} of these askings were not judged`] : [];
  const right = lineOf(0, 'right', 'Share of the solutions that are right, with its 95 % interval (Wilson)', askings, (a) =>
    a.correct === null ? null : a.correct / a.size,
  );
  const judged = askings.filter((a) => a.correct !== null);
  right.band = judged.map(({ correct, size }) => wilsonInterval(correct!, size));
  right.interval = true;
  const pass = lineOf(1, `Pass@${k}`, `Chance that one of ${k} solutions is right, without bias from all of a group`, askings, (a) =>
    passOf(a, k),
  );
  const reward = lineOf(0, 'reward', 'Mean reward of the group, with its standard deviation', askings, (a) => a.rewardMean);
  reward.band = askings
    .filter((a) => a.rewardMean !== null)
    .map(({ rewardMean, rewardStd }) => (rewardStd === null ? null : { low: rewardMean! - rewardStd, high: rewardMean! + rewardStd }));
  const length = lineOf(0, 'length', 'Mean length in tokens', askings, (a) => (a.lengthMean > 0 ? a.lengthMean : null));
  const kl = lineOf(0, 'KL', 'Mean KL of the policy from the reference', askings, (a) => a.klMean);
  const charts: CourseChart[] = [
    { id: 'right', heading: 'Right', lines: k > 1 ? [right, pass] : [right], notes: [...common, ...missing] },
    { id: 'reward', heading: 'Reward', lines: [reward], notes: common },
    { id: 'length', heading: 'Length in tokens', lines: [length], notes: common },
    { id: 'kl', heading: 'KL', lines: [kl], notes: common },
    answersChart(askings, common),
  ];
  return charts.filter(({ lines }) => lines.some(({ points }) => points.length > 0));
}

function answersChart(askings: readonly AskingRow[], notes: string[]): CourseChart {
  const bands = answerBands(askings, mostBands);
  const base = new Array<number>(askings.length).fill(0);
  const lines = bands.map(({ answer, correct, shares }, i): Line => {
    const label = answer === undefined ? 'other answers' : answer === null ? 'no answer' : reveal(abridged(answer, 24));
    const line: Line = {
      label: correct === true ? `✓ ${label}` : label,
      meaning: `${answer === undefined ? 'All other answers together' : answer === null ? 'No answer was found' : 'Share of the solutions with this answer'}${correct === true ? '; judged right' : ''}`,
      ...styleOf(i),
      points: shares.map((y, n) => ({ x: askings[n].step, y, step: askings[n].step })),
      base: [...base],
    };
    shares.forEach((y, n) => (base[n] += y));
    return line;
  });
  // Of each asking the most frequent ones are known by name.
  const cut = askings.some(({ answers, distinctAnswers }) => answers.filter((a) => a.answer !== null).length < distinctAnswers);
  const rare = cut ? ['what few solutions of an asking answered is among the others'] : [];
  return { id: 'answers', heading: 'Answers', lines, notes: [...notes, ...rare], stacked: true, answers: bands.map((b) => b.answer) };
}

function lineOf(
  style: number,
  label: string,
  meaning: string,
  askings: readonly AskingRow[],
  value: (a: AskingRow) => number | null,
): Line {
  let gap = false;
  const points: Point[] = [];
  for (const asking of askings) {
    const y = value(asking);
    if (y === null) gap = true;
    else {
      points.push({ x: asking.step, y, step: asking.step, ...(gap && points.length > 0 && { gap }) });
      gap = false;
    }
  }
  return { label, meaning, ...styleOf(style), points };
}
