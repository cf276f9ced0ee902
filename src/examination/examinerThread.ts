/** The thread of one examination: it opens the index for reading, examines a run, answers and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../core/messageOf.js';
import { openQuestions } from '../store/openQuestions.js';
import { placeDatabase } from '../store/placement.js';
import { examine } from './examine.js';
import type { ExaminerMessage, ExaminerOptions } from './examineApart.js';

/** Milliseconds between two words of how far it is. */
const progressEvery = 200;

async function answer({ root, run, dataFolder, now }: ExaminerOptions): Promise<ExaminerMessage> {
  const { db, queries } = await openQuestions(root, placeDatabase(root, dataFolder).file);
  const newest = queries.run(run)?.step ?? 0;
  let last = 0;
  const eachStep = (step: number): void => {
    if (Date.now() - last < progressEvery) return;
    last = Date.now();
    parentPort?.postMessage({ kind: 'progress', done: step, total: Math.max(step, newest) } satisfies ExaminerMessage);
  };
  try {
    return { kind: 'examined', examined: await examine(queries, run, now, eachStep) };
  } finally {
    db.close();
  }
}

if (parentPort !== null) {
  const port = parentPort;
  answer(workerData as ExaminerOptions).then(
    (message) => port.postMessage(message),
    (error: unknown) => port.postMessage({ kind: 'failed', message: messageOf(error) } satisfies ExaminerMessage),
  );
}
