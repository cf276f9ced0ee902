/** The file system in memory that Python sees (Emscripten's), as far as it is touched here. */
export interface FileSystem {
  streams: ({ fd: number } | null | undefined)[];
  close(stream: { fd: number }): void;
  chdir(path: string): void;
  ErrnoError: new (errno: number) => Error;
  open(path: unknown, flags?: string | number, mode?: number): unknown;
}

/** WASI's number for a read-only file system. */
const EROFS = 69;
/** Every flag that writes: write, read and write, create, truncate, append. */
const writing = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000;
const changes = ['mkdir', 'mknod', 'rmdir', 'unlink', 'rename', 'symlink', 'truncate', 'ftruncate', 'chmod', 'fchmod', 'utime'] as const;

/** What a program wrote would be there for the next one: it cannot write. Devices it can. */
export function makeReadOnly(fs: FileSystem): void {
  const refuse = (): never => {
    throw new fs.ErrnoError(EROFS);
  };
  const open = fs.open.bind(fs);
  const isDevice = (path: unknown) => typeof path === 'string' && path.startsWith('/dev/');
  fs.open = (path, flags = 0, mode) =>
    typeof flags === 'number' && flags & writing && !isDevice(path) ? refuse() : open(path, flags, mode);
  for (const change of changes) Reflect.set(fs, change, refuse);
}

/** Closes what a program left open, and goes back to where it began. */
export function tidy(fs: FileSystem, home: string): void {
  for (const stream of [...fs.streams]) if (stream && stream.fd > 2) fs.close(stream);
  fs.chdir(home);
}
