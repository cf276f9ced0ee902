import { EndableThread } from '../core/threads/endableThread.js';
import type { Examined } from '../doctor/examined.js';

export interface ExaminerOptions {
  /** The `.grpo-lab` folder. */
  root: string;
  run: string;
  /** Where the databases of this user lie; default: this machine's data folder. */
  dataFolder?: string;
  /** ms since 1970 */
  now: number;
}

export type ExaminerMessage =
  | { kind: 'progress'; done: number; total: number }
  /** Null when there is no such run. */
  | { kind: 'examined'; examined: Examined | null }
  | { kind: 'failed'; message: string };

export interface Waiting {
  /** Nobody wants the answer any more: the thread is ended. */
  signal?: AbortSignal;
  /** Hears how far it is, in steps. */
  progress?: (done: number, total: number) => void;
}

/**
 * Examines a run in a thread of its own: of a large run it reads and computes for seconds, which nobody's event loop should do.
 * The index must have been opened by a store before.
 * @param bundle the thread's, `dist/examiner.cjs`
 */
export async function examineApart(bundle: string, options: ExaminerOptions, { signal, progress }: Waiting = {}): Promise<Examined | null> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const thread = EndableThread.start(bundle, { workerData: options, name: 'grpo-lab examiner' });
    const end = (settle: () => void): void => {
      signal?.removeEventListener('abort', stop);
      void thread.terminate();
      settle();
    };
    const stop = (): void => end(() => reject(signal!.reason as Error));
    signal?.addEventListener('abort', stop);
    thread.on('message', (message: ExaminerMessage) => {
      if (message.kind === 'progress') progress?.(message.done, message.total);
      else if (message.kind === 'examined') end(() => resolve(message.examined));
      else end(() => reject(new Error(message.message)));
    });
    thread.on('error', (error) => end(() => reject(error instanceof Error ? error : new Error(String(error)))));
    thread.on('exit', (code) => end(() => reject(new Error(`The examination ended with code ${code}.`))));
  });
}
