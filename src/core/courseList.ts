/** The questions of a run by how they went: counted, and the first of them in an order. Pure. */
import { courseKinds, type CourseKind, type QuestionCourse } from './questionCourse.js';

/** What is needed of a question to list it. */
export interface ListedCourse extends QuestionCourse {
  question: string;
  askings: number;
  /** First step at which it was asked. */
  from: number;
}

/** By how it went; by what was gained from the first asking to the last; by how often it was asked. */
export const courseOrders = ['course', 'gain', 'askings'] as const;
export type CourseOrder = (typeof courseOrders)[number];

const gain = ({ first, last }: ListedCourse): number => (first === null || last === null ? -Infinity : last - first);
const byAskings = (a: ListedCourse, b: ListedCourse): number => b.askings - a.askings || a.from - b.from;

/** For sort; questions of one place stay in the order in which they came. */
export const inCourseOrder: Record<CourseOrder, (a: ListedCourse, b: ListedCourse) => number> = {
  course: (a, b) => courseKinds.indexOf(a.kind) - courseKinds.indexOf(b.kind) || byAskings(a, b),
  gain: (a, b) => gain(b) - gain(a) || byAskings(a, b),
  askings: byAskings,
};

export interface CourseChoice {
  /** Null: all of them. */
  only: CourseKind | null;
  /** A part of the question, in upper or lower case. */
  search: string;
  order: CourseOrder;
  limit: number;
}

/** Takes the questions of a run one after another, however many they are, and keeps the first ones of those that were chosen. */
export class CourseList<Row extends ListedCourse> {
  private kept: Row[] = [];
  private readonly counts = new Map<CourseKind, number>();
  private readonly sought: string;
  /** Questions in all, and those that were chosen. */
  total = 0;
  chosen = 0;

  constructor(private readonly choice: CourseChoice) {
    this.sought = choice.search.toLowerCase();
  }

  add(row: Row): void {
    const { only, limit } = this.choice;
    this.total++;
    this.counts.set(row.kind, (this.counts.get(row.kind) ?? 0) + 1);
    if ((only !== null && row.kind !== only) || !row.question.toLowerCase().includes(this.sought)) return;
    this.chosen++;
    this.kept.push(row);
    if (this.kept.length >= 4 * limit + 1000) this.kept = this.rows;
  }

  /** In their order. */
  get rows(): Row[] {
    const { order, limit } = this.choice;
    return this.kept.sort(inCourseOrder[order]).slice(0, limit);
  }

  /** Questions of each course that there are, in the order of courses. */
  get kinds(): [CourseKind, number][] {
    return courseKinds.flatMap((kind): [CourseKind, number][] => (this.counts.has(kind) ? [[kind, this.counts.get(kind)!]] : []));
  }
}
