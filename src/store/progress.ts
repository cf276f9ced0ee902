import { RunReader, type Chunk, type Place, type Problem, type SegmentCursor } from '../protocol/runReader.js';
import { SeqSet } from '../protocol/seqSet.js';
import type { Sqlite } from './sqlite.js';

/** Problems kept in detail per run; more are only counted. */
export const maxProblems = 1000;

/** How far each run directory has been read, and what could not be used on the way. Called inside transactions. */
export class Progress {
  private readonly loadSegments;
  private readonly loadSeen;
  private readonly saveSegment;
  private readonly dropSegment;
  private readonly saveSeen;
  private readonly dropSeen;
  private readonly saveProblem;
  private readonly dropProblem;
  private readonly dropProblems;
  private readonly countProblems;

  constructor(db: Sqlite) {
    this.loadSegments = db.prepare<[number], { name: string; head: string | null } & Record<Exclude<keyof SegmentCursor, 'head'>, number>>(
      'SELECT name, offset, lines, skipping, torn, head FROM segments WHERE run = ?',
    );
    this.loadSeen = db.prepare<[number], { first: number; last: number }>('SELECT first, last FROM seen WHERE run = ? ORDER BY first');
    this.saveSegment = db.prepare(
      'INSERT OR REPLACE INTO segments (run, name, offset, lines, skipping, torn, head) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.dropSegment = db.prepare('DELETE FROM segments WHERE run = ? AND name = ?');
    this.saveSeen = db.prepare('INSERT OR REPLACE INTO seen (run, first, last) VALUES (?, ?, ?)');
    this.dropSeen = db.prepare('DELETE FROM seen WHERE run = ? AND first = ?');
    this.saveProblem = db.prepare('INSERT OR REPLACE INTO problems (run, file, line, reason, excerpt) VALUES (?, ?, ?, ?, ?)');
    this.dropProblem = db.prepare('DELETE FROM problems WHERE run = ? AND file = ? AND line = ?');
    this.dropProblems = db.prepare('DELETE FROM problems WHERE run = ? AND file = ?');
    this.countProblems = db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM problems WHERE run = ?');
  }

  /** A reader that goes on where the database stands. */
  reader(run: number, runDir: string): RunReader {
    const segments = new Map(
      this.loadSegments
        .all(run)
        .map((s): [string, SegmentCursor] => [
          s.name,
          { offset: s.offset, lines: s.lines, skipping: s.skipping === 1, torn: s.torn === 1, head: s.head },
        ]),
    );
    const seen = new SeqSet(this.loadSeen.all(run).map((s) => [s.first, s.last] as const));
    return new RunReader(runDir, { segments, seen });
  }

  /** @returns the number of problems that found no room */
  save(run: number, reader: RunReader, chunk: Chunk): number {
    const stored = new Set(this.loadSegments.all(run).map((s) => s.name));
    for (const [name, s] of reader.cursor.segments) {
      this.saveSegment.run(run, name, s.offset, s.lines, Number(s.skipping), Number(s.torn), s.head);
      stored.delete(name);
    }
    for (const name of stored) this.dropSegment.run(run, name);
    for (const [first, last] of reader.cursor.seen.takeChanges()) {
      if (last === null) this.dropSeen.run(run, first);
      else this.saveSeen.run(run, first, last);
    }
    for (const place of chunk.healed) this.solved(run, place);
    return this.report(run, chunk.problems);
  }

  /** @returns the number of problems that found no room */
  report(run: number, problems: readonly Problem[]): number {
    if (problems.length === 0) return 0;
    const room = Math.max(0, maxProblems - this.countProblems.get(run)!.n);
    for (const p of problems.slice(0, room)) this.saveProblem.run(run, p.file, p.line, p.reason, p.excerpt);
    return Math.max(0, problems.length - room);
  }

  /** The file is another one now, or gone. */
  solvedFile(run: number, file: string): void {
    this.dropProblems.run(run, file);
  }

  /** @returns whether it was a problem */
  solved(run: number, place: Place): boolean {
    return this.dropProblem.run(run, place.file, place.line).changes > 0;
  }
}
