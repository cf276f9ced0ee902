import { messageOf } from '../../../core/messageOf.js';
import { asArray, asRecord, integer, number, text } from '../../files/json.js';
import { jsonBytes, jsonFile } from '../../files/wholeFile.js';
import { ZipReader } from '../../files/zip.js';
import { groupOf } from '../../foreignGroups.js';
import { ImportError, type ImportItem, type SourceFile } from '../../importer.js';
import { EVALUATION_STEP, evaluationValues, type TaskScore } from '../../parts/evaluationScores.js';
import { NumberedPart } from '../../parts/numberedPart.js';
import type { Part, PartEvent } from '../../parts/part.js';
import { traceOf } from '../../parts/trace.js';
import { sampleOf, type InspectSample } from './inspectSample.js';

/** Largest log in one JSON object; larger ones are `.eval` archives, which are read a sample at a time. */
const maxJson = 256 * 1024 * 1024;
const sampleName = /^samples\/(.+)_epoch_(\d+)\.json$/;

/** One log: the epochs of a sample are a group. */
export class LogPart extends NumberedPart implements Part {
  /** Groups that were told; one that could not be read to its end does not change it. */
  size = 0;
  private row = 0;
  header: Record<string, unknown> | null = null;
  /** `started`, `success`, `cancelled` or `error`. */
  status: string | null = null;
  /** Names of scorers, and whether it is the one that counts. */
  readonly scorers = new Map<string, boolean>();
  /** Samples with neither an answer nor an error. */
  failed = 0;

  constructor(
    readonly file: SourceFile,
    private readonly archive: boolean,
    /** Where it is one of the steps of a run: which, and whether it evaluates rather than trains. */
    private readonly at: { step: number; evaluates: boolean } | null = null,
  ) {
    super();
  }

  reset(takenBack: boolean): void {
    if (takenBack) this.size = this.standing = 0;
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    this.renumber();
    this.row = 0;
    this.failed = 0;
    yield* this.archive ? this.fromArchive(signal) : this.fromJson();
    this.size = this.row;
    const fewer = this.row < this.standing;
    this.standing = this.row;
    if (fewer) yield { kind: 'superseded', from: this.step };
  }

  private async *fromArchive(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const zip = await ZipReader.open(this.file);
    try {
      // A log that is still being written has only its start.
      const head = ['header.json', '_journal/start.json'].find((name) => zip.has(name));
      if (head === undefined)
        throw new ImportError(this.file.name, null, 'neither header.json nor _journal/start.json is in it: this is no log of Inspect.');
      const header = jsonBytes(this.file.name, `entry ${head}`, await zip.read(head));
      const samples = new Map<string, { name: string; epoch: number }[]>();
      for (const name of zip.names()) {
        const match = sampleName.exec(name);
        if (match) samples.set(match[1], [...(samples.get(match[1]) ?? []), { name, epoch: Number(match[2]) }]);
      }
      this.begin(header, head !== 'header.json');
      for (const key of ordered(samples.keys(), header)) {
        signal.throwIfAborted();
        const epochs: InspectSample[] = [];
        for (const { name } of samples.get(key)!.sort((a, b) => a.epoch - b.epoch)) {
          const sample = jsonBytes(this.file.name, `entry ${name}`, await zip.read(name));
          this.take(sample, `entry ${name}`, epochs);
        }
        yield* this.group(epochs);
      }
      yield* this.scores(header);
    } finally {
      zip.close();
    }
  }

  private *fromJson(): Generator<ImportItem> {
    const log = jsonFile(this.file, maxJson);
    if (!asRecord(log.eval)) throw new ImportError(this.file.name, null, 'it has no object "eval": this is no log of Inspect.');
    const groups = new Map<string, InspectSample[]>();
    this.begin(log, false);
    for (const [i, value] of (asArray(log.samples) ?? []).entries()) {
      const at = `samples[${i}]`;
      const sample = asRecord(value);
      if (!sample) throw new ImportError(this.file.name, at, 'not an object.');
      const key = idOf(sample.id);
      const epochs = groups.get(key) ?? [];
      groups.set(key, epochs);
      this.take(sample, at, epochs);
    }
    for (const key of ordered(groups.keys(), log)) yield* this.group(groups.get(key)!.sort((a, b) => a.epoch - b.epoch));
    yield* this.scores(log);
  }

  private begin(header: Record<string, unknown>, unfinished: boolean): void {
    this.header = header;
    this.status = unfinished ? 'started' : text(header.status);
  }

  private take(sample: Record<string, unknown>, at: string, epochs: InspectSample[]): void {
    try {
      const parsed = sampleOf(sample, text(asRecord(asRecord(this.header?.results)?.headline)?.scorer));
      for (const name of parsed?.scorers ?? []) this.scorers.set(name, name === parsed?.counts);
      if (parsed) epochs.push(parsed);
      else this.failed++;
    } catch (cause) {
      throw new ImportError(this.file.name, at, messageOf(cause), cause);
    }
  }

  get step(): number {
    return this.at?.step ?? EVALUATION_STEP;
  }

  get task(): string | null {
    return text(asRecord(this.header?.eval)?.task);
  }

  private *group(epochs: readonly InspectSample[]): Iterable<ImportItem> {
    if (epochs.length === 0) return;
    const [first] = epochs;
    const group = this.offset + this.row++;
    this.standing = Math.max(this.standing, this.row);
    const { task } = this;
    yield {
      kind: 'event',
      event: groupOf({
        step: this.step,
        group,
        question: first.question,
        gold: first.gold,
        solutions: epochs.map(({ solution }) => solution),
        info: { id: first.id, ...(task !== null && { task }), ...(this.at?.evaluates && { split: 'validation' }) },
      }),
    };
    for (const [solution, { tokens }] of epochs.entries()) {
      const at = { step: this.step, group, solution };
      const event = tokens && traceOf(at, { logp_sampler: tokens.logp }, tokens.ends.length, tokens.ends);
      if (event) yield { kind: 'event', event };
    }
  }

  /** `results.scores[].metrics`: accuracy of each scorer, and whatever else was computed. */
  private *scores(header: Record<string, unknown>): Iterable<ImportItem> {
    const results = asRecord(header.results);
    const suite = text(asRecord(header.eval)?.task) ?? 'evaluation';
    const scores: TaskScore[] = [];
    for (const entry of asArray(results?.scores) ?? []) {
      const score = asRecord(entry) ?? {};
      const name = text(score.name) ?? text(score.scorer) ?? 'score';
      const n = integer(score.scored_samples) ?? integer(results?.total_samples);
      for (const [metric, record] of Object.entries(asRecord(score.metrics) ?? {})) {
        const value = number(asRecord(record)?.value);
        if (value === null || /^(?:stderr|std|var|ci)/.test(metric)) continue;
        const reducer = text(score.reducer);
        const mode = `${name} ${metric}${reducer === null ? '' : ` (${reducer})`}`;
        scores.push({ suite, mode, value, n, checker: `inspect ${name}`, fraction: metric === 'accuracy' });
      }
    }
    yield* evaluationValues(this.step, scores);
  }
}

const idOf = (id: unknown): string => (typeof id === 'number' ? String(id) : (text(id) ?? ''));

/** In the order of the data set, as the header has it. */
function ordered(keys: Iterable<string>, header: Record<string, unknown>): string[] {
  const ids = asArray(asRecord(asRecord(header.eval)?.dataset)?.sample_ids) ?? [];
  const places = new Map(ids.map((id, i) => [idOf(id), i]));
  const place = (key: string): number => places.get(key) ?? ids.length;
  return [...keys].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}
