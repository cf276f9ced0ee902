import { join } from 'node:path';
import { EventEmitter, workspace, type Event } from 'vscode';
import { isEvaluation } from '../../core/methods.js';
import type { Examined } from '../../doctor/examined.js';
import { examineApart, type Waiting } from '../../examination/examineApart.js';
import type { LastExamination } from '../../examination/lastExamination.js';
import { isLive, type RunSummary } from '../../store/views.js';
import { Disposable } from '../disposable.js';
import type { Labs } from '../labs.js';
import type { Runs, RunUpdate } from '../runs.js';
import { settings } from '../settings.js';

/** Loaded with the first run that is looked at, with its schema. */
const sidecar = () => import('../../examination/lastExamination.js');

/** What was found, and how long it took to find. */
export interface Examination {
  examined: Examined;
  seconds: number;
}

/** A run was examined again. `before` is what was known until then; undefined: nothing. */
export interface Diagnosed {
  run: string;
  examined: Examined;
  before: LastExamination | undefined;
}

/** An examination that goes on, and who waits for it. */
interface Going {
  revision: number;
  result: Promise<Examination | null>;
  stop: AbortController;
  listeners: Set<NonNullable<Waiting['progress']>>;
  waiting: number;
}

/** A live run is examined again after so long at least, and never more than a twentieth of the time. */
const leastGapMs = 10_000;
const gapOfDuration = 20;
/** What has stalled changes nothing any more: it is looked at all the same. */
const idleGapMs = 10 * 60_000;
/** Of runs that ended while nobody watched so many are examined in one window; the others when they are opened. */
const mostUnasked = 20;
/** Whole examinations that are kept. */
const mostKept = 8;

/** Examines runs in threads, keeps what was found, and looks again at those that go on. */
export class Diagnoses extends Disposable {
  private readonly found = this.register(new EventEmitter<Diagnosed>());
  readonly onDidExamine: Event<Diagnosed> = this.found.event;
  private readonly learnt = this.register(new EventEmitter<string>());
  /** What is known of a run in short has changed. */
  readonly onDidLearn: Event<string> = this.learnt.event;

  private readonly summaries = new Map<string, LastExamination | null>();
  private readonly kept = new Map<string, Examination & { revision: number }>();
  private readonly revisions = new Map<string, number>();
  private readonly going = new Map<string, Going>();
  /** When runs are looked at next. */
  private readonly timers = new Map<string, { timer: NodeJS.Timeout; at: number }>();
  private queue: Promise<unknown> = Promise.resolve();
  private reading: Promise<unknown> = Promise.resolve();
  private unasked = 0;

  constructor(
    private readonly bundle: string,
    private readonly labs: Labs,
    private readonly runs: Runs,
    private readonly report: (error: unknown) => void,
  ) {
    super();
    this.register(labs.onDidChange(({ run }) => this.revisions.set(run, this.revisionOf(run) + 1)));
    this.register(runs.onDidUpdate((updates) => updates.forEach((u) => this.follow(u))));
    this.register({
      dispose: () => {
        for (const { timer } of this.timers.values()) clearTimeout(timer);
        for (const { stop } of this.going.values()) stop.abort(new Error('The window is closed.'));
      },
    });
  }

  /** What was found last, so far as it is known; where it is not, it is read, and `onDidLearn` tells. */
  summary(run: RunSummary): LastExamination | undefined {
    const known = this.summaries.get(run.id);
    if (known === undefined) {
      this.summaries.set(run.id, null);
      // One after the other: a folder of a thousand runs holds nobody up.
      this.reading = this.reading.then(() => this.learn(run)).catch(this.report);
    }
    return known ?? undefined;
  }

  /** The same, for whoever waits: a run of which nothing is known is examined. */
  async known(run: string, waiting: Waiting = {}): Promise<LastExamination | null> {
    const known = this.summaries.get(run) ?? (await this.read(run));
    if (known) return known;
    const examination = await this.of(run, waiting);
    return examination && (await sidecar()).summaryOf(examination.examined);
  }

  /** What is found in the run as it is now; null when there is no such run. */
  async of(run: string, { signal, progress }: Waiting = {}): Promise<Examination | null> {
    const revision = this.revisionOf(run);
    const kept = this.kept.get(run);
    if (kept?.revision === revision) return kept;
    const going = this.going.get(run);
    const mine = going?.revision === revision ? going : this.begin(run, revision);
    return waitFor(mine, signal, progress);
  }

  private revisionOf(run: string): number {
    return this.revisions.get(run) ?? 0;
  }

  private begin(run: string, revision: number): Going {
    const stop = new AbortController();
    const listeners: Going['listeners'] = new Set();
    const progress = (done: number, total: number): void => listeners.forEach((listener) => listener(done, total));
    const result = this.examine(run, revision, { signal: stop.signal, progress });
    const going: Going = { revision, result, stop, listeners, waiting: 0 };
    this.going.set(run, going);
    const forget = (): void => {
      if (this.going.get(run) === going) this.going.delete(run);
    };
    result.then(forget, forget);
    return going;
  }

  private async examine(run: string, revision: number, waiting: Waiting): Promise<Examination | null> {
    // The store has opened its index when it has answered.
    const [detail, root] = [await this.labs.ask.run(run), await this.labs.directoryOf(run)];
    if (!detail || root === undefined) return null;
    const now = Date.now();
    const examined = await examineApart(this.bundle, { root, run, now }, waiting);
    if (examined === null) return null;
    const examination = { examined, seconds: (Date.now() - now) / 1000 };
    this.kept.delete(run);
    this.kept.set(run, { ...examination, revision });
    for (const old of [...this.kept.keys()].slice(0, -mostKept)) this.kept.delete(old);
    await this.take(run, detail.directory, examined);
    return examination;
  }

  private async take(run: string, directory: string, examined: Examined): Promise<void> {
    const { readLastExamination, summaryOf, writeLastExamination } = await sidecar();
    if (this.disposed) return;
    const before = this.summaries.get(run) ?? readLastExamination(directory) ?? undefined;
    const summary = summaryOf(examined);
    this.summaries.set(run, summary);
    const isNew = JSON.stringify(before) !== JSON.stringify(summary);
    if (isNew && workspace.isTrusted) writeLastExamination(directory, examined);
    this.found.fire({ run, examined, before });
    if (isNew) this.learnt.fire(run);
  }

  private async learn(run: RunSummary): Promise<void> {
    const last = await this.read(run.id);
    await new Promise((later) => setImmediate(later));
    if (last) this.learnt.fire(run.id);
    const isCurrent = last?.upTo === run.step || isLive(run.state) || isEvaluation(run.method);
    if (isCurrent || !workspace.isTrusted || ++this.unasked > mostUnasked) return;
    this.lookAgain(run.id, leastGapMs);
  }

  private async read(run: string): Promise<LastExamination | null> {
    const root = await this.labs.directoryOf(run);
    const last = root === undefined ? null : (await sidecar()).readLastExamination(join(root, 'runs', run));
    if (last && !this.summaries.get(run)) this.summaries.set(run, last);
    return last;
  }

  private follow({ id, before, after }: RunUpdate): void {
    if (!after) {
      for (const known of [this.summaries, this.kept, this.revisions]) known.delete(id);
      this.going.get(id)?.stop.abort(new Error('The run was deleted.'));
      clearTimeout(this.timers.get(id)?.timer);
      this.timers.delete(id);
      return;
    }
    if (isEvaluation(after.method) || after.step === 0) return;
    const live = isLive(after.state);
    const ended = before !== undefined && isLive(before.state) && !live;
    if (live || ended || before === undefined) this.lookAgain(id, Math.max(leastGapMs, this.gapOf(id)), live ? idleGapMs : undefined);
  }

  private gapOf(run: string): number {
    return 1000 * gapOfDuration * (this.kept.get(run)?.seconds ?? 0);
  }

  /** @param again a live run is looked at after so long even where nothing was heard of it */
  private lookAgain(run: string, after: number, again?: number): void {
    const at = Date.now() + after;
    const due = this.timers.get(run);
    if ((due && due.at <= at) || this.disposed || !settings.doctorWatches()) return;
    clearTimeout(due?.timer);
    const timer = setTimeout(() => {
      this.timers.delete(run);
      // One at a time: it is nobody's request.
      this.queue = this.queue.then(() => this.lookNow(run, again)).catch(this.report);
    }, after);
    timer.unref();
    this.timers.set(run, { timer, at });
  }

  private async lookNow(id: string, again: number | undefined): Promise<void> {
    const run = this.disposed ? undefined : await this.runs.get(id);
    if (!run) return;
    const goesOn = again !== undefined && isLive(run.state);
    // Where nothing was heard of it, time has gone on.
    if (goesOn && this.kept.get(id)?.revision === this.revisionOf(id)) this.kept.delete(id);
    await this.of(id);
    if (goesOn) this.lookAgain(id, Math.max(again, this.gapOf(id)), again);
  }
}

/** An examination ends when nobody waits for it any more. */
async function waitFor(going: Going, signal: AbortSignal | undefined, progress: Waiting['progress']): Promise<Examination | null> {
  signal?.throwIfAborted();
  going.waiting++;
  if (progress) going.listeners.add(progress);
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(signal!.reason as Error);
  signal?.addEventListener('abort', leave);
  try {
    return await Promise.race([going.result, left.promise]);
  } finally {
    signal?.removeEventListener('abort', leave);
    if (progress) going.listeners.delete(progress);
    if (--going.waiting === 0) going.stop.abort(new Error('Nobody waits for the examination any more.'));
  }
}
