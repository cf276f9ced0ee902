import { naturally } from '../../core/naturalOrder.js';
import type { Sqlite } from '../sqlite.js';
import type { BenchmarkView, CheckpointView, LogLine, ProblemView } from '../views.js';
import { benchmarkColumns, finiteBenchmark } from './benchmarks.js';

/** The short lists of a run. */
export function recordQueries(db: Sqlite) {
  const of = '(SELECT key FROM runs WHERE id = ? AND gone = 0)';
  const checkpoints = db.prepare<[string], CheckpointView>(
    `SELECT step, path, bytes, time FROM checkpoints WHERE run = ${of} AND removed = 0 ORDER BY step DESC`,
  );
  const benchmarks = db.prepare<[string], BenchmarkView>(`SELECT ${benchmarkColumns} FROM benchmarks WHERE run = ${of} ORDER BY step`);
  const problems = db.prepare<[string], ProblemView>(`SELECT file, line, reason FROM problems WHERE run = ${of} ORDER BY file, line`);
  const logs = db.prepare<[string, number], LogLine>(
    `SELECT time, level, message, step FROM logs WHERE run = ${of} ORDER BY seq DESC LIMIT ?`,
  );
  return {
    /** Those that are still there, newest first. */
    checkpoints: (run: string): CheckpointView[] => checkpoints.all(run),
    benchmarks: (run: string): BenchmarkView[] =>
      benchmarks
        .all(run)
        .sort((a, b) => naturally(a.suite, b.suite) || naturally(a.mode, b.mode) || a.step - b.step)
        .map(finiteBenchmark),
    problems: (run: string): ProblemView[] => problems.all(run),
    /** The newest ones, oldest of them first. */
    logs: (run: string, { limit }: { limit: number }): LogLine[] => logs.all(run, limit).reverse(),
  };
}
