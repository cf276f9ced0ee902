import { Worker } from 'node:worker_threads';
import { errorCode } from '../../core/files/fileErrors.js';

export interface PythonLimits {
  /** Milliseconds that a program may run. */
  time: number;
  /** Bytes of memory that Python may have, its own 30 MiB included. */
  memory: number;
  /** Bytes that a program may print. */
  output: number;
}

/** How a program ended. */
export interface ToolResult {
  /**
   * error: an exception that it did not catch. output: it printed more than it may; the first of it is in `stdout`.
   * crash: it ended the interpreter itself, or used up the stack.
   */
  kind: 'ok' | 'error' | 'timeout' | 'memory' | 'output' | 'crash';
  stdout: string;
  /** What went wrong, in a line; empty when all went well. */
  message: string;
}

/** Runs a program. Never rejects for what the program does. */
export type RunPython = (program: string) => Promise<ToolResult>;

const usual: PythonLimits = { time: 5000, memory: 256 * 2 ** 20, output: 65_536 };

/** Loading takes a second or two on an idle machine. */
const startMs = 120_000;

/** What a worker says: that it is ready, a result, or why it is gone. */
type WorkerMessage = 'ready' | ToolResult | { gone: Error | undefined };

interface Thread {
  worker: Worker;
  /** Whoever waits for what it says next. */
  hear: (message: WorkerMessage) => void;
}

/**
 * Python programs, one after the other, in a worker without network, files or clock. Each finds the same fresh interpreter, so that
 * a program gives the same result at any point of any run. A worker whose program does not end is replaced.
 */
export class Python {
  private thread: Promise<Thread> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private readonly limits: PythonLimits;

  /** @param file the bundle `pythonWorker.cjs` */
  constructor(
    private readonly file: string,
    limits: Partial<PythonLimits> = {},
  ) {
    this.limits = { ...usual, ...limits };
  }

  /** @throws Error when Python cannot be loaded */
  readonly run: RunPython = (program) => {
    const result = this.last.then(() => this.runNow(program));
    this.last = result.catch(() => undefined); // told to whoever runs the program; the next one runs all the same
    return result;
  };

  async dispose(): Promise<void> {
    const thread = await this.thread?.catch(() => undefined); // one that did not load has ended, and was told to whoever ran a program
    this.thread = undefined;
    await thread?.worker.terminate();
  }

  private async runNow(program: string): Promise<ToolResult> {
    const thread = await (this.thread ??= this.start());
    const { time } = this.limits;
    const message = await next(thread, time, () => thread.worker.postMessage(program));
    const result = resultOf(message, time);
    if (!['ok', 'error', 'output'].includes(result.kind)) {
      this.thread = undefined;
      await thread.worker.terminate();
    }
    return result;
  }

  private async start(): Promise<Thread> {
    const worker = new Worker(this.file, {
      name: 'grpo-lab Python',
      workerData: this.limits,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 256 },
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { worker, hear: () => undefined };
    worker.on('message', (message: 'ready' | ToolResult) => thread.hear(message));
    worker.on('error', (gone: Error) => thread.hear({ gone }));
    worker.on('exit', () => thread.hear({ gone: undefined }));
    const message = await next(thread, startMs, () => undefined);
    if (message === 'ready') {
      // Nobody waits for a program that is not running.
      worker.unref();
      return thread;
    }
    this.thread = undefined;
    await worker.terminate();
    const why =
      message === undefined ? `it did not load within ${startMs / 1000} s` : 'gone' in message ? (message.gone?.message ?? 'it ended') : '';
    throw new Error(`Python cannot be loaded: ${why}.`);
  }
}

/** What a worker says once it has been asked; undefined when it says nothing in time. */
function next(thread: Thread, ms: number, ask: () => void): Promise<WorkerMessage | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    thread.hear = (message) => {
      clearTimeout(timer);
      resolve(message);
    };
    ask();
  });
}

function resultOf(message: WorkerMessage | undefined, ms: number): ToolResult {
  if (message === undefined) return { kind: 'timeout', stdout: '', message: `TimeoutError: it did not end within ${ms / 1000} s` };
  if (message === 'ready') throw new Error('Python was loaded twice.');
  if (!('gone' in message)) return message;
  const { gone } = message;
  if (errorCode(gone) === 'ERR_WORKER_OUT_OF_MEMORY') return { kind: 'memory', stdout: '', message: 'MemoryError' };
  return { kind: 'crash', stdout: '', message: `Python was ended${gone ? ` (${gone.message})` : ''}` };
}
