/** One question, each time that it was asked: what is compared over training. Pure. */
import { passAtK } from './estimators.js';

export interface AnswerShare {
  /** Null: no answer was found. */
  answer: string | null;
  count: number;
  correct: boolean | null;
}

export interface AnsweredGroup {
  size: number;
  /** Right solutions; null: nobody judged. */
  correct: number | null;
  /** The most frequent ones. */
  answers: readonly AnswerShare[];
}

/** K of Pass@K: half of the smallest group, for of all its solutions Pass@K is 0 or 1. @returns 0 or 1 where there is none to speak of */
export const passK = (askings: readonly Pick<AnsweredGroup, 'size'>[]): number =>
  askings.length === 0 ? 0 : Math.floor(askings.reduce((least, { size }) => Math.min(least, size), Infinity) / 2);

/** Pass@K of an asking; null where it was not judged. */
export const passOf = ({ size, correct }: Pick<AnsweredGroup, 'size' | 'correct'>, k: number): number | null =>
  correct === null || k < 1 || size < k || correct > size ? null : passAtK(size, correct, k);

export interface AnswerBand {
  /** Null: no answer was found; undefined: all answers that have no band of their own. */
  answer: string | null | undefined;
  /** As it was judged most often; null: not judged. */
  correct: boolean | null;
  /** Share of the solutions at each asking, 0 to 1; the bands add up to 1. */
  shares: number[];
}

/**
 * How the answers to a question moved: the right ones and the most frequent others over all askings, each with its share of the solutions at
 * each asking, then what is left, then those without an answer.
 * @param most bands of answers @returns none where no answer was recorded at any asking
 */
export function answerBands(askings: readonly AnsweredGroup[], most: number): AnswerBand[] {
  const totals = new Map<string, { share: number; right: number; judged: number }>();
  for (const { size, answers } of askings) {
    for (const { answer, count, correct } of answers) {
      if (answer === null) continue;
      const total = totals.get(answer) ?? { share: 0, right: 0, judged: 0 };
      total.share += count / size;
      if (correct !== null) total.judged += count;
      if (correct === true) total.right += count;
      totals.set(answer, total);
    }
  }
  if (totals.size === 0) return [];
  const isRight = ({ right, judged }: { right: number; judged: number }): boolean | null => (judged === 0 ? null : 2 * right >= judged);
  const first = ([, a]: [string, { right: number; judged: number }]): number => (isRight(a) === true ? 0 : 1);
  const listed = [...totals].sort((a, b) => first(a) - first(b) || b[1].share - a[1].share).slice(0, most);
  const shareOf = ({ size, answers }: AnsweredGroup, sought: string | null): number =>
    (answers.find(({ answer }) => answer === sought)?.count ?? 0) / size;
  const bands: AnswerBand[] = listed.map(([answer, total]) => ({
    answer,
    correct: isRight(total),
    shares: askings.map((a) => shareOf(a, answer)),
  }));
  const none = askings.map((a) => shareOf(a, null));
  const others = askings.map((a, i) => {
    const counted = a.answers.reduce((n, { answer, count }) => (listed.some(([l]) => l === answer) ? n + count : n), 0);
    return Math.max(0, 1 - counted / a.size - none[i]);
  });
  if (others.some((share) => share > 1e-9)) bands.push({ answer: undefined, correct: null, shares: others });
  if (none.some((share) => share > 0)) bands.push({ answer: null, correct: null, shares: none });
  return bands;
}
