import type { Bytes } from './byteSource.js';
import { readAt } from './readAt.js';

/** The bytes of an open file, as many as it had when it was opened. */
export const fileBytes = (fd: number, size: number): Bytes => ({
  size,
  read: (position, length) => readAt(fd, position, Math.max(0, Math.min(length, size - position))),
});
