import { parentPort } from 'node:worker_threads';
import { EndableThread } from '../../core/threads/endableThread.js';
import { messageOf } from '../../core/messageOf.js';
import type { ThreadOptions } from '../messages.js';
import { TextIndexer, type IndexOutcome } from './textIndexer.js';

type Word = 'go' | 'wait';

/** Builds the index of words in a thread of its own, while nothing is read in. */
export class TextIndexThread {
  private thread: EndableThread | undefined;
  private last: Word = 'wait';
  private failed = false;

  /** @param failing hears once why the index cannot be built */
  constructor(
    private readonly database: string,
    private readonly bundle: string,
    private readonly failing: (reason: string) => void,
  ) {}

  /** Whether there may be something to do, and nothing is in its way. */
  tell(word: Word): void {
    if (this.failed || (word === this.last && word === 'wait')) return;
    this.last = word;
    if (word === 'go') this.thread ??= this.start();
    this.thread?.postMessage(word);
  }

  async stop(): Promise<void> {
    await this.thread?.terminate();
  }

  private start(): EndableThread {
    const thread = EndableThread.start(this.bundle, {
      workerData: { thread: 'textIndex', database: this.database } satisfies ThreadOptions,
      name: 'grpo-lab index',
    });
    thread.on('error', (error) => {
      this.failed = true;
      this.failing(messageOf(error));
    });
    thread.on('exit', () => (this.thread = undefined));
    return thread;
  }
}

/** So long after another process was found at it, it is looked at again. */
const busyMs = 2000;

/** What that thread does: a piece at a time, so that it hears when it should wait. */
export async function serveTextIndex(database: string): Promise<void> {
  let indexer = await TextIndexer.open(database);
  let going = false;
  let soon: NodeJS.Timeout | undefined;
  const again = (ms: number): void => {
    soon ??= setTimeout(() => {
      soon = undefined;
      if (going) void work();
    }, ms);
  };
  /** Where it fails for good the thread ends, which is told. */
  const work = async (): Promise<void> => {
    let outcome: IndexOutcome;
    try {
      outcome = indexer.some();
    } catch (error) {
      indexer = await TextIndexer.insteadOf(indexer, database, error);
      outcome = 'more';
    }
    if (outcome === 'more') again(0);
    else if (outcome === 'busy') again(busyMs);
    else going = false;
  };
  parentPort?.on('message', (word: Word) => {
    going = word === 'go';
    if (going) again(0);
  });
}
