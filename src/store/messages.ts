/** What passes between a store client and its worker thread. */
import { z } from 'zod';
import { runId } from './question.js';
import type { QuestionName } from './questions.js';
import type { RunChange } from './views.js';

export const commandParams = {
  /** Reads everything there is now, of one run or of all. */
  catchUp: z.tuple([runId.optional()]),
  rebuild: z.tuple([]),
  forget: z.tuple([runId]),
  close: z.tuple([]),
} as const;
export type CommandName = keyof typeof commandParams;

export interface StoreRequest {
  id: number;
  method: QuestionName | CommandName;
  params: unknown[];
}

export type StoreMessage =
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; message: string }
  | { kind: 'changes'; changes: RunChange[] }
  | { kind: 'notice'; message: string };

/** What `new Worker(…, { workerData })` is given. */
export const workerOptions = z.union([
  z.object({ root: z.string(), dataFolder: z.string().optional() }),
  /** A database whose write-ahead log this thread looks after, see checkpointer.ts. */
  z.object({ checkpoint: z.string() }),
]);
