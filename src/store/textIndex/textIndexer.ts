import type { BodyBlock } from '../bodyBlocks.js';
import { unpack } from '../bodyBlocks.js';
import { maxGroupSize } from '../../protocol/events.js';
import { isBusy, isDamage, openForReading, type Sqlite } from '../sqlite.js';
import { openTextIndex, removeTextIndex } from './textIndexFile.js';

/** A group as the store has it now, and whose it is: `identity` tells a run from another that came in its place. */
interface GroupRow {
  id: number;
  seq: number;
  identity: string;
}

/** Longest transaction: what others wait for who index too, and what a kill undoes. Larger ones leave fewer pieces to merge. */
const sliceMs = 1500;
const groupsAtOnce = 64;

/** What a piece of work led to. */
export type IndexOutcome = 'more' | 'idle' | 'busy';

/**
 * Brings the index of words up with the store, a piece at a time, whoever began it. Ids of groups only go up while their last one
 * stays: of the ids up to the last one that stands in the index as it stands in the store, all are indexed. What comes after is read.
 */
export class TextIndexer {
  private readonly statements;

  private constructor(
    private readonly store: Sqlite,
    private readonly index: Sqlite,
  ) {
    this.statements = {
      last: index.prepare<[], GroupRow>('SELECT g.id, g.seq, r.identity FROM groups g JOIN runs r ON r.key = g.run ORDER BY g.id DESC'),
      stored: store.prepare<[number], GroupRow>(
        `SELECT g.id, g.seq, ${runIdentity} AS identity FROM groups g JOIN runs r ON r.key = g.run WHERE g.id = ?`,
      ),
      after: store.prepare<[number, number], GroupRow>(
        `SELECT g.id, g.seq, ${runIdentity} AS identity FROM groups g JOIN runs r ON r.key = g.run WHERE g.id > ? ORDER BY g.id LIMIT ?`,
      ),
      blocks: store.prepare<[number, number], BodyBlock>(
        'SELECT first, block FROM solution_bodies WHERE first >= ? AND first < ? ORDER BY first',
      ),
      addText: index.prepare<[number, string]>('INSERT INTO texts (rowid, text) VALUES (?, ?)'),
      removeTexts: index.prepare<[number, number]>('DELETE FROM texts WHERE rowid >= ? AND rowid < ?'),
      addRun: index.prepare<[string]>('INSERT OR IGNORE INTO runs (identity) VALUES (?)'),
      addGroup: index.prepare<[number, number, string]>('INSERT INTO groups (id, run, seq) SELECT ?, key, ? FROM runs WHERE identity = ?'),
      removeGroup: index.prepare<[number]>('DELETE FROM groups WHERE id = ?'),
      indexed: index.prepare<[number], number>('SELECT id FROM groups WHERE id > ? ORDER BY id LIMIT 1000').pluck(),
      exists: store.prepare<[number], number>('SELECT 1 FROM groups WHERE id = ?').pluck(),
      counts: {
        index: index.prepare<[], number>('SELECT count(*) FROM groups').pluck(),
        store: store.prepare<[], number>('SELECT count(*) FROM groups').pluck(),
      },
    };
  }

  static async open(database: string): Promise<TextIndexer> {
    const store = await openForReading(database);
    const index = await openTextIndex(database);
    try {
      return new TextIndexer(store, index);
    } catch (error) {
      index.close();
      store.close();
      if (!isDamage(error)) throw error;
      removeTextIndex(database);
      return TextIndexer.open(database);
    }
  }

  /**
   * In the place of one that failed: the index turned out to be damaged, and another is begun.
   * @throws the error, where it is another
   */
  static async insteadOf(failed: TextIndexer, database: string, error: unknown): Promise<TextIndexer> {
    failed.close();
    if (!isDamage(error)) throw error;
    removeTextIndex(database);
    return TextIndexer.open(database);
  }

  /** Some more. Another process may be at it. */
  some(): IndexOutcome {
    try {
      return this.index.transaction(() => this.store.transaction(() => this.slice())()).immediate();
    } catch (error) {
      if (isBusy(error)) return 'busy';
      throw error;
    }
  }

  /** Groups that are in it, and in the store. */
  progress(): { indexed: number; groups: number } {
    const { counts } = this.statements;
    return { indexed: counts.index.get()!, groups: counts.store.get()! };
  }

  close(): void {
    this.index.close();
    this.store.close();
  }

  private slice(): IndexOutcome {
    const end = performance.now() + sliceMs;
    let floor = this.floor();
    while (performance.now() < end) {
      const groups = this.statements.after.all(floor, groupsAtOnce);
      if (groups.length === 0) return this.removeOrphans() ? 'more' : 'idle';
      for (const group of groups) this.add(group);
      floor = groups.at(-1)!.id;
    }
    return 'more';
  }

  /** Up to this id everything is indexed. */
  private floor(): number {
    for (const row of this.statements.last.iterate()) {
      const stored = this.statements.stored.get(row.id);
      if (stored?.seq === row.seq && stored.identity === row.identity) return row.id;
    }
    return -1;
  }

  private add({ id, seq, identity }: GroupRow): void {
    const { blocks, addText, addRun, addGroup } = this.statements;
    this.remove(id);
    for (const { first, block } of blocks.iterate(id * maxGroupSize, (id + 1) * maxGroupSize))
      for (const [i, { text }] of unpack(block).entries()) addText.run(first + i, text);
    addRun.run(identity);
    addGroup.run(id, seq, identity);
  }

  private remove(id: number): void {
    const { removeGroup, removeTexts } = this.statements;
    if (removeGroup.run(id).changes > 0) removeTexts.run(id * maxGroupSize, (id + 1) * maxGroupSize);
  }

  /** Of groups that are not in the store any more, some at a time. @returns whether there were any */
  private removeOrphans(): boolean {
    const { indexed, exists } = this.statements;
    const { indexed: there, groups } = this.progress();
    if (there <= groups) return false;
    let found = 0;
    for (let after = -1; found < groupsAtOnce;) {
      const ids = indexed.all(after);
      if (ids.length === 0) break;
      for (const id of ids) {
        if (exists.get(id) !== undefined || found >= groupsAtOnce) continue;
        this.remove(id);
        found++;
      }
      after = ids.at(-1)!;
    }
    return found > 0;
  }
}

/** Of `r`, a run of the store. */
export const runIdentity = "r.id || ' ' || r.created";
