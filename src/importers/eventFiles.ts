/** A run out of TensorBoard event files alone. */
import { basename, dirname } from 'node:path';
import { asRecord, integer, parseJson } from './files/json.js';
import { isTfEventsName, TfEventsTail, type TfEvent } from './files/tfevents.js';
import { takeBack, type ForeignRun, type Imported, type ImportNote, type ImportSession, type Source, type SourceFile } from './importer.js';
import type { Trainer } from './metrics.js';
import { SinkMetrics } from './sinkMetrics.js';

export interface EventFilesOptions {
  /** Left out: found out from the names. */
  trainer?: Trainer;
  method?: string;
  /** What else the texts of a run tell. */
  onText?: (event: Extract<TfEvent, { text: string }>) => Iterable<Imported>;
}

/** Folders that TensorFlow's writers set apart for the same tags. */
const splits = new Set(['train', 'eval', 'validation', 'val', 'test']);
/** Steps per tag that are remembered to notice a restart. */
const maxTags = 20_000;
/** Steps beyond this are no steps (some write milliseconds). */
const maxStep = Number.MAX_SAFE_INTEGER;

interface Open {
  file: SourceFile;
  tail: TfEventsTail;
  folder: string;
}

export class EventFilesSession implements ImportSession {
  private readonly open = new Map<string, Open>();
  private metrics: SinkMetrics;
  /** Last step of each tag, and the file that told it. */
  private last = new Map<string, { step: number; file: string }>();
  private config: Record<string, unknown> = {};
  private noted = false;

  constructor(
    private readonly source: Source,
    private readonly options: EventFilesOptions = {},
  ) {
    this.metrics = this.fresh();
  }

  describe(): Promise<ForeignRun> {
    const { max_steps: maxSteps, seed } = this.config;
    const steps = integer(maxSteps);
    const root = this.source.root;
    return Promise.resolve({
      name: basename(isTfEventsName(root) ? dirname(root) : root),
      method: this.options.method ?? null,
      totalSteps: steps !== null && steps > 0 ? steps : null,
      seed: integer(seed),
      config: this.config,
      versions: {},
    });
  }

  async *read(signal: AbortSignal): AsyncGenerator<Imported> {
    const files = (await this.source.list()).filter((file) => isTfEventsName(file.name));
    if (await this.anyRewritten(files)) {
      this.open.clear();
      this.last.clear();
      this.metrics = this.fresh();
      yield takeBack(0);
    }
    const folders = new Set(files.map((file) => dirname(file.name)));
    const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let before = 0;
    for (const file of files) {
      const open = this.open.get(file.path) ?? { file, tail: new TfEventsTail(file), folder: dirname(file.name) };
      this.open.set(file.path, open);
      for await (const event of open.tail.read(signal)) {
        // Not `yield*`, which waits for each of so many.
        for (const said of 'text' in event ? this.text(event) : this.scalar(event, open, folders.size === 1)) yield said;
        if (!this.metrics.full) continue;
        yield* this.metrics.take();
        yield { kind: 'progress', bytes: before + open.tail.bytesRead, of };
      }
      yield* this.metrics.take();
      before += file.bytes;
      yield { kind: 'progress', bytes: before, of };
    }
    if (folders.size > 1 && !this.noted) {
      this.noted = true;
      yield { kind: 'note', note: several(folders.size) };
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private fresh(): SinkMetrics {
    return new SinkMetrics(this.options.trainer ?? null, this.options.onText === undefined);
  }

  /** A file that became shorter; the same length and other content shows when it is read next, by its check sums or its tail. */
  private async anyRewritten(files: readonly SourceFile[]): Promise<boolean> {
    for (const file of files) if (await this.open.get(file.path)?.tail.isOther()) return true;
    return false;
  }

  private *scalar(event: Extract<TfEvent, { value: number }>, { file, folder }: Open, oneFolder: boolean): Generator<Imported> {
    if (event.step < 0 || event.step > maxStep) return;
    const split = basename(folder);
    const tag = !oneFolder && splits.has(split) && !event.tag.startsWith(`${split}/`) ? `${split}/${event.tag}` : event.tag;
    // A later file that begins again below what an earlier one told: the trainer went on from a checkpoint.
    const before = this.last.get(tag);
    if (oneFolder && before && before.file !== file.path && before.step >= event.step) {
      yield* this.metrics.take();
      yield takeBack(event.step);
      this.last.clear();
    }
    if (before || this.last.size < maxTags) this.last.set(tag, { step: event.step, file: file.path });
    this.metrics.add(event.step, tag, event.value);
  }

  private *text(event: Extract<TfEvent, { text: string }>): Generator<Imported> {
    if (event.tag === 'args/text_summary' && Object.keys(this.config).length === 0) this.config = configOf(event.text);
    if (this.options.onText) yield* this.options.onText(event);
  }
}

/** transformers writes its arguments as JSON; any other text says nothing of them. */
function configOf(text: string): Record<string, unknown> {
  try {
    return asRecord(parseJson(text)) ?? {};
  } catch {
    return {};
  }
}

const several = (folders: number): ImportNote => ({
  id: 'tensorboard:folders',
  level: 'warning',
  message: `${folders} folders with event files are read as one run: where they tell the same metric, the last one stands. Import the folder of one run if they are several.`,
});
