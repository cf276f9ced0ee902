import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, ftruncateSync, mkdirSync, writeSync } from 'node:fs';
import { openRegular } from '../core/files/regularFile.js';
import { readAt } from '../core/files/readAt.js';
import { PROTOCOL_VERSION } from './events.js';
import { WriteError } from './runWriter.js';
import { sidecarFile, sidecarFolder, type Sidecar, type SidecarHeader } from './sidecar.js';
import { readSidecar } from './sidecarReader.js';

/** A line is never longer than this many bytes, so a torn one is found in the last two such pieces. */
const window = 1024 * 1024;

/**
 * Appends an owner's statements to their file in a run directory, whole lines in one write. One writer at a time: the caller holds a lock. An
 * existing file is continued; an unfinished last line that a killed writer left is cut off first.
 */
export class SidecarWriter<Header extends SidecarHeader, Line extends object> {
  readonly file: string;
  private readonly fd: number;

  /**
   * @param name of the file
   * @param whose what the first line says beside what every one does
   * @throws WriteError when the file cannot be opened or belongs to another owner
   */
  constructor(
    private readonly kind: Sidecar<Header, Line>,
    runDir: string,
    name: string,
    whose: Omit<Header, keyof SidecarHeader>,
  ) {
    this.file = sidecarFile(kind, runDir, name);
    try {
      mkdirSync(sidecarFolder(kind, runDir), { recursive: true });
      this.fd = openRegular(this.file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT);
    } catch (error) {
      throw new WriteError(this.file, error, kind.what);
    }
    try {
      this.begin(whose);
    } catch (error) {
      closeSync(this.fd);
      throw error instanceof WriteError ? error : new WriteError(this.file, error, kind.what);
    }
  }

  /** @throws WriteError; what was written whole stays */
  append(lines: readonly Line[]): void {
    if (lines.length > 0) this.write(lines);
  }

  close(): void {
    closeSync(this.fd);
  }

  private begin(whose: Omit<Header, keyof SidecarHeader>): void {
    const { kind } = this;
    cutTornLine(this.fd);
    const first = { v: PROTOCOL_VERSION, type: kind.what, id: randomUUID(), ...whose, time: new Date().toISOString() } as unknown as Header;
    const { header, problems } = readSidecar(kind, this.file, undefined, { offset: 0, lines: 0 }, 0);
    if (header !== undefined && kind.ownerOf(header) === kind.ownerOf(first)) return;
    if (header !== undefined || problems.length > 0) {
      const what = header === undefined ? `does not begin as a file of ${kind.what}` : `holds the ${kind.what} of ${kind.ownerOf(header)}`;
      throw new WriteError(this.file, new Error(`it ${what}. Move it away and try again.`), kind.what);
    }
    ftruncateSync(this.fd, 0);
    this.write([first]);
  }

  private write(lines: readonly object[]): void {
    const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(this.fd, bytes, written);
    } catch (error) {
      throw new WriteError(this.file, error, this.kind.what);
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
