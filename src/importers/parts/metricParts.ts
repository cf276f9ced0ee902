/** Files that hold metrics of steps: JSONL that grows, and TensorBoard's event files. */
import { asRecord, parseJsonLine } from '../files/json.js';
import { LineTail } from '../files/lineTail.js';
import { TfEventsTail } from '../files/tfevents.js';
import { ImportError, takeBack, type ImportItem, type SourceFile } from '../importer.js';
import type { MetricMerger } from '../foreignMetrics.js';
import type { Part, PartEvent } from './part.js';

/** Steps that wait to be told together. */
const maxWaitingSteps = 256;

function* mergedItems(merger: MetricMerger): Generator<ImportItem> {
  for (const event of merger.take()) yield { kind: 'event', event };
  for (const note of merger.takeNotes()) yield { kind: 'note', note };
}

export interface MetricRow {
  step: number;
  values: Record<string, unknown>;
}

/**
 * What a trainer does with its log when it goes on from a checkpoint: it begins a new one, which says nothing of earlier steps, or
 * it cuts off what it had written of later ones.
 */
type OnResume = 'begins anew' | 'cuts';

/** JSONL with the metrics of a step in each line, several lines a step allowed. */
export class MetricLines implements Part {
  private tail: LineTail;
  /** Steps that stand: the first and the last. */
  private first = Infinity;
  private last = -1;
  /** The next `read` is of the whole file, though it may be the same. */
  private again = false;

  /** @param rowOf null for a line that is none */
  constructor(
    readonly file: SourceFile,
    private readonly merger: MetricMerger,
    private readonly rowOf: (value: Record<string, unknown>) => MetricRow | null,
    private readonly onResume: OnResume = 'begins anew',
  ) {
    this.tail = new LineTail(file);
  }

  torn(): number | null {
    return this.tail.torn?.line ?? null;
  }

  reset(takenBack: boolean): void {
    this.tail = new LineTail(this.file);
    this.again = !takenBack;
    if (takenBack) this.last = -1;
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    const pending = new Set<number>();
    let lines = 0;
    let last = -1;
    for await (const line of this.tail.read(signal)) {
      const value = asRecord(parseJsonLine(this.file.name, line.line, line.text));
      const row = value && this.rowOf(value);
      if (!row) throw new ImportError(this.file.name, `line ${line.line}`, 'no metrics: a step and its numbers are expected.');
      // One that begins where it began is the same log, read again.
      const isOther = this.tail.rewritten || (this.again && row.step > this.first);
      // What it had told of this step and later ones holds no longer.
      if (lines++ === 0 && isOther && this.onResume === 'begins anew' && row.step <= this.last) yield takeBack(row.step);
      // Of two values of one name the later one holds.
      if (pending.has(row.step) || pending.size >= maxWaitingSteps) {
        yield* mergedItems(this.merger);
        pending.clear();
      }
      pending.add(row.step);
      this.first = Math.min(this.first, row.step);
      last = Math.max(last, row.step);
      this.last = Math.max(this.last, last);
      this.merger.add(row.step, row.values);
    }
    yield* mergedItems(this.merger);
    const gone = this.onResume === 'cuts' && (this.tail.rewritten || this.again) && last < this.last;
    if (gone) this.last = last;
    this.again = false;
    if (gone) yield { kind: 'superseded', from: Math.max(last + 1, this.first) };
  }
}

/** Scalars of a TensorBoard file; its texts go to `onText`. */
export class TfMetrics implements Part {
  private tail: TfEventsTail;

  /** @param nameOf the metric's name; null leaves it out */
  constructor(
    readonly file: SourceFile,
    private readonly merger: MetricMerger,
    private readonly nameOf: (tag: string, step: number) => string | null = (tag) => tag,
    private readonly onText: (tag: string, text: string) => void = () => undefined,
    private readonly onStep: (tag: string, step: number) => void = () => undefined,
  ) {
    this.tail = new TfEventsTail(file);
  }

  reset(): void {
    this.tail = new TfEventsTail(this.file); // files of one name only grow: what was told of them stands
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    const pending = new Map<number, Set<string>>();
    for await (const event of this.tail.read(signal)) {
      if ('text' in event) {
        this.onText(event.tag, event.text);
        continue;
      }
      this.onStep(event.tag, event.step);
      const name = this.nameOf(event.tag, event.step);
      if (name === null || event.step < 0) continue;
      const names = pending.get(event.step) ?? new Set();
      if (names.has(name) || pending.size >= maxWaitingSteps) {
        yield* mergedItems(this.merger);
        pending.clear();
      }
      pending.set(event.step, names.add(name));
      this.merger.add(event.step, { [name]: event.value });
    }
    yield* mergedItems(this.merger);
  }
}
