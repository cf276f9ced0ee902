import { questionPreview, skippedStarts, staysWhole, type QuestionPreview } from '../core/questionPreview.js';
import type { Sqlite } from './sqlite.js';

/** Steps whose questions need not be read again. */
const most = 64;

/** What rows show of questions: what tells one from the others of its step. */
export class AskedQuestions {
  private readonly questions;
  private readonly version;
  /** By run and step: characters left out at the beginning of each group's question. */
  private readonly known = new Map<string, { version: number; skipped: ReadonlyMap<number, number> }>();

  constructor(db: Sqlite) {
    this.questions = db.prepare<[number, number], { grp: number; question: string }>(
      'SELECT grp, question FROM groups WHERE run = ? AND step = ? ORDER BY grp',
    );
    this.version = db.prepare<[number], { version: number }>('SELECT version FROM runs WHERE key = ?');
  }

  /** Of one group of a step. @param run its key */
  of(run: number, { step, grp, question }: { step: number; grp: number; question: string }): QuestionPreview {
    if (staysWhole(question)) return questionPreview(question, 0);
    return questionPreview(question, this.skippedOf(run, step).get(grp) ?? 0);
  }

  private skippedOf(run: number, step: number): ReadonlyMap<number, number> {
    const key = `${run}/${step}`;
    const version = this.version.get(run)?.version ?? 0;
    const found = this.known.get(key);
    if (found?.version === version) return found.skipped;
    const rows = this.questions.all(run, step);
    const starts = skippedStarts(rows.map((r) => r.question));
    const skipped = new Map(rows.map(({ grp }, i) => [grp, starts[i]]));
    this.known.delete(key);
    this.known.set(key, { version, skipped });
    for (const old of this.known.keys()) {
      if (this.known.size <= most) break;
      this.known.delete(old);
    }
    return skipped;
  }
}
