import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, ftruncateSync, mkdirSync, writeSync } from 'node:fs';
import { readAt } from '../core/files/readAt.js';
import { PROTOCOL_VERSION } from './events.js';
import { gradesFile, gradesFolder, nameOfGrades, type GradeLine, type GradesHeader } from './grades.js';
import { readGrades } from './gradesReader.js';
import { openRegular } from '../core/files/regularFile.js';
import { WriteError } from './runWriter.js';

/** A line is never longer than this many bytes, so a torn one is found in the last two such pieces. */
const window = 1024 * 1024;

/**
 * Appends a checker's grades to its file in a run directory, whole lines in one write. One writer at a time: the caller holds a lock. An
 * existing file is continued; an unfinished last line that a killed writer left is cut off first.
 */
export class GradesWriter {
  readonly file: string;
  private readonly fd: number;

  /** @throws WriteError when the file cannot be opened or belongs to another checker */
  constructor(runDir: string, checker: string) {
    this.file = gradesFile(runDir, nameOfGrades(checker));
    try {
      mkdirSync(gradesFolder(runDir), { recursive: true });
      this.fd = openRegular(this.file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT);
    } catch (error) {
      throw new WriteError(this.file, error, 'grades');
    }
    try {
      this.begin(checker);
    } catch (error) {
      closeSync(this.fd);
      throw error instanceof WriteError ? error : new WriteError(this.file, error, 'grades');
    }
  }

  /** @throws WriteError; what was written whole stays */
  append(lines: readonly GradeLine[]): void {
    if (lines.length > 0) this.write(lines);
  }

  close(): void {
    closeSync(this.fd);
  }

  private begin(checker: string): void {
    cutTornLine(this.fd);
    const { header, problems } = readGrades(this.file, undefined, { offset: 0, lines: 0 }, 0);
    if (header?.checker === checker) return;
    if (header !== undefined || problems.length > 0) {
      const what = header === undefined ? 'does not begin as a file of grades' : `holds the grades of ${header.checker}`;
      throw new WriteError(this.file, new Error(`it ${what}. Move it away and grade again.`), 'grades');
    }
    ftruncateSync(this.fd, 0);
    const first: GradesHeader = { v: PROTOCOL_VERSION, type: 'grades', id: randomUUID(), checker, time: new Date().toISOString() };
    this.write([first]);
  }

  private write(lines: readonly object[]): void {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.fd, bytes, written);
    } catch (error) {
      throw new WriteError(this.file, error, 'grades');
    }
  }
}

function cutTornLine(fd: number): void {
  for (let end = fstatSync(fd).size; end > 0;) {
    const start = Math.max(0, end - window);
    const at = readAt(fd, start, end - start).lastIndexOf(0x0a);
    if (at >= 0 || start === 0) {
      if (start + at + 1 < fstatSync(fd).size) ftruncateSync(fd, start + at + 1);
      return;
    }
    end = start;
  }
}
