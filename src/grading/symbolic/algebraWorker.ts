/** The thread of computer algebra: one question after the other, each answered with its number. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { AlgebraAnswer, AlgebraQuestion, AlgebraWorkerData } from './algebraMessages.js';
import { SymbolicComparison } from './compare.js';

function serve(port: MessagePort, { limitMs }: AlgebraWorkerData): void {
  const algebra = new SymbolicComparison(limitMs);
  port.on('message', ({ id, answer, gold }: AlgebraQuestion) => {
    port.postMessage({ id, outcome: algebra.compare(answer, gold) } satisfies AlgebraAnswer);
  });
  port.postMessage('ready');
}

if (parentPort !== null) serve(parentPort, workerData as AlgebraWorkerData);
