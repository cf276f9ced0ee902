import { z } from 'zod';
import { courseOrders } from '../core/courseList.js';
import { courseKinds, type CourseKind, type QuestionCourse } from '../core/questionCourse.js';
import type { ModeSums } from '../core/modes.js';
import type { Encoded } from '../core/utf8.js';
import { count } from '../protocol/count.js';
import type { Turn } from '../protocol/turns.js';
import type { AskingRow, QuestionRow } from '../store/views.js';
import { request } from './messaging.js';

/** The questions of a run. */
export interface QuestionsView {
  run: string;
  runName: string;
  /** How many went how, of all there are. */
  kinds: [CourseKind, number][];
  total: number;
  /** The first of those that were chosen, and how many these are. */
  rows: QuestionRow[];
  chosen: number;
}

/** Characters that are searched for: no more of a question is listed. */
export const longestSearch = 200;

/** Askings that a page draws. */
export const mostAskings = 2000;

/** One question at every step at which it was asked. */
export interface QuestionView {
  run: string;
  runName: string;
  questionId: string;
  question: string;
  /** Who said what in it; null where nobody said. */
  questionTurns: Turn[] | null;
  gold: string | null;
  /** Of all askings. */
  course: QuestionCourse;
  total: number;
  /** In the order of steps; of very many the first and the newest ones. */
  askings: AskingRow[];
  /** The one that the page was opened at. */
  at: number;
}

const run = z.string().max(128);

/** @returns null when there is no such run */
export const listQuestions = request(
  'question/list',
  z.strictObject({
    run,
    only: z.enum(courseKinds).nullable(),
    search: z.string().max(longestSearch),
    order: z.enum(courseOrders),
    limit: count.min(1).max(10_000),
  }),
)<QuestionsView | null>();

/** @returns null when there is no such group */
export const openQuestion = request('question/open', z.strictObject({ run, step: count, group: count }))<Encoded<
  QuestionView,
  'question'
> | null>();

/** Points of a curve of modes, and how long texts are read for it, seconds. */
export const [mostModeSteps, modesSeconds] = [400, 120];

/** How many different things the solutions of a question say, over training. */
export interface ModesView {
  /** Sums of `stride` steps each, in order. */
  steps: ModeSums[];
  stride: number;
  /** Steps that were read, the first ones, of all that have groups. */
  read: number;
  all: number;
}

export const modesOf = request('question/modes', z.strictObject({ run }))<ModesView>();
