/** What passes between a store client and the store's threads. */
import { z } from 'zod';
import { runId } from './question.js';
import type { RunChange } from './views.js';

/** What the writer is told to do. */
export const commandParams = {
  /** Reads everything there is now, of one run or of all. */
  catchUp: z.tuple([runId.optional()]),
  rebuild: z.tuple([]),
  forget: z.tuple([runId]),
  /** A reader found the database damaged. */
  replace: z.tuple([]),
  close: z.tuple([]),
} as const;
export type CommandName = keyof typeof commandParams;

export interface WriterRequest {
  id: number;
  command: CommandName;
  params: unknown[];
}

export type WriterMessage =
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; message: string }
  /** There is a database to read from: the first, or one in place of another. */
  | { kind: 'opened'; database: string }
  /** There is none, and why. */
  | { kind: 'unusable'; message: string }
  | { kind: 'changes'; changes: RunChange[] }
  | { kind: 'notice'; message: string };

export interface ReaderRequest {
  id: number;
  question: string;
  args: unknown[];
}

export type ReaderMessage =
  | { kind: 'answer'; id: number; answer: unknown }
  | { kind: 'error'; id: number; message: string; damaged: boolean }
  | { kind: 'progress'; id: number; done: number; total: number };

/** What `new Worker(…, { workerData })` is given: which of the store's threads it is. */
export const threadOptions = z.discriminatedUnion('thread', [
  z.object({ thread: z.literal('writer'), root: z.string(), dataFolder: z.string().optional(), textIndex: z.boolean().optional() }),
  z.object({
    thread: z.literal('reader'),
    root: z.string(),
    database: z.string(),
    /** One Int32: the id of the request whose answer nobody wants any more. */
    abandoned: z.instanceof(SharedArrayBuffer),
  }),
  /** Looks after the write-ahead log of a database, see checkpointer.ts. */
  z.object({ thread: z.literal('checkpoints'), database: z.string() }),
  /** Builds the index of words, see textIndex/. */
  z.object({ thread: z.literal('textIndex'), database: z.string() }),
]);
export type ThreadOptions = z.infer<typeof threadOptions>;
