/**
 * Node ends the whole process, with "close before init", when a thread is ended just as it makes a stream of `node:zlib`, and each synchronous
 * call makes one (Node 22 to 24). So threads say while they are in such a call, and whoever ends one waits until none is.
 */
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

const name = 'grpo-lab threads';
/** How many have barred the way in, and how many calls are going on; of all threads of this process. */
const cellOf = { BARRED: 0, INSIDE: 1 } as const;
/** A thread that died within a call never says that it is out of it. */
const patienceMs = 2000;

/** Threads are handed what their maker has under this name, and hand it on. */
function cellsOfProcess(): Int32Array<SharedArrayBuffer> {
  const known: unknown = getEnvironmentData(name);
  if (known instanceof SharedArrayBuffer) return new Int32Array(known);
  const made = new Int32Array(new SharedArrayBuffer(8));
  setEnvironmentData(name, made.buffer);
  // Threads end with their process, too.
  if (isMainThread) process.on('exit', bar);
  return made;
}
const cells = cellsOfProcess();

/** Runs a synchronous call of `node:zlib`, which ends before its thread is ended. */
export function uninterrupted<T>(call: () => T): T {
  // Nobody ends the first thread before its process.
  if (isMainThread) return call();
  enter();
  try {
    return call();
  } finally {
    leave();
  }
}

function enter(): void {
  for (;;) {
    Atomics.add(cells, cellOf.INSIDE, 1);
    const barred = Atomics.load(cells, cellOf.BARRED);
    if (barred === 0) return;
    leave();
    Atomics.wait(cells, cellOf.BARRED, barred);
  }
}

function leave(): void {
  Atomics.sub(cells, cellOf.INSIDE, 1);
  Atomics.notify(cells, cellOf.INSIDE);
}

/** Does something, such as ending a thread, at a moment at which no thread is in such a call. It should take no time. */
export async function betweenCalls<T>(act: () => T): Promise<T> {
  Atomics.add(cells, cellOf.BARRED, 1);
  try {
    const deadline = performance.now() + patienceMs;
    for (let inside = howMany(); inside > 0 && performance.now() < deadline; inside = howMany())
      await Atomics.waitAsync(cells, cellOf.INSIDE, inside, patienceMs).value;
    return act();
  } finally {
    Atomics.sub(cells, cellOf.BARRED, 1);
    Atomics.notify(cells, cellOf.BARRED);
  }
}

const howMany = (): number => Atomics.load(cells, cellOf.INSIDE);

/** Bars the way in for good, and waits. */
function bar(): void {
  Atomics.add(cells, cellOf.BARRED, 1);
  const deadline = performance.now() + patienceMs;
  for (let inside = howMany(); inside > 0 && performance.now() < deadline; inside = howMany())
    Atomics.wait(cells, cellOf.INSIDE, inside, patienceMs);
}
