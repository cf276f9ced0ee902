import { setFlagsFromString } from 'node:v8';

/**
 * Rows are short-lived: a nursery of a few MiB holds those in use, while V8 lets it grow tenfold when much is allocated.
 * Keeps a gigabyte's import under 300 MiB; to be called before anything is read.
 */
export function boundMemory(): void {
  setFlagsFromString('--max-semi-space-size=4');
  setFlagsFromString('--semi-space-growth-factor=1');
  // What outlives it is collected when it has grown two and a half times: V8 would wait for more, for it may have gigabytes.
  setFlagsFromString('--heap-growing-percent=150');
  // So little is emptied faster by one thread than by several that must be woken first.
  setFlagsFromString('--no-parallel-scavenge');
}

/** For formats of whole files: lets the nursery grow as V8 would, so that a file's content is not copied out of it again and again, and collects what outlives it sooner instead. */
export function roomForWholeFiles(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--heap-growing-percent=50');
}
