/** A run out of TensorBoard event files alone. */
import { basename, dirname } from 'node:path';
import { asRecord, integer, parseJson } from '../files/json.js';
import { isTfEventsName, TfEventsTail, type TfEvent } from '../files/tfevents.js';
import {
  takeBack,
  type ForeignRun,
  type ImportItem,
  type ImportNote,
  type ImportSession,
  type RunInSource,
  type SeveralRuns,
  type Source,
  type SourceFile,
} from '../importer.js';
import type { Trainer } from '../foreignMetrics.js';
import { folderOf, runsAt } from '../severalRuns.js';
import { joinRestarts } from './restarts.js';
import { SinkMetrics } from './sinkMetrics.js';

export interface EventFilesOptions {
  /** Left out: found out from the names. */
  trainer?: Trainer;
  method?: string;
  /** What else the texts of a run tell. */
  onText?: (event: Extract<TfEvent, { text: string }>) => Iterable<ImportItem>;
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
  /** Steps that it has told and that stand. */
  steps: Steps | null;
}

interface Steps {
  first: number;
  last: number;
}

export class EventFilesSession implements ImportSession {
  private readonly open = new Map<string, Open>();
  private metrics: SinkMetrics;
  /** Last step of each tag, and the file that told it. */
  private last = new Map<string, { step: number; file: string }>();
  private config: Record<string, unknown> = {};
  /** Files of which nothing stands, with the steps they told: a later one began again at their first or before it. */
  private readonly gone = new Map<string, Steps>();
  /** Files of which later steps do not stand, and which. */
  private readonly cut = new Map<string, Steps>();

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

  async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = (await this.source.list()).filter((file) => isTfEventsName(file.name));
    if (await this.anyRewritten(files)) {
      this.open.clear();
      this.last.clear();
      this.gone.clear();
      this.cut.clear();
      this.metrics = this.fresh();
      yield takeBack(0);
    }
    const folders = new Set(files.map((file) => dirname(file.name)));
    const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let before = 0;
    for (const file of files) {
      const open = this.open.get(file.path) ?? { file, tail: new TfEventsTail(file), folder: dirname(file.name), steps: null };
      this.open.set(file.path, open);
      for await (const event of open.tail.read(signal)) {
        // Not `yield*`, which waits for each of so many.
        for (const item of 'text' in event ? this.text(event) : this.scalar(event, open, folders.size === 1)) yield item;
        if (!this.metrics.full) continue;
        yield* this.metrics.take();
        yield { kind: 'progress', bytes: before + open.tail.bytesRead, of };
      }
      yield* this.metrics.take();
      before += file.bytes;
      yield { kind: 'progress', bytes: before, of };
    }
    if (this.gone.size + this.cut.size > 0) yield { kind: 'note', note: restarted(files.length, this.gone, this.cut) };
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

  private *scalar(event: Extract<TfEvent, { value: number }>, open: Open, oneFolder: boolean): Generator<ImportItem> {
    const { file, folder } = open;
    if (event.step < 0 || event.step > maxStep) return;
    const split = basename(folder);
    const tag = !oneFolder && splits.has(split) && !event.tag.startsWith(`${split}/`) ? `${split}/${event.tag}` : event.tag;
    // A later file that begins again below what an earlier one told: the trainer went on from a checkpoint.
    const before = this.last.get(tag);
    if (oneFolder && before && before.file !== file.path && before.step >= event.step) {
      yield* this.metrics.take();
      yield takeBack(event.step);
      this.last.clear();
      this.cutAt(event.step, open);
    }
    open.steps = { first: Math.min(open.steps?.first ?? event.step, event.step), last: Math.max(open.steps?.last ?? 0, event.step) };
    if (before || this.last.size < maxTags) this.last.set(tag, { step: event.step, file: file.path });
    this.metrics.add(event.step, tag, event.value);
  }

  /** A file has begun again at a step: of the others only earlier steps stand. */
  private cutAt(step: number, by: Open): void {
    for (const open of this.open.values()) {
      if (open === by || !open.steps || open.steps.last < step) continue;
      if (open.steps.first >= step) {
        this.gone.set(open.file.name, open.steps);
        this.cut.delete(open.file.name);
        open.steps = null;
      } else {
        this.cut.set(open.file.name, { first: step, last: open.steps.last });
        open.steps = { ...open.steps, last: step - 1 };
      }
    }
  }

  private *text(event: Extract<TfEvent, { text: string }>): Generator<ImportItem> {
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

/** Folders of one run each; in a folder the restarts that go on are one run, and those that begin anew are told apart. */
export const eventFileRuns: SeveralRuns = {
  async runs({ listed }) {
    const folders = runsAt(listed, ({ name }) => (isTfEventsName(name) ? runFolder(name) : null));
    return (await Promise.all(folders.map(startsIn))).flat();
  },
  together: (runs) =>
    new Set(runs.flatMap(({ files }) => files.map(({ name }) => folderOf(name)))).size === 1
      ? null
      : 'They are read as one: where two tell the same metric of a step, the last one stands.',
};

async function startsIn(folder: RunInSource): Promise<RunInSource[]> {
  const events = folder.files.filter(({ name }) => isTfEventsName(name));
  // Splits of one run lie in folders of their own.
  if (new Set(events.map(({ name }) => folderOf(name))).size > 1) return [folder];
  const starts = await joinRestarts(events);
  if (starts.length < 2) return [folder];
  return starts.map((files) => {
    const { name } = files[0];
    return { id: name, name, path: files.length === 1 ? name : folder.path, files };
  });
}

/** Without the folder that TensorFlow's writers set apart for the same tags. */
function runFolder(name: string): string {
  const folder = folderOf(name);
  return splits.has(basename(folder)) ? folderOf(folder) : folder;
}

const shown = 8;

function restarted(files: number, gone: ReadonlyMap<string, Steps>, cut: ReadonlyMap<string, Steps>): ImportNote {
  const list = (names: string[]): string =>
    `${names.slice(0, shown).join(', ')}${names.length > shown ? ` and ${names.length - shown} more` : ''}`;
  const sentences = [`${files} event files are here, and where one begins again at a step that is known, what it tells stands.`];
  if (gone.size > 0)
    sentences.push(
      `Of ${gone.size} nothing is shown: ${list([...gone].map(([name, { first, last }]) => `${basename(name)} (steps ${first} to ${last})`))}. Import one of these files alone to see it.`,
    );
  if (cut.size > 0)
    sentences.push(
      `Of ${cut.size} later steps were told again, by a restart that went on from before: ${list([...cut].map(([name, { first, last }]) => `${basename(name)} (steps ${first} to ${last})`))}.`,
    );
  return { id: 'several-runs', level: gone.size > 0 ? 'warning' : 'info', message: sentences.join(' ') };
}
