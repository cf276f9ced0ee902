import { statSync } from 'node:fs';
import { isMissing } from '../core/files/fileErrors.js';
import { NotAFile } from '../core/files/regularFile.js';
import { listSidecars, sidecarFile, type Sidecar, type SidecarHeader } from '../protocol/sidecar.js';
import { readSidecar, type SidecarChunk } from '../protocol/sidecarReader.js';
import type { Progress } from './progress.js';
import type { Sqlite } from './sqlite.js';

interface FileRow {
  id: number;
  name: string;
  file_id: string;
  offset: number;
  lines: number;
}

/** What rows are made of the statements of one kind of sidecar. */
export interface SidecarTables<Header extends SidecarHeader, Line extends object> {
  kind: Sidecar<Header, Line>;
  /** Its table of files, with the column that says whose they are. */
  files: 'grade_files' | 'label_files';
  owner: 'checker' | 'author';
  save: (run: number, file: number, line: Line) => void;
  /** Removes the rows of a file. */
  drop: (run: number, file: number) => void;
}

/** Turns the sidecars of a run directory into rows; offsets and rows change in one transaction. */
export class SidecarRows<Header extends SidecarHeader, Line extends object> {
  private readonly files;
  private readonly saveFile;
  private readonly moveFile;
  private readonly dropFile;
  private readonly troubled;
  /** What each file of a directory looked like when it was last read to its end, by directory. */
  private readonly stamps = new Map<string, Map<string, string>>();

  constructor(
    db: Sqlite,
    private readonly progress: Progress,
    private readonly tables: SidecarTables<Header, Line>,
  ) {
    const { files, owner, kind } = tables;
    this.files = db.prepare<[number], FileRow>(`SELECT id, name, file_id, offset, lines FROM ${files} WHERE run = ? ORDER BY name`);
    this.saveFile = db.prepare<[number, string, string, string, string], { id: number }>(
      `INSERT INTO ${files} (run, name, file_id, ${owner}, time, offset, lines) VALUES (?, ?, ?, ?, ?, 0, 0)
       ON CONFLICT DO UPDATE SET file_id = excluded.file_id, ${owner} = excluded.${owner}, time = excluded.time RETURNING id`,
    );
    this.moveFile = db.prepare(`UPDATE ${files} SET offset = ?, lines = ? WHERE id = ?`);
    this.dropFile = db.prepare(`DELETE FROM ${files} WHERE id = ?`);
    this.troubled = db.prepare<[number], { file: string }>(
      `SELECT DISTINCT file FROM problems WHERE run = ? AND file >= '${kind.what}/' AND file < '${kind.what}0'`,
    );
  }

  /** Whether a file has appeared, vanished or changed since it was read to its end: costs no reading. */
  hasNews(directory: string): boolean {
    const names = listSidecars(this.tables.kind, directory);
    const known = this.stamps.get(directory);
    return names.length !== (known?.size ?? 0) || names.some((name) => known?.get(name) !== this.stampOf(directory, name));
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
    const names = listSidecars(this.tables.kind, directory);
    for (const name of names) {
      const stamp = this.stampOf(directory, name);
      const before = known.get(name);
      known.delete(name);
      if (stamp === this.stamps.get(directory)?.get(name) && stamp !== undefined) {
        stamps.set(name, stamp);
        continue;
      }
      if (done.more) continue;
      const chunk = this.readChunk(directory, name, before, budget);
      if (chunk === undefined) continue; // deleted since it was listed
      const place = { file: this.fileOf(name), line: 0 };
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
      this.tables.drop(run, id);
      this.dropFile.run(id);
      done.moved = true;
    }
    for (const { file } of this.troubled.all(run))
      if (!names.some((name) => this.fileOf(name) === file)) {
        this.progress.solvedFile(run, file);
        done.moved = true;
      }
    this.stamps.set(directory, stamps);
    return done;
  }

  /** @returns the number of problems that found no room */
  private apply(run: number, name: string, before: FileRow | undefined, chunk: SidecarChunk<Header, Line>): number {
    const { header } = chunk;
    let id = before?.id;
    const fresh = id === undefined || chunk.replaced;
    if (fresh) this.progress.solvedFile(run, this.fileOf(name));
    const problems = chunk.problems.map((p) => ({ ...p, file: this.fileOf(name) }));
    const unlisted = this.progress.report(run, problems);
    if (header === undefined) return unlisted;
    if (id === undefined || fresh) {
      id = this.saveFile.get(run, name, header.id, this.tables.kind.ownerOf(header), header.time)!.id;
      if (chunk.replaced) this.tables.drop(run, id);
    }
    for (const line of chunk.statements) this.tables.save(run, id, line);
    this.moveFile.run(chunk.cursor.offset, chunk.cursor.lines, id);
    return unlisted;
  }

  private fileOf(name: string): string {
    return `${this.tables.kind.what}/${name}.ndjson`;
  }

  private readChunk(
    directory: string,
    name: string,
    before: FileRow | undefined,
    maxBytes: number,
  ): SidecarChunk<Header, Line> | NotAFile | undefined {
    const { kind } = this.tables;
    try {
      const from = { offset: before?.offset ?? 0, lines: before?.lines ?? 0 };
      return readSidecar(kind, sidecarFile(kind, directory, name), before?.file_id, from, Math.max(maxBytes, 1));
    } catch (error) {
      if (error instanceof NotAFile) return error;
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  private stampOf(directory: string, name: string): string | undefined {
    const stat = statSync(sidecarFile(this.tables.kind, directory, name), { throwIfNoEntry: false });
    return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
  }
}
