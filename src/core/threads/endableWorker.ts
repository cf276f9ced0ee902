import { Worker } from 'node:worker_threads';
import { betweenCalls } from './uninterrupted.js';

/** A thread that can be ended at any time, though it compresses or decompresses: see `uninterrupted`, within which it has to. */
export class EndableWorker extends Worker {
  override async terminate(): Promise<number> {
    // What `terminate` asks for is in force when it returns; when the thread has ended is another matter.
    const { ended } = await betweenCalls(() => ({ ended: super.terminate() }));
    return ended;
  }
}
