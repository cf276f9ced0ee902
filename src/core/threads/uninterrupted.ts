/**
 * Node ends the whole process, with "close before init", when a thread is ended just as it makes a stream of `node:zlib`, and each synchronous
 * call makes one (seen in Node 24). So a thread says while it is in such a call, and whoever ends it waits until it is out of it.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

/** Of a thread: it may be ended; it is in a call; it is in one, and shall stop behind it; it has stopped for good. */
const [FREE, INSIDE, WANTED, STOPPED] = [0, 1, 2, 3];
/** Threads of a process that can be told apart, at a time. */
const most = 256;
/** A call takes milliseconds. */
const patienceMs = 2000;
const names = { table: 'grpo-lab threads', place: 'grpo-lab thread' };

/** The states of all threads of the process, and behind them whether a place is taken. Threads get it from their maker, and hand it on. */
function sharedTable(): Int32Array<SharedArrayBuffer> {
  const known: unknown = getEnvironmentData(names.table);
  if (known instanceof SharedArrayBuffer) return new Int32Array(known);
  const made = new Int32Array(new SharedArrayBuffer(2 * most * Int32Array.BYTES_PER_ELEMENT));
  setEnvironmentData(names.table, made.buffer);
  // Threads end with their process, too.
  if (isMainThread) process.on('exit', stopAll);
  return made;
}
const table = sharedTable();
/** Undefined of the first thread, which nobody ends before its process, and of threads that were made otherwise. */
const own = isMainThread ? undefined : (getEnvironmentData(names.place) as unknown as number | undefined);

/** Runs a synchronous call of `node:zlib`, which ends before its thread is ended. */
export function uninterrupted<T>(call: () => T): T {
  if (own === undefined) return call();
  if (Atomics.compareExchange(table, own, FREE, INSIDE) !== FREE) Atomics.wait(table, own, STOPPED);
  try {
    return call();
  } finally {
    if (Atomics.compareExchange(table, own, INSIDE, FREE) !== INSIDE) {
      Atomics.store(table, own, STOPPED);
      Atomics.notify(table, own);
      Atomics.wait(table, own, STOPPED);
    }
  }
}

/** Makes a thread that has a place. @returns the place; undefined where there are too many, and the thread has none */
export function withPlace<T>(make: () => T): { made: T; place: number | undefined } {
  let place: number | undefined = 0;
  while (place < most && Atomics.compareExchange(table, most + place, 0, 1) !== 0) place++;
  if (place === most) place = undefined;
  setEnvironmentData(names.place, place);
  try {
    return { made: make(), place };
  } finally {
    setEnvironmentData(names.place, undefined); // of no other thread
  }
}

/** To be called when the thread has ended. */
export function freePlace(place: number): void {
  Atomics.store(table, place, FREE);
  Atomics.store(table, most + place, 0);
}

/** Asks a thread to stop at its next call, or behind the one that it is in. @returns whether it has to be waited for */
function stopAt(place: number): boolean {
  for (;;) {
    if (Atomics.compareExchange(table, place, FREE, STOPPED) !== INSIDE) return Atomics.load(table, place) === WANTED;
    if (Atomics.compareExchange(table, place, INSIDE, WANTED) === INSIDE) return true;
  }
}

/** Resolves when a thread is in no such call, and will be in none. */
export async function stopped(place: number): Promise<void> {
  if (stopAt(place)) await Atomics.waitAsync(table, place, WANTED, patienceMs).value;
}

function stopAll(): void {
  for (let place = 0; place < most; place++)
    if (Atomics.load(table, most + place) === 1 && stopAt(place)) Atomics.wait(table, place, WANTED, patienceMs);
}
