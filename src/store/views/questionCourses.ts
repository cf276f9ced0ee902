import type { QuestionCourse } from '../../core/questionCourse.js';

/** A question of a run, and how it went. */
export interface QuestionRow extends QuestionCourse {
  questionId: string;
  /** Its beginning, of a conversation that of the last user turn: 200 characters. */
  question: string;
  gold: string | null;
  askings: number;
  /** Share of right solutions at each asking that was judged; of very many 32, equally far apart. */
  shares: number[];
  /** First and last step at which it was asked, with the group of the last one. */
  from: number;
  to: number;
  group: number;
}

/** One asking of a question. */
export interface AskingRow {
  step: number;
  group: number;
  size: number;
  /** Null: nobody judged. */
  correct: number | null;
  rewardMean: number | null;
  rewardStd: number | null;
  lengthMean: number;
  klMean: number | null;
  /** The most frequent ones; null: no answer was found. */
  answers: { answer: string | null; count: number; correct: boolean | null }[];
  distinctAnswers: number;
}

export interface AskingPlace {
  step: number;
  group: number;
}
