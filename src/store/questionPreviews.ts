import { questionPreview, skippedStarts, staysWhole, type QuestionPreview } from '../core/questionPreview.js';
import type { Sqlite } from './sqlite.js';

/** Steps whose questions need not be read again. */
const most = 64;
/** So many questions of a step tell what its questions begin with; of a larger step the first ones. */
const mostCompared = 1000;

/** The question of a group of a step. */
interface GroupQuestion {
  grp: number;
  question: string;
}

/** What rows show of questions: what tells one from the others of its step. */
export class QuestionPreviews {
  private readonly questions;
  private readonly version;
  /** By run and step: the first questions, and the characters left out at the beginning of each. */
  private readonly known = new Map<string, { version: number; first: GroupQuestion[]; skipped: ReadonlyMap<number, number> }>();

  constructor(db: Sqlite) {
    this.questions = db.prepare<[number, number], GroupQuestion>(
      `SELECT grp, question FROM groups WHERE run = ? AND step = ? ORDER BY grp LIMIT ${mostCompared}`,
    );
    this.version = db.prepare<[number], { version: number }>('SELECT version FROM runs WHERE key = ?');
  }

  /** Of one group of a step. @param run its key */
  of(run: number, group: GroupQuestion & { step: number }): QuestionPreview {
    return this.ofSome(run, group.step, [group])[0];
  }

  /** Of some groups of any steps, in their order. @param run its key */
  ofMany(run: number, groups: readonly (GroupQuestion & { step: number })[]): QuestionPreview[] {
    const places = new Map<number, number[]>();
    for (const [i, { step }] of groups.entries()) {
      const of = places.get(step);
      if (of) of.push(i);
      else places.set(step, [i]);
    }
    const previews: QuestionPreview[] = [];
    for (const [step, indices] of places) {
      const some = this.ofSome(
        run,
        step,
        indices.map((i) => groups[i]),
      );
      for (const [k, i] of indices.entries()) previews[i] = some[k];
    }
    return previews;
  }

  /** Of some groups of one step: much quicker than one by one. @param run its key */
  ofSome(run: number, step: number, groups: readonly GroupQuestion[]): QuestionPreview[] {
    if (groups.every(({ question }) => staysWhole(question))) return groups.map(({ question }) => questionPreview(question, 0));
    const { first, skipped } = this.startsOf(run, step);
    const further = groups.filter(({ grp }) => !skipped.has(grp));
    const beside = further.length === 0 ? [] : skippedStarts([...first, ...further].map((g) => g.question)).slice(first.length);
    const starts = new Map([...skipped, ...further.map(({ grp }, i) => [grp, beside[i]] as const)]);
    return groups.map(({ grp, question }) => questionPreview(question, staysWhole(question) ? 0 : starts.get(grp)));
  }

  private startsOf(run: number, step: number): { first: GroupQuestion[]; skipped: ReadonlyMap<number, number> } {
    const key = `${run}/${step}`;
    const version = this.version.get(run)?.version ?? 0;
    const found = this.known.get(key);
    if (found?.version === version) return found;
    const first = this.questions.all(run, step);
    const starts = skippedStarts(first.map((g) => g.question));
    const fresh = { version, first, skipped: new Map(first.map(({ grp }, i) => [grp, starts[i]])) };
    this.known.delete(key);
    this.known.set(key, fresh);
    for (const old of this.known.keys()) {
      if (this.known.size <= most) break;
      this.known.delete(old);
    }
    return fresh;
  }
}
