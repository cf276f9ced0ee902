/**
 * Opening files that anybody may have made: a name in a run directory can stand for a pipe that nobody ever writes to, or for a device
 * without an end.
 */
import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from 'node:fs';
import { readAt } from './readAt.js';

/** A larger run.json, process.json or bookmarks.json is not ours. */
const maxTextBytes = 64 * 1024 * 1024;

/**
 * There is something else than a regular file at a path (a named pipe, a socket, a device, a folder): opening or reading it could block for
 * ever.
 */
export class NotAFile extends Error {
  override name = 'NotAFile';
  constructor(
    file: string,
    /** `a named pipe`, `a folder`, … */
    readonly kind: string,
  ) {
    super();
    this.message = `${file} ${this.reason}.`;
  }

  /** The sentence for a list of problems, to stand after the name of the file. */
  get reason(): string {
    return `is ${this.kind} instead of a file: it is passed over. Take it away, or put the file in its place`;
  }
}

function kindOf(stat: Stats): string {
  if (stat.isFIFO()) return 'a named pipe';
  if (stat.isSocket()) return 'a socket';
  if (stat.isDirectory()) return 'a folder';
  return 'a device';
}

// Windows knows neither flag, and has no such files in folders.
const { O_NONBLOCK = 0, O_NOCTTY = 0 } = constants as Partial<typeof constants>;

/** Flags to open a file for reading without waiting for a writer. The caller has to check that what it opened is a regular file. */
export const readFlags = constants.O_RDONLY | O_NONBLOCK | O_NOCTTY;
export const appendFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;

/**
 * Opens a regular file, or what a link to one leads to; never waits for another process.
 * @param flags as of open(2)
 * @throws NotAFile, or the file system's error
 */
export function openRegular(file: string, flags = readFlags): number {
  let fd: number;
  try {
    fd = openSync(file, flags | O_NONBLOCK | O_NOCTTY, 0o666);
  } catch (error) {
    const stat = statSync(file, { throwIfNoEntry: false });
    throw stat === undefined || stat.isFile() ? error : new NotAFile(file, kindOf(stat)); // a socket cannot be opened at all
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return fd;
  closeSync(fd);
  throw new NotAFile(file, kindOf(stat));
}

/** Runs `use` with an open file and its size. @throws NotAFile, or the file system's error */
export function withFile<T>(file: string, use: (fd: number, size: number) => T): T {
  const fd = openRegular(file);
  try {
    return use(fd, fstatSync(fd).size);
  } finally {
    closeSync(fd);
  }
}

/** The whole text of a small file. @throws NotAFile, the file system's error, or an error that says that it is too large */
export function readText(file: string): string {
  return withFile(file, (fd, size) => {
    if (size > maxTextBytes) throw new Error(`${file} has ${size} bytes, more than ${maxTextBytes}: it is not read.`);
    return readAt(fd, 0, size).toString('utf8');
  });
}
