import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../core/messageOf.js';
import type { ReaderMessage, ReaderRequest } from './messages.js';
import { openQuestions } from './openQuestions.js';
import { checked } from './questions.js';
import { isDamage } from './sqlite.js';

/**
 * A thread that answers questions, one after the other, and writes nothing: it can be ended at any instant. Each answer is of one
 * state of the database, the newest that was committed when it was begun.
 */
export async function serveQuestions(
  port: MessagePort,
  { root, database, abandoned }: { root: string; database: string; abandoned: SharedArrayBuffer },
): Promise<void> {
  const send = (message: ReaderMessage, transfer?: ArrayBuffer[]): void => port.postMessage(message, transfer);
  let current = 0;
  const unwanted = new Int32Array(abandoned);
  const stillWanted = (): void => {
    if (Atomics.load(unwanted, 0) === current) throw new Error('Nobody wants the answer any more.');
  };
  const progress = (done: number, total: number): void => {
    stillWanted();
    send({ kind: 'progress', id: current, done, total });
  };
  const { db, queries } = await openQuestions(root, database, { progress, stillWanted });
  const ofOneState = db.transaction((question: string, args: unknown[]): unknown => {
    const [name, parsed] = checked(question, args);
    return (queries[name] as (...args: unknown[]) => unknown)(...parsed);
  });
  port.on('message', ({ id, question, args }: ReaderRequest) => {
    current = id;
    try {
      const answer = ofOneState(question, args);
      send({ kind: 'answer', id, answer }, buffersOf(answer));
    } catch (error) {
      send({ kind: 'error', id, message: messageOf(error), damaged: isDamage(error) });
    }
  });
}

/** Texts and token arrays are handed over, not copied, where the memory is theirs alone. They stand in the answer itself, none within lists. */
function buffersOf(answer: unknown): ArrayBuffer[] {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return [];
  return Object.values(answer).flatMap((value: unknown) =>
    ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength ? [value.buffer] : [],
  );
}
