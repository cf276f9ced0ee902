import { basename } from 'node:path';
import { maxGroupSize, type EventOf, type RunEvent } from '../protocol/events.js';
import type { ReadEvent } from '../protocol/runReader.js';
import { largestKl } from '../protocol/decodeTrace.js';
import { groupFacts, storable, toolFailures } from './groupFacts.js';
import { countGroups, Removal, type GroupRange } from './removal.js';
import { bodyBlocks } from './bodyBlocks.js';
import type { Sqlite } from './sqlite.js';
import { PreparedStatements } from './preparedStatements.js';

/** A run while events are written for it. */
export interface RunRows {
  key: number;
  resumes: { seq: number; fromStep: number }[];
  /** Ids of metric names. */
  metrics: Map<string, number>;
  /** Newest event so far, with its time as it was written. */
  newest: { seq: number; time: string };
  /** A status or process event came: the state must be found anew. */
  stateChanged: boolean;
}

type Bound = number | string | Buffer | null;

const insertGroup = `
  INSERT INTO groups (run, step, grp, seq, size, correct, reward_mean, reward_std, zero_std, advantages, length_mean, errors,
    tool_failures, truncated, wrong_paid, kl_mean, question_id, question, question_turns, gold, info, advantage_sum, term_signal, retold)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, step, grp) DO NOTHING`;
const insertTrace = `
  INSERT INTO traces (run, step, grp, solution, seq, segment, offset, bytes, kl_max) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
  SET seq = excluded.seq, segment = excluded.segment, offset = excluded.offset, bytes = excluded.bytes, kl_max = excluded.kl_max WHERE excluded.seq > seq`;

/** ISO text as milliseconds since 1970; null when it is not a time. */
export function milliseconds(time: string): number | null {
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? null : parsed;
}

/** Turns events into rows. Every method is called inside a transaction. */
export class EventRows {
  private readonly statements: PreparedStatements;
  private readonly removal: Removal;
  private readonly count;
  /** Groups that are not in the sums of their steps yet: ids go up. */
  private uncounted: Omit<GroupRange, 'sign'> | undefined;

  constructor(db: Sqlite) {
    this.statements = new PreparedStatements(db);
    this.removal = new Removal(db);
    this.count = countGroups.map((sql) => db.prepare<GroupRange>(sql));
  }

  apply(run: RunRows, read: ReadEvent): void {
    const { event } = read;
    if (event.seq > run.newest.seq) run.newest = { seq: event.seq, time: event.time };
    if ('step' in event && event.type !== 'status' && event.type !== 'log' && isSuperseded(run, event.step, event.seq)) return;
    if (event.type === 'trace') this.trace(run, event, read);
    else this.insert(run, event);
  }

  /** Adds the groups of the events so far to the sums of their steps, all at once. To be called before the transaction ends. */
  countGroups(): void {
    for (const statement of this.count) if (this.uncounted) statement.run({ ...this.uncounted, sign: 1 });
    this.uncounted = undefined;
  }

  /** The transaction was undone. */
  forgetGroups(): void {
    this.uncounted = undefined;
  }

  private insert(run: RunRows, event: Exclude<RunEvent, { type: 'trace' }>): void {
    switch (event.type) {
      case 'status': {
        this.status(run, event);
        return;
      }
      case 'resume': {
        this.resume(run, event);
        return;
      }
      case 'metrics': {
        this.metrics(run, event);
        return;
      }
      case 'group': {
        this.group(run, event);
        return;
      }
      case 'benchmark': {
        this.benchmark(run, event);
        return;
      }
      case 'checkpoint': {
        this.checkpoint(run, event);
        return;
      }
      case 'log': {
        this.log(run, event);
        return;
      }
      case 'process': {
        this.process(run, event);
        return;
      }
      case 'span': {
        this.span(run, event);
        return;
      }
      case 'telemetry': {
        this.telemetry(run, event);
        return;
      }
    }
  }

  private log(run: RunRows, e: EventOf<'log'>): void {
    this.run(
      'INSERT OR IGNORE INTO logs (run, seq, time, level, message, step) VALUES (?, ?, ?, ?, ?, ?)',
      run.key,
      e.seq,
      e.time,
      e.level,
      e.message,
      e.step ?? null,
    );
  }

  private status(run: RunRows, e: EventOf<'status'>): void {
    this.run(
      `UPDATE runs SET status_seq = ?, status_state = ?, status_step = ?, status_total = ?, status_message = ?
       WHERE key = ? AND status_seq < ?`,
      e.seq,
      e.state,
      e.step,
      e.total_steps,
      e.message ?? null,
      run.key,
      e.seq,
    );
    run.stateChanged = true;
  }

  private process(run: RunRows, e: EventOf<'process'>): void {
    const tail = e.tail === undefined ? null : JSON.stringify(e.tail);
    this.run(
      'INSERT OR IGNORE INTO processes (run, seq, time, state, pid, exit_code, signal, tail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      run.key,
      e.seq,
      milliseconds(e.time),
      e.state,
      e.pid,
      e.exit_code ?? null,
      e.signal ?? null,
      tail,
    );
    run.stateChanged = true;
  }

  /** What earlier events said of later steps is gone; `isSuperseded` keeps out those that are read later. */
  private resume(run: RunRows, e: EventOf<'resume'>): void {
    this.run(
      'INSERT OR IGNORE INTO resumes (run, seq, from_step, checkpoint) VALUES (?, ?, ?, ?)',
      run.key,
      e.seq,
      e.from_step,
      e.checkpoint,
    );
    run.resumes.push({ seq: e.seq, fromStep: e.from_step });
    this.countGroups();
    this.removal.after(run.key, e.from_step, e.seq);
  }

  private metrics(run: RunRows, e: EventOf<'metrics'>): void {
    const time = milliseconds(e.time);
    this.step(run, e.step, e.seq);
    for (const [name, value] of Object.entries(e.values))
      this.run(
        `INSERT INTO metrics (metric, step, seq, time, value) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
         SET seq = excluded.seq, time = excluded.time, value = excluded.value WHERE excluded.seq > seq`,
        this.metricId(run, name),
        e.step,
        e.seq,
        time,
        storable(value),
      );
  }

  private metricId(run: RunRows, name: string): number {
    let id = run.metrics.get(name);
    if (id === undefined) {
      this.run('INSERT OR IGNORE INTO metric_names (run, name) VALUES (?, ?)', run.key, name);
      id = (this.statements.of<Bound[]>('SELECT id FROM metric_names WHERE run = ? AND name = ?').get(run.key, name) as { id: number }).id;
      run.metrics.set(name, id);
    }
    return id;
  }

  private step(run: RunRows, step: number, seq: number): void {
    this.run(
      'INSERT INTO steps (run, step, seq) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq',
      run.key,
      step,
      seq,
    );
  }

  private group(run: RunRows, e: EventOf<'group'>): void {
    this.step(run, e.step, e.seq);
    const facts = groupFacts(e);
    const row: Bound[] = [
      run.key,
      e.step,
      e.group,
      e.seq,
      facts.size,
      facts.correct,
      facts.rewardMean,
      facts.rewardStd,
      Number(facts.zeroStd),
      Buffer.from(facts.advantages.buffer),
      facts.lengthMean,
      facts.failures.errors,
      facts.failures['tool-failures'],
      facts.failures.truncated,
      facts.failures['wrong-paid'],
      facts.klMean,
      e.question_id,
      e.question,
      jsonOrNull(e.question_turns),
      e.gold,
      jsonOrNull(e.info),
      facts.signal.advantages,
      Object.keys(facts.signal.terms).length === 0 ? null : JSON.stringify(facts.signal.terms),
    ];
    const insert = this.statements.of<Bound[]>(insertGroup);
    let inserted = insert.run(...row, null);
    if (inserted.changes === 0) {
      const other = this.statements
        .of<Bound[]>('SELECT id, seq, retold FROM groups WHERE run = ? AND step = ? AND grp = ?')
        .get(run.key, e.step, e.group) as { id: number; seq: number; retold: number | null };
      if (other.seq > e.seq) {
        this.run('UPDATE groups SET retold = max(?, coalesce(retold, 0)) WHERE id = ?', e.seq, other.id);
        return;
      }
      this.countGroups();
      this.removal.ofGroup(other.id);
      inserted = insert.run(...row, other.seq);
    }
    const id = Number(inserted.lastInsertRowid);
    this.uncounted = { first: this.uncounted?.first ?? id, last: id };
    this.solutions(id, e);
  }

  private solutions(group: number, e: EventOf<'group'>): void {
    const insert = this.statements.of<Bound[]>(
      `INSERT INTO solutions (id, reward, advantage, correct, answer, verdict, finish, tokens, kl, rewards,
         tool_failures, parent_solution, parent_offset, policy_version, error, seconds)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const first = group * maxGroupSize;
    for (const [i, s] of e.solutions.entries())
      insert.run(
        first + i,
        storable(s.reward),
        storable(s.advantage),
        s.correct === null ? null : Number(s.correct),
        s.grade?.answer ?? null,
        s.grade?.verdict ?? null,
        s.finish,
        s.tokens,
        storable(s.kl),
        JSON.stringify(s.rewards),
        toolFailures(s),
        s.parent?.solution ?? null,
        s.parent?.offset ?? null,
        s.policy_version ?? null,
        s.error ?? null,
        s.seconds ?? null,
      );
    for (const { first: id, block } of bodyBlocks(first, e.solutions))
      this.run('INSERT INTO solution_bodies (first, block) VALUES (?, ?)', id, block);
  }

  /** Where it stands, and its largest KL, by which it is found: its arrays are read from there when somebody looks at them. */
  private trace(run: RunRows, e: EventOf<'trace'>, { file, offset, bytes }: ReadEvent): void {
    this.run(insertTrace, run.key, e.step, e.group, e.solution, e.seq, basename(file), offset, bytes, storable(largestKl(e)));
  }

  private span(run: RunRows, e: EventOf<'span'>): void {
    this.run(
      'INSERT OR IGNORE INTO spans (run, step, seq, name, lane, start, "end") VALUES (?, ?, ?, ?, ?, ?, ?)',
      run.key,
      e.step,
      e.seq,
      e.name,
      e.lane,
      milliseconds(e.start),
      milliseconds(e.end),
    );
  }

  private telemetry(run: RunRows, e: EventOf<'telemetry'>): void {
    this.run(
      'INSERT OR IGNORE INTO telemetry (run, seq, time, device, "values") VALUES (?, ?, ?, ?, ?)',
      run.key,
      e.seq,
      milliseconds(e.time),
      e.device,
      JSON.stringify(e.values),
    );
  }

  private benchmark(run: RunRows, e: EventOf<'benchmark'>): void {
    this.run(
      `INSERT INTO benchmarks (run, suite, mode, step, seq, value, n, checker, low, high, samples, shots, temperature)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET seq = excluded.seq, value = excluded.value, n = excluded.n, checker = excluded.checker, low = excluded.low, high = excluded.high,
         samples = excluded.samples, shots = excluded.shots, temperature = excluded.temperature
       WHERE excluded.seq > seq`,
      run.key,
      e.suite,
      e.mode,
      e.step,
      e.seq,
      storable(e.value),
      e.n,
      e.checker ?? null,
      storable(e.low ?? null),
      storable(e.high ?? null),
      e.samples ?? null,
      e.shots ?? null,
      e.temperature ?? null,
    );
  }

  private checkpoint(run: RunRows, e: EventOf<'checkpoint'>): void {
    this.run(
      `INSERT INTO checkpoints (run, step, seq, time, path, bytes, removed) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
       SET seq = excluded.seq, time = excluded.time, path = excluded.path, bytes = excluded.bytes, removed = excluded.removed
       WHERE excluded.seq > seq`,
      run.key,
      e.step,
      e.seq,
      e.time,
      e.path,
      e.bytes,
      Number(e.removed ?? false),
    );
  }

  private run(sql: string, ...values: Bound[]): void {
    this.statements.of<Bound[]>(sql).run(...values);
  }
}

const jsonOrNull = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value));

/** A row is superseded when a resume with a higher number went back to before its step. */
const isSuperseded = (run: RunRows, step: number, seq: number): boolean => run.resumes.some((r) => r.seq > seq && r.fromStep < step);
