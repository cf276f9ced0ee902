import { maxGroupSize } from '../protocol/events.js';
import { SolutionBodies } from './solutionBodies.js';
import type { Sqlite } from './sqlite.js';

/** Columns that say when and by whom a row was made, not what is known of a run. */
const keys = {
  runs: 'id, gone, name, number, experiment, experiment_path, backend, method, supervision, total_steps, parent_run, parent_step, reward_model_run, reward_model_step, created, import_source, import_format, evaluated, trained_on, step, seconds_per_step, latest, spark, problems, state, message, status_seq, status_state, status_step, status_total, status_message, last_seq, last_time, unknown, unlisted',
  identities: 'json',
  segments: 'name, offset, lines, skipping, torn, head',
  seen: 'first, last',
  problems: 'file, line, reason, excerpt',
  resumes: 'seq, from_step, checkpoint',
  processes: 'seq, time, state, pid, exit_code, signal, tail',
  losses: 'file, line, seq, time, tail',
  logs: 'seq, time, level, message, step',
  // Without sums of fractions: their last bits depend on the order of adding.
  steps:
    'step, seq, groups, mixed, all_right, all_wrong, solutions, rewarded, kl_groups, errors, errors_known, tool_failures, tool_failures_known, truncated, truncated_known, wrong_paid, wrong_paid_known, informative, informative_rewarded, advantage_groups',
  step_terms: 'step, term, groups',
  benchmarks: 'suite, mode, step, seq, value, n, checker, low, high, samples, shots, temperature',
  checkpoints: 'step, seq, time, path, bytes, removed',
  groups:
    'step, grp, seq, size, correct, reward_mean, reward_std, zero_std, advantages, length_mean, errors, tool_failures, truncated, wrong_paid, kl_mean, question_id, question, question_turns, gold, info, advantage_sum, term_signal, retold',
  traces: 'step, grp, solution, seq, kl_max', // an event that is repeated may have been read at another place
  spans: 'step, seq, name, lane, start, "end"',
  telemetry: 'seq, time, device, "values"',
} as const;

/**
 * Everything the database knows, one line a row, in an order that does not depend on the order of reading:
 * two databases made of the same run directories give the same dump.
 */
export function* dump(db: Sqlite): Generator<string> {
  const live = db.prepare<[], { key: number; id: string }>('SELECT key, id FROM runs WHERE gone = 0 ORDER BY id').all();
  for (const { key, id } of live) {
    for (const [table, columns] of Object.entries(keys))
      yield* lines(`${id} ${table}`, db, `SELECT ${columns} FROM ${table} WHERE ${table === 'runs' ? 'key' : 'run'} = ?`, key);
    yield* lines(
      `${id} metrics`,
      db,
      'SELECT name, step, seq, time, value FROM metric_names JOIN metrics ON metric = id WHERE run = ?',
      key,
    );
    const bodyOf = new SolutionBodies(db).reading();
    yield* lines(
      `${id} solutions`,
      db,
      `SELECT g.step, g.grp, s.id % ${maxGroupSize} AS idx, s.reward, s.advantage, s.correct, s.answer, s.verdict, s.finish, s.tokens, s.kl, s.rewards,
         s.tool_failures, s.parent_solution, s.parent_offset, s.policy_version, s.error, s.seconds, s.id
       FROM groups g JOIN solutions s ON s.id >= g.id * ${maxGroupSize} AND s.id < (g.id + 1) * ${maxGroupSize} WHERE g.run = ?`,
      key,
      (row) => [...row.slice(0, -1), bodyOf(row[row.length - 1] as number)], // ids depend on the order of reading
    );
    yield* lines(`${id} grade files`, db, 'SELECT name, file_id, checker, time, offset, lines FROM grade_files WHERE run = ?', key);
    yield* lines(
      `${id} regrades`,
      db,
      'SELECT name, step, grp, solution, seq, was, verdict, grade FROM grade_files JOIN regrades ON file = id WHERE run = ?',
      key,
    );
    yield* lines(`${id} label files`, db, 'SELECT name, file_id, author, time, offset, lines FROM label_files WHERE run = ?', key);
    yield* lines(
      `${id} marks`,
      db,
      'SELECT f.name, m.step, m.grp, m.solution, m.label, m.seq, m.time, m.removed, m.note FROM label_files f JOIN marks m ON m.run = f.run AND m.file = f.id WHERE f.run = ?',
      key,
    );
  }
  const orphans = db
    .prepare<[], { n: number }>(`SELECT count(*) AS n FROM solutions WHERE id / ${maxGroupSize} NOT IN (SELECT id FROM groups)`)
    .get()!.n;
  const bodies = db
    .prepare<[], { n: number }>('SELECT count(*) AS n FROM solution_bodies WHERE first NOT IN (SELECT id FROM solutions)')
    .get()!.n;
  yield `solutions without a group: ${orphans}; texts without a solution: ${bodies}`;
}

type Row = readonly unknown[];

function* lines(title: string, db: Sqlite, sql: string, key: number, shown = (row: Row): Row => row): Generator<string> {
  const columns = sql.slice('SELECT '.length, sql.indexOf(' FROM')).split(',').length;
  const order = Array.from({ length: columns }, (_, i) => i + 1).join(', ');
  for (const row of db.prepare<[number], unknown[]>(`${sql} ORDER BY ${order}`).raw().iterate(key))
    yield `${title} ${JSON.stringify(shown(row).map((v) => (Buffer.isBuffer(v) ? v.toString('base64') : v)))}`;
}
