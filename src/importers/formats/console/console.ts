/**
 * What a trainer printed to its terminal, kept in a file: curves of TRL (and any trainer on transformers) and of verl.
 * Sources: transformers 5, `ProgressCallback` and `PrinterCallback`; verl/utils/logger/aggregate_logger.py, `LocalLogger`.
 */
import { basename } from 'node:path';
import { LineTail } from '../../files/lineTail.js';
import { firstBytesSync, lastBytesSync } from '../../files/peek.js';
import { tornNote } from '../../files/tornLines.js';
import { transformersName } from '../../foreignMetrics.js';
import {
  takeBack,
  type ForeignRun,
  type ImportItem,
  type Importer,
  type ImportNote,
  type ImportSession,
  type Source,
  type SourceFile,
} from '../../importer.js';
import { fileRuns } from '../../severalRuns.js';
import { SinkMetrics } from '../../sinks/sinkMetrics.js';
import { beginsEntry, isWholeLine, partsOfLine, type Bar, type Entry } from './logLine.js';
import { StepCount } from './stepCount.js';

/** Files that people send a terminal's output to. */
const logName = /(?:^|\/)(?:[^/.]+|[^/]+\.(?:log|txt|out|err|stdout|stderr))$/i;
/** Files that are looked into, and how far: a log may begin, or end, with much that is no metric. */
const looked = 30;
const headBytes = 256 * 1024;
const tailBytes = 64 * 1024;

const onlyLast = 'Only the one that was written to last is read.';

export const consoleLog: Importer = {
  id: 'console',
  title: 'Console log of TRL, transformers or verl (curves)',
  besideOthers: true,
  several: {
    runs: ({ listed }) => Promise.resolve(fileRuns(logsIn(listed))),
    together: () => onlyLast,
    passedOver({ listed }) {
      const n = mayBeLogs(listed).length;
      const message = `Of ${n} files that may be console logs the first ${looked} by name were looked into. Import another one by its own path.`;
      return Promise.resolve(n > looked ? message : null);
    },
  },

  async detect(source) {
    const logs = logsIn(await source.list());
    const entry = logs.length > 0 ? entryIn(logs[0]) : null;
    if (!entry) return null;
    const trainer = entry.trainer === 'verl' ? 'verl' : 'TRL, or another trainer on transformers,';
    return { confidence: 0.8, why: `${logs[0].name}, a console log with metrics as ${trainer} prints them` };
  },

  open: (source) => new ConsoleSession(source),
};

const mayBeLogs = (files: readonly SourceFile[]): SourceFile[] => files.filter(({ name, bytes }) => bytes > 0 && logName.test(name));

const logsIn = (files: readonly SourceFile[]): SourceFile[] =>
  mayBeLogs(files)
    .slice(0, looked)
    .filter((file) => entryIn(file) !== null);

/** An entry near the beginning or the end of a file; null for one that seems to have none. */
function entryIn(file: SourceFile): Entry | null {
  const ends = [firstBytesSync(file.path, headBytes), ...(file.bytes > headBytes ? [lastBytesSync(file, tailBytes)] : [])];
  for (const bytes of ends)
    for (const line of bytes.toString('utf8').split('\n'))
      if (line.length < headBytes) for (const part of partsOfLine(line)) if (part.kind === 'entry') return part;
  return null;
}

class ConsoleSession implements ImportSession {
  private log: { file: SourceFile; tail: LineTail } | null = null;
  private steps = new StepCount();
  private metrics = new Map<Entry['trainer'], SinkMetrics>();
  /** An entry has begun behind the last newline. */
  private begun = false;
  private restarts = { count: 0, step: 0 };

  constructor(private readonly source: Source) {}

  describe(): Promise<ForeignRun> {
    const name = basename(this.source.root).replace(/\.[A-Za-z0-9]{1,8}$/, '');
    return Promise.resolve({ name, method: null, totalSteps: this.steps.total, seed: null, config: {}, versions: {} });
  }

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = await this.source.list();
    const file = this.log
      ? files.find(({ name }) => name === this.log!.file.name)
      : logsIn(files)
          .sort((a, b) => a.modified - b.modified)
          .at(-1);
    if (!file) return;
    this.log = { file, tail: this.log?.tail ?? this.tailOf(file) };
    const { tail } = this.log;
    let lines = 0;
    for await (const block of tail.blocks(signal)) {
      for (const { text } of block) {
        if (lines++ === 0 && tail.rewritten) yield* this.beginAnew();
        for (const part of partsOfLine(text)) {
          const items: ImportItem[] = [];
          const stride = this.take(part, items);
          for (const item of items) yield item;
          if (stride === null) continue;
          // Only now is it known how many steps lie between two entries: those before were counted wrong.
          yield* this.beginAnew(stride);
          this.log.tail = this.tailOf(file);
          yield* this.read(signal);
          return;
        }
      }
      // Not `yield*`, which waits for each of so many.
      for (const item of this.takeMetrics()) yield item;
      yield { kind: 'progress', bytes: tail.bytesRead, of: file.bytes };
    }
    if (lines === 0 && tail.rewritten) yield* this.beginAnew();
    for (const note of this.notes()) yield { kind: 'note', note };
    yield* tornNote([{ file, line: this.begun ? tail.torn?.line : null }]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private tailOf(file: SourceFile): LineTail {
    return new LineTail(file, {
      isWhole: (text) => {
        this.begun = beginsEntry(text);
        return isWholeLine(text);
      },
    });
  }

  private *beginAnew(stride?: number): Generator<ImportItem> {
    this.steps = new StepCount(stride);
    this.metrics = new Map();
    this.restarts = { count: 0, step: 0 };
    yield takeBack(0);
  }

  /**
   * @param items gets what is to be told before
   * @returns the stride that all entries up to this one must have had, when it is another one than was taken
   */
  private take(part: Bar | Entry, items: ImportItem[]): number | null {
    if (part.kind === 'bar') {
      this.steps.drawn(part.at, part.of);
      return null;
    }
    const { last } = this.steps;
    const isStep = part.of === 'step';
    const { step, stride } = isStep ? this.steps.next(part.step) : { step: part.step ?? this.steps.before, stride: null };
    if (stride !== null) return stride;
    if (part.last) this.steps.end();
    if (isStep && step < last) {
      for (const item of this.takeMetrics()) items.push(item);
      this.restarts = { count: this.restarts.count + 1, step };
      items.push(takeBack(step));
    }
    const sink = this.metrics.get(part.trainer) ?? new SinkMetrics(part.trainer);
    this.metrics.set(part.trainer, sink);
    for (const [name, value] of part.values) sink.add(step, part.trainer === 'trl' ? transformersName(name) : name, value);
    return null;
  }

  private *takeMetrics(): Generator<ImportItem> {
    for (const sink of this.metrics.values()) yield* sink.take();
  }

  private *notes(): Generator<ImportNote> {
    const { entries, counted, stride, total } = this.steps;
    if (counted > 0) {
      const how = total === null ? 'there is no progress bar either' : 'no progress bar was drawn before them';
      const message = `${counted} of ${entries} entries of the log do not say their step, and ${how}: each counts ${stride === 1 ? 'as one step' : `as ${stride} steps`}${total === null ? ' (with logging_steps above 1 it was more)' : ''}.`;
      yield { id: 'console:steps', level: total === null ? 'warning' : 'info', message };
    }
    const { count, step } = this.restarts;
    if (count > 0) {
      const message = `The training begins again ${count === 1 ? 'once' : `${count} times`} in this log, ${count === 1 ? '' : 'the last time '}at step ${step}: what had been logged of that step and later ones is left out.`;
      yield { id: 'console:restarts', level: 'warning', message };
    }
  }
}
