import type { Statement } from 'better-sqlite3';
import type { Sqlite } from './sqlite.js';

/** The statements of one connection, by their text: each is prepared once, when it is first needed. */
export class PreparedStatements {
  private readonly prepared = new Map<string, unknown>();

  constructor(private readonly db: Sqlite) {}

  /** @param sql a text of our own, never one with values in it */
  of<Parameters extends unknown[], Row = unknown>(sql: string): Statement<Parameters, Row> {
    let statement = this.prepared.get(sql) as Statement<Parameters, Row> | undefined;
    if (statement === undefined) {
      statement = this.db.prepare<Parameters, Row>(sql);
      this.prepared.set(sql, statement);
    }
    return statement;
  }
}
