/** What the database of a workspace says, read past the extension: the reference for what pages show. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { distrust } from '../../src/core/files/distrust.js';
import { SolutionBodies } from '../../src/store/solutionBodies.js';
import { placeDatabase } from '../../src/store/placement.js';

export class Reference {
  constructor(private readonly workspace: string) {}

  all<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.read((db) => db.prepare<unknown[], T>(sql).all(...parameters));
  }

  /** @param id of a solution */
  text = (id: number): string => this.read((db) => new SolutionBodies(db).reading()(id).text);

  /** On a connection of its own, closed again: the extension goes on writing meanwhile. */
  private read<T>(question: (db: Database.Database) => T): T {
    const db = new Database(placeDatabase(join(this.workspace, '.grpo-lab')).file, { readonly: true });
    try {
      distrust(db);
      return question(db);
    } finally {
      db.close();
    }
  }
}
