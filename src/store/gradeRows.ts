import { statSync } from 'node:fs';
import { isMissing } from '../core/files/fileErrors.js';
import { gradesFile, listGrades, type GradeLine } from '../protocol/grades.js';
import { readGrades, type GradesChunk } from '../protocol/gradesReader.js';
import { NotAFile } from '../core/files/regularFile.js';
import type { Progress } from './progress.js';
import type { Sqlite } from './sqlite.js';

interface FileRow {
  id: number;
  name: string;
  file_id: string;
  offset: number;
  lines: number;
}

/** Turns the files of grades of a run directory into rows; offsets and rows change in one transaction. */
export class GradeRows {
  private readonly files;
  private readonly saveFile;
  private readonly moveFile;
  private readonly dropFile;
  private readonly dropGrades;
  private readonly saveGrade;
  private readonly troubled;
  /** What each file of a directory looked like when it was last read to its end, by directory. */
  private readonly stamps = new Map<string, Map<string, string>>();

  constructor(
    db: Sqlite,
    private readonly progress: Progress,
  ) {
    this.files = db.prepare<[number], FileRow>('SELECT id, name, file_id, offset, lines FROM grade_files WHERE run = ? ORDER BY name');
    this.saveFile = db.prepare<[number, string, string, string, string], { id: number }>(
      `INSERT INTO grade_files (run, name, file_id, checker, time, offset, lines) VALUES (?, ?, ?, ?, ?, 0, 0)
       ON CONFLICT DO UPDATE SET file_id = excluded.file_id, checker = excluded.checker, time = excluded.time RETURNING id`,
    );
    this.moveFile = db.prepare('UPDATE grade_files SET offset = ?, lines = ? WHERE id = ?');
    this.dropFile = db.prepare('DELETE FROM grade_files WHERE id = ?');
    this.dropGrades = db.prepare('DELETE FROM regrades WHERE file = ?');
    this.troubled = db.prepare<[number], { file: string }>(
      "SELECT DISTINCT file FROM problems WHERE run = ? AND file >= 'grades/' AND file < 'grades0'",
    );
    this.saveGrade = db.prepare(
      'INSERT OR REPLACE INTO regrades (file, step, grp, solution, seq, was, verdict, grade) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  /** Whether a file has appeared, vanished or changed since it was read to its end: costs no reading. */
  hasNews(directory: string): boolean {
    const names = listGrades(directory);
    const known = this.stamps.get(directory);
    return names.length !== (known?.size ?? 0) || names.some((name) => known?.get(name) !== stampOf(directory, name));
  }

  forget(directory: string): void {
    this.stamps.delete(directory);
  }

  /** Reads about `maxBytes`, at least something. Called inside a transaction. */
  read(run: number, directory: string, maxBytes: number): { moved: boolean; more: boolean; unlisted: number } {
    const done = { moved: false, more: false, unlisted: 0 };
    const known = new Map(this.files.all(run).map((f) => [f.name, f]));
    const stamps = new Map<string, string>();
    let budget = maxBytes;
    const names = listGrades(directory);
    for (const name of names) {
      const stamp = stampOf(directory, name);
      const before = known.get(name);
      known.delete(name);
      if (stamp === this.stamps.get(directory)?.get(name) && stamp !== undefined) {
        stamps.set(name, stamp);
        continue;
      }
      if (done.more) continue;
      const chunk = readChunk(directory, name, before, budget);
      if (chunk === undefined) continue; // deleted since it was listed
      const place = { file: fileOf(name), line: 0 };
      if (chunk instanceof NotAFile) {
        done.unlisted += this.progress.report(run, [{ ...place, reason: chunk.reason, excerpt: '' }]);
        done.moved = true;
        if (stamp !== undefined) stamps.set(name, stamp);
        continue;
      }
      if (this.progress.solved(run, place)) done.moved = true;
      budget -= chunk.bytes;
      done.unlisted += this.apply(run, name, before, chunk);
      done.moved ||= chunk.bytes > 0 || chunk.problems.length > 0;
      done.more ||= chunk.more;
      if (!chunk.more && stamp !== undefined) stamps.set(name, stamp);
    }
    for (const { id } of known.values()) {
      this.dropGrades.run(id);
      this.dropFile.run(id);
      done.moved = true;
    }
    for (const { file } of this.troubled.all(run))
      if (!names.some((name) => fileOf(name) === file)) {
        this.progress.solvedFile(run, file);
        done.moved = true;
      }
    this.stamps.set(directory, stamps);
    return done;
  }

  /** @returns the number of problems that found no room */
  private apply(run: number, name: string, before: FileRow | undefined, chunk: GradesChunk): number {
    const { header } = chunk;
    let id = before?.id;
    const fresh = id === undefined || chunk.replaced;
    if (fresh) this.progress.solvedFile(run, fileOf(name));
    const problems = chunk.problems.map((p) => ({ ...p, file: fileOf(name) }));
    const unlisted = this.progress.report(run, problems);
    if (header === undefined) return unlisted;
    if (id === undefined || fresh) {
      id = this.saveFile.get(run, name, header.id, header.checker, header.time)!.id;
      if (chunk.replaced) this.dropGrades.run(id);
    }
    for (const line of chunk.grades) this.insert(id, line);
    this.moveFile.run(chunk.cursor.offset, chunk.cursor.lines, id);
    return unlisted;
  }

  private insert(file: number, { step, group, solution, seq, was, grade }: GradeLine): void {
    this.saveGrade.run(file, step, group, solution, seq, was, grade.verdict, JSON.stringify(grade));
  }
}

const fileOf = (name: string): string => `grades/${name}.ndjson`;

function readChunk(directory: string, name: string, before: FileRow | undefined, maxBytes: number): GradesChunk | NotAFile | undefined {
  try {
    const from = { offset: before?.offset ?? 0, lines: before?.lines ?? 0 };
    return readGrades(gradesFile(directory, name), before?.file_id, from, Math.max(maxBytes, 1));
  } catch (error) {
    if (error instanceof NotAFile) return error;
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function stampOf(directory: string, name: string): string | undefined {
  const stat = statSync(gradesFile(directory, name), { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
