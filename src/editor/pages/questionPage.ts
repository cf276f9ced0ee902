/** What the page of questions shows: those of a run, and one of them over training. */
import { CourseList, type CourseChoice } from '../../core/courseList.js';
import { allRows, rowsOf } from '../../core/listPages.js';
import { questionCourse } from '../../core/questionCourse.js';
import type { Encoded } from '../../core/utf8.js';
import { mostAskings, type QuestionsView, type QuestionView } from '../../contracts/question.js';
import type { StoreClientQueries } from '../../store/questions.js';
import type { QuestionRow } from '../../store/views.js';

export async function questionsOf(id: string, choice: CourseChoice, store: StoreClientQueries): Promise<QuestionsView | null> {
  const run = await store.run(id);
  if (!run) return null;
  const list = new CourseList<QuestionRow>(choice);
  for await (const row of rowsOf((after) => store.questionCourses(id, { after }))) list.add(row);
  const { rows, kinds, total, chosen } = list;
  return { run: id, runName: run.name, kinds, total, rows, chosen };
}

/** The question that a group is about. */
export async function questionAt(
  run: string,
  step: number,
  group: number,
  store: StoreClientQueries,
): Promise<Encoded<QuestionView, 'question'> | null> {
  const found = await store.group(run, step, group);
  if (!found) return null;
  const { runName, questionId, question, questionTurns, gold } = found;
  const all = await allRows((after) => store.questionAskings(run, questionId, { after }));
  const judged = all.flatMap(({ step: at, correct, size }) => (correct === null ? [] : [{ step: at, right: correct, size }]));
  const half = mostAskings / 2;
  const isNear = (i: number): boolean => i < half || i >= all.length - half || (all[i].step === step && all[i].group === group);
  const askings = all.filter((_, i) => isNear(i));
  return {
    ...{ run, runName, questionId, question, questionTurns, gold, askings, course: questionCourse(judged), total: all.length },
    at: askings.findIndex((a) => a.step === step && a.group === group),
  };
}
