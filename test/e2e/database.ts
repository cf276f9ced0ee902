/** What the database of a workspace says, read past the extension: the reference for what pages show. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { distrust } from '../../src/core/files/distrust.js';
import { placeDatabase } from '../../src/store/placement.js';

export class Reference {
  constructor(private readonly workspace: string) {}

  /** One query on a connection of its own, closed again: the extension goes on writing meanwhile. */
  all<T>(sql: string, ...parameters: unknown[]): T[] {
    const db = new Database(placeDatabase(join(this.workspace, '.grpo-lab')).file, { readonly: true });
    try {
      distrust(db);
      return db.prepare<unknown[], T>(sql).all(...parameters);
    } finally {
      db.close();
    }
  }
}
