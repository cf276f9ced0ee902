import { z } from 'zod';
import { naturally } from '../../core/naturalOrder.js';
import { question, rowLimit, runId } from '../question.js';
import type { BenchmarkView, CheckpointView, LogLine, ProblemView } from '../views.js';
import { benchmarkColumns, finiteBenchmark } from './benchmarks.js';

const ofRun = '(SELECT key FROM runs WHERE id = ? AND gone = 0)';

/** The short lists of a run. */
export const recordQuestions = {
  /** Those that are still there, newest first. */
  checkpoints: question(z.tuple([runId]), ({ db }) => {
    const rows = db.prepare<[string], CheckpointView>(
      `SELECT step, path, bytes, time FROM checkpoints WHERE run = ${ofRun} AND removed = 0 ORDER BY step DESC`,
    );
    return (run): CheckpointView[] => rows.all(run);
  }),

  benchmarks: question(z.tuple([runId]), ({ db }) => {
    const rows = db.prepare<[string], BenchmarkView>(`SELECT ${benchmarkColumns} FROM benchmarks b WHERE b.run = ${ofRun} ORDER BY b.step`);
    return (run): BenchmarkView[] =>
      rows
        .all(run)
        .sort((a, b) => naturally(a.suite, b.suite) || naturally(a.mode, b.mode) || a.step - b.step)
        .map(finiteBenchmark);
  }),

  problems: question(z.tuple([runId]), ({ db }) => {
    const rows = db.prepare<[string], ProblemView>(`SELECT file, line, reason FROM problems WHERE run = ${ofRun} ORDER BY file, line`);
    return (run): ProblemView[] => rows.all(run);
  }),

  /** The newest ones, oldest of them first. */
  logs: question(z.tuple([runId, z.strictObject({ limit: rowLimit })]), ({ db }) => {
    const rows = db.prepare<[string, number], LogLine>(
      `SELECT time, level, message, step FROM logs WHERE run = ${ofRun} ORDER BY seq DESC LIMIT ?`,
    );
    return (run, { limit }): LogLine[] => rows.all(run, limit).reverse();
  }),
};
