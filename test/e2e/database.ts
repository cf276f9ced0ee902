/** What the database of a workspace says, read past the extension: the reference for what pages show. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

export class Reference {
  constructor(private readonly workspace: string) {}

  /** One query on a connection of its own, closed again: the extension goes on writing meanwhile. */
  all<T>(sql: string, ...parameters: unknown[]): T[] {
    const db = new Database(join(this.workspace, '.grpo-lab', 'grpo-lab.db'), { readonly: true });
    try {
      return db.prepare<unknown[], T>(sql).all(...parameters);
    } finally {
      db.close();
    }
  }
}
