import { z } from 'zod';
import type { ListPage } from '../../core/listPages.js';
import { count } from '../../protocol/count.js';
import { listPage, pageArgument, question, runId, usualRows } from '../question.js';
import type { BenchmarkPlace, BenchmarkView, CheckpointView, LogLine, ProblemView } from '../views.js';
import { benchmarkColumns, finiteBenchmark } from './benchmarks.js';

const ofRun = '(SELECT key FROM runs WHERE id = @run AND gone = 0)';
/** Of lists whose newest row comes first. */
const newest = Number.MAX_SAFE_INTEGER;

/** The short lists of a run. */
export const recordQuestions = {
  /** Those that are still there, newest first. */
  checkpoints: question(z.tuple([runId, pageArgument(count).optional()]), ({ db }) => {
    const rows = db.prepare<[{ run: string; after: number; limit: number }], CheckpointView>(
      `SELECT step, path, bytes, time FROM checkpoints WHERE run = ${ofRun} AND removed = 0 AND step < @after ORDER BY step DESC LIMIT @limit`,
    );
    return (run, { after = newest, limit = usualRows } = {}): ListPage<CheckpointView, number> =>
      listPage(
        rows.iterate({ run, after, limit: limit + 1 }),
        limit,
        (c) => c,
        (c) => c.step,
      );
  }),

  /** In the order of suite, mode and step. */
  benchmarks: question(
    z.tuple([runId, pageArgument(z.strictObject({ suite: z.string(), mode: z.string(), step: count })).optional()]),
    ({ db }) => {
      const rows = db.prepare<[BenchmarkPlace & { run: string; limit: number }], BenchmarkView>(
        `SELECT ${benchmarkColumns} FROM benchmarks b WHERE b.run = ${ofRun} AND (b.suite, b.mode, b.step) > (@suite, @mode, @step)
         ORDER BY b.suite, b.mode, b.step LIMIT @limit`,
      );
      const first: BenchmarkPlace = { suite: '', mode: '', step: -1 };
      return (run, { after = first, limit = usualRows } = {}): ListPage<BenchmarkView, BenchmarkPlace> =>
        listPage(rows.iterate({ run, ...after, limit: limit + 1 }), limit, finiteBenchmark, ({ suite, mode, step }) => ({
          suite,
          mode,
          step,
        }));
    },
  ),

  problems: question(z.tuple([runId, pageArgument(z.strictObject({ file: z.string(), line: count })).optional()]), ({ db }) => {
    const rows = db.prepare<[{ run: string; file: string; line: number; limit: number }], ProblemView>(
      `SELECT file, line, reason FROM problems WHERE run = ${ofRun} AND (file, line) > (@file, @line) ORDER BY file, line LIMIT @limit`,
    );
    return (run, { after = { file: '', line: -1 }, limit = usualRows } = {}): ListPage<ProblemView, Pick<ProblemView, 'file' | 'line'>> =>
      listPage(
        rows.iterate({ run, ...after, limit: limit + 1 }),
        limit,
        (p) => p,
        ({ file, line }) => ({ file, line }),
      );
  }),

  /** Newest first. */
  logs: question(z.tuple([runId, pageArgument(count).optional()]), ({ db }) => {
    const rows = db.prepare<[{ run: string; after: number; limit: number }], LogLine & { seq: number }>(
      `SELECT seq, time, level, message, step FROM logs WHERE run = ${ofRun} AND seq < @after ORDER BY seq DESC LIMIT @limit`,
    );
    return (run, { after = newest, limit = usualRows } = {}): ListPage<LogLine, number> =>
      listPage(
        rows.iterate({ run, after, limit: limit + 1 }),
        limit,
        ({ time, level, message, step }) => ({ time, level, message, step }),
        ({ seq }) => seq,
      );
  }),
};
