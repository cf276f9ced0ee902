/** What passes between a store client and its worker thread. */
import { z } from 'zod';
import { count } from '../protocol/count.js';
import { gradesName } from '../protocol/grades.js';
import { directions, type RunChange, type StoreQueries } from './views.js';

const run = z.string().max(128);
const limit = z.number().int().min(1).max(10_000);

/** Parameters of every query, checked by the worker. */
export const queryParams = {
  runs: z.tuple([]),
  run: z.tuple([run]),
  steps: z.tuple([run, z.strictObject({ before: count.optional(), limit })]),
  step: z.tuple([run, count]),
  groupSteps: z.tuple([run, z.strictObject({ limit: limit.optional() })]),
  constants: z.tuple([run, count]),
  rewards: z.tuple([run, count]),
  series: z.tuple([
    z.array(run).max(1000),
    z.strictObject({
      metrics: z.array(z.string()).max(1000),
      room: limit.min(2),
      smoothing: z.number().min(0).max(0.999).optional(),
      from: count.optional(),
      to: count.optional(),
    }),
  ]),
  trends: z.tuple([run, z.array(z.string()).max(1000), limit.max(200)]),
  groups: z.tuple([run, count]),
  group: z.tuple([run, count, count]),
  solution: z.tuple([run, count, count, count]),
  trace: z.tuple([run, count, count, count]),
  regrades: z.tuple([run]),
  disagreements: z.tuple([run, gradesName, z.strictObject({ direction: z.enum(directions), limit })]),
  otherGrades: z.tuple([run, count, count]),
  solutionsToGrade: z.tuple([run, count, count, gradesName]),
  opinions: z.tuple([
    run,
    z.strictObject({
      term: z.string().max(200).optional(),
      upTo: count.optional(),
      steps: count.min(1).optional(),
      within: z.strictObject({ low: z.number(), high: z.number() }).optional(),
      limit,
    }),
  ]),
  checkpoints: z.tuple([run]),
  benchmarks: z.tuple([run]),
  allBenchmarks: z.tuple([
    z.strictObject({ after: z.strictObject({ run, step: count, suite: z.string(), mode: z.string() }).optional(), limit }),
  ]),
  problems: z.tuple([run]),
  logs: z.tuple([run, z.strictObject({ limit })]),
} as const satisfies Record<keyof StoreQueries, z.ZodType>;
export type QueryName = keyof StoreQueries;

export const commandParams = {
  /** Reads everything there is now, of one run or of all. */
  catchUp: z.tuple([run.optional()]),
  rebuild: z.tuple([]),
  forget: z.tuple([run]),
  close: z.tuple([]),
} as const;
export type CommandName = keyof typeof commandParams;

export interface StoreRequest {
  id: number;
  method: QueryName | CommandName;
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
