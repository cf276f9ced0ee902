import { distrust } from '../../core/files/distrust.js';
import type { Statement } from 'better-sqlite3';
import { QuestionPreviews } from '../questionPreviews.js';
import { fileIdentity, type Sqlite } from '../sqlite.js';
import { runIdentity } from '../textIndex/textIndexer.js';
import { isUsable, textIndexPath } from '../textIndex/textIndexFile.js';
import { BodyReader } from './bodyReader.js';
import { addExpressionFound } from './conditionSql.js';
import { sql, type SqlText } from './sqlText.js';

const mostStatements = 100;
/** An index that cannot be used may just be being made. */
const againMs = 2000;

/** A connection for searches, with the index of words at its side (as `search`) where there is one. */
export class SearchConnection {
  private readonly statements = new Map<string, unknown>();
  readonly bodies: BodyReader;
  readonly questionPreviews: QuestionPreviews;
  private readonly floorStatement;
  private readonly lookAgain = performance.now() + againMs;

  private constructor(
    readonly db: Sqlite,
    /** Which file of an index there was; undefined: none. */
    private readonly file: string | undefined,
    /** Whether it is at its side. */
    readonly hasIndex: boolean,
  ) {
    this.bodies = new BodyReader(db);
    this.questionPreviews = new QuestionPreviews(db);
    this.floorStatement = !hasIndex
      ? undefined
      : db
          .prepare<[], number>(
            `SELECT i.id FROM search.groups i CROSS JOIN search.runs k ON k.key = i.run
               CROSS JOIN main.groups g ON g.id = i.id AND g.seq = i.seq
               CROSS JOIN main.runs r ON r.key = g.run AND ${runIdentity} = k.identity ORDER BY i.id DESC LIMIT 1`,
          )
          .pluck();
  }

  /** Whoever asks has the same database open; this one only reads it. @param indexed false: without the index, which was found damaged */
  static open(store: Sqlite, indexed: boolean): SearchConnection {
    const Database = store.constructor as new (file: string, options: object) => Sqlite;
    const db = new Database(store.name, { readonly: true, fileMustExist: true, timeout: 5000 });
    distrust(db);
    db.pragma('query_only = ON');
    db.pragma('cache_size = -32768'); // 32 MiB
    db.pragma('temp_store = MEMORY');
    addExpressionFound(db);
    const file = fileIdentity(textIndexPath(store.name));
    try {
      return new SearchConnection(db, file, indexed && file !== undefined && attachIndex(db));
    } catch (error) {
      db.close();
      if (!indexed) throw error;
      return SearchConnection.open(store, false);
    }
  }

  /** The same text is asked for again for each piece of a search, and then never more. */
  statement<Row = unknown>({ text }: SqlText): Statement<unknown[], Row> {
    let statement = this.statements.get(text) as Statement<unknown[], Row> | undefined;
    if (statement === undefined) {
      if (this.statements.size >= mostStatements) this.statements.clear();
      this.statements.set(text, (statement = this.db.prepare<unknown[], Row>(text)));
    }
    return statement;
  }

  /** An index was made, removed or replaced since, or may have become usable. */
  get isOutdated(): boolean {
    return (
      fileIdentity(textIndexPath(this.db.name)) !== this.file ||
      (this.file !== undefined && !this.hasIndex && performance.now() > this.lookAgain)
    );
  }

  /** What is read within it is of one state of the database. */
  ofOneState<T>(read: () => T): T {
    return this.db.transaction(read)();
  }

  /** @returns undefined where the run is gone */
  runKey(id: string): number | undefined {
    const query = sql`SELECT key FROM runs WHERE id = ${id} AND gone = 0`;
    return this.statement(query)
      .pluck()
      .get(...query.values) as number | undefined;
  }

  /** Ids of groups up to this one are in the index, see textIndexer.ts; -1: none is. */
  floor(): number {
    return this.floorStatement?.get() ?? -1;
  }

  /** How much of the store it has; null: there is none. */
  coverage(): { indexed: number; groups: number } | null {
    if (!this.hasIndex) return null;
    const indexed = this.statement(sql`SELECT count(*) FROM search.groups`)
      .pluck()
      .get() as number;
    const groups = this.statement(sql`SELECT count(*) FROM main.groups`)
      .pluck()
      .get() as number;
    return { indexed: Math.min(indexed, groups), groups };
  }

  close(): void {
    this.db.close();
  }
}

/** @returns whether it can be used: texts are read otherwise */
function attachIndex(db: Sqlite): boolean {
  try {
    db.prepare('ATTACH ? AS search').run(textIndexPath(db.name));
    return isUsable(db, 'search');
  } catch {
    return false; // damaged, or just being made: whoever writes it makes it anew
  }
}
