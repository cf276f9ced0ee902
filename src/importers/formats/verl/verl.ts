/**
 * verl: rollout and validation dumps (`<step>.jsonl`), the `file` logger, TensorBoard, Parquet of `main_generation`.
 * Sources: verl/trainer/ppo/v1/trainer_base.py and verl/trainer/ppo/ray_trainer.py (`_dump_generations`), verl/utils/tracking.py.
 */
import { basename } from 'node:path';
import { asRecord, integer, text } from '../../files/json.js';
import { parquetSchema } from '../../files/parquet.js';
import { firstJsonLines } from '../../files/peek.js';
import { isTfEventsName } from '../../files/tfevents.js';
import type { ForeignRun, ImportItem, Importer, RunInSource, SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import { EVALUATION_STEP } from '../../parts/evaluationScores.js';
import { MetricLines, TfMetrics } from '../../parts/metricParts.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { folderOf, runsAt } from '../../severalRuns.js';
import { GenerationsPart, isGenerations } from './generations.js';
import { inOrder, StepsAgain } from '../../sinks/restarts.js';
import { rolloutsPart, stepOfName, validationFolders, type Dump } from './rollouts.js';

const isJsonl = (file: SourceFile): boolean => file.name.endsWith('.jsonl');
const isParquet = (file: SourceFile): boolean => /\.parquet$/i.test(file.name);
/** None when they cannot be read. */
const columnsOf = (file: SourceFile): Promise<string[]> =>
  parquetSchema(file.path, file.name).then(
    ({ columns }) => columns.map(({ name }) => name),
    () => [],
  );
const isRollout = (value: unknown): boolean => {
  const row = asRecord(value);
  return row !== null && text(row.input) !== null && text(row.output) !== null && 'score' in row && integer(row.step) !== null;
};
const isMetrics = (value: unknown): boolean => {
  const row = asRecord(value);
  return row !== null && integer(row.step) !== null && asRecord(row.data) !== null;
};

export const verl: Importer = {
  id: 'verl',
  title: 'verl',
  several: {
    runs: (source) => Promise.resolve(dumpRuns(source.listed)),
    together: () =>
      'Where two have the same step, the groups and metrics of the last one stand; what main_generation sampled stands one behind another.',
  },

  async detect(source) {
    const all = await source.list();
    const files = all.filter(isJsonl);
    for (const file of files.filter(({ name }) => stepOfName(name) !== null).slice(0, 3))
      if ((await firstJsonLines(file.path, 1)).some(isRollout))
        return { confidence: 0.95, why: `${file.name} with input, output, score and step in each line` };
    for (const file of files.slice(0, 20)) {
      const lines = await firstJsonLines(file.path, 3);
      if (lines.length > 0 && lines.every(isRollout))
        return { confidence: 0.85, why: `${file.name} with input, output, score and step in each line` };
      if (lines.length > 0 && lines.every(isMetrics))
        return { confidence: 0.7, why: `${file.name} with step and data in each line, as the file logger writes it` };
    }
    for (const file of all.filter(isParquet).slice(0, 3))
      if (isGenerations(await columnsOf(file)))
        return { confidence: 0.9, why: `${file.name} with the columns prompt, responses and data_source or reward_model` };
    return null;
  },

  open: (source) => new VerlSession(source),
};

/** A run dumps into folders of its own choice, one beside the other: those of rollouts and of validation are told by their names. */
function dumpRuns(files: readonly SourceFile[]): RunInSource[] {
  const dumps = files.filter(({ name }) => stepOfName(name) !== null);
  if (!files.some(isJsonl)) return runsAt(files, (file) => (isParquet(file) ? file.name : null));
  const folders = [...new Set(dumps.map(({ name }) => folderOf(name)))];
  const isRole = (folder: string): boolean => /train|roll|val|gen|dump/i.test(basename(folder));
  const together = (folder: string): boolean => folders.some((other) => folderOf(other) === folderOf(folder) && isRole(other));
  const homeOf = (folder: string): string => (folder === '' || together(folder) ? folderOf(folder) : folder);
  return runsAt(files, ({ name }) => (stepOfName(name) === null ? null : homeOf(folderOf(name))));
}

class VerlSession extends PartsSession {
  private readonly merger = new MetricMerger('verl');
  private readonly again = new StepsAgain();
  private readonly metrics = new PartCache<Part>();
  private readonly dumps = new PartCache<ReturnType<typeof rolloutsPart>>();
  private readonly generations = new PartCache<GenerationsPart>();
  /** Parquet files with the columns of generations. */
  private readonly generated = new Set<string>();
  /** What the first line of a file says it is; a file without a whole line is looked at again. */
  private readonly kinds = new Map<string, { dump: boolean; reward: boolean; metrics: boolean }>();

  describe(): Promise<ForeignRun> {
    const extras = new Set(this.dumps.values().flatMap(({ format }) => [...format.extras]));
    return Promise.resolve({
      name: basename(this.source.root).replace(/\.jsonl$/, ''),
      method: null,
      totalSteps: null,
      seed: null,
      config: {},
      // What else a reward function returns is shown beside the score and is no part of it.
      ...(extras.size > 0 && { weights: { score: 1, ...Object.fromEntries([...extras].map((name) => [name, 0])) } }),
      versions: {},
    });
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = await this.source.list();
    for (const file of files.filter(isJsonl)) await this.recognise(file);
    for (const file of files.filter((one) => isParquet(one) && !this.generated.has(one.name)))
      if (isGenerations(await columnsOf(file))) this.generated.add(file.name);
    yield* super.read(signal);
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const known = files.flatMap((file) => {
      const kind = this.kinds.get(file.name);
      return kind ? [{ file, ...kind }] : [];
    });
    const dumps = known.filter(({ dump }) => dump).map(({ file, reward }): Dump => ({ file, step: stepOfName(file.name), reward }));
    const validation = validationFolders(dumps);
    const training = dumps.filter((dump) => !validation.has(folderOf(dump.file.name)));
    const parts = training.map((dump) => ({
      step: dump.step ?? 0,
      part: this.dumps.get(dump.file, (own) => rolloutsPart(own, dump.step, null)),
    }));
    for (const dump of dumps.filter((one) => validation.has(folderOf(one.file.name)))) {
      // The groups of a validation are numbered behind those of the same step's training, and of validations in other folders.
      const before = parts.filter(({ step }) => step === dump.step).map(({ part }) => part);
      const part = this.dumps.get(dump.file, (own) => rolloutsPart(own, dump.step, folderOf(own.name)));
      part.behind = before;
      parts.push({ step: dump.step ?? 0, part });
    }
    const order = new Map(parts.map(({ part }, i) => [part, i]));
    parts.sort((a, b) => a.step - b.step || order.get(a.part)! - order.get(b.part)!);
    const sinks = inOrder(files.filter(({ name }) => isTfEventsName(name))).map((file) =>
      this.metrics.get(
        file,
        (own) => new TfMetrics(own, this.merger, undefined, undefined, (tag, step) => this.again.saw(tag, step, own.name)),
      ),
    );
    const loggers = known
      .filter(({ metrics }) => metrics)
      .map(({ file }) => this.metrics.get(file, (own) => new MetricLines(own, this.merger, metricRow)));
    const generations = files
      // A single file is what somebody took it for, so that its fault is reported.
      .filter((file) => this.generated.has(file.name) || (files.length === 1 && isParquet(file)))
      .map((file) => this.generations.get(file, (own) => new GenerationsPart(own)));
    const first = parts.filter(({ step }) => step === EVALUATION_STEP).map(({ part }) => part);
    for (const [i, part] of generations.entries()) part.behind = [...first, ...generations.slice(0, i)];
    return [...loggers, ...sinks, ...parts.map(({ part }) => part), ...generations];
  }

  protected override *notes(): Iterable<ImportItem> {
    const generated = this.generations.values().reduce((sum, { size }) => sum + size, 0);
    if (generated > 0)
      yield {
        kind: 'note',
        note: {
          id: 'generations',
          level: 'info',
          message: `${generated} questions are what main_generation sampled: it scores nothing and names no step. Grading the run says what is right.`,
        },
      };
    for (const repeated of this.again.notes()) yield { kind: 'note', note: repeated };
    const parts = this.dumps.values();
    const guessed = [...new Set(parts.filter(({ format }) => format.isValidation).map(({ file }) => folderOf(file.name)))];
    if (guessed.length > 0)
      yield {
        kind: 'note',
        note: {
          id: 'validation',
          level: 'info',
          message: `Taken for validation: ${guessed.map((name) => name || 'the folder itself').join(', ')}. Its groups follow the training groups of the step and are marked split = validation.`,
        },
      };
    if (parts.some(({ format }) => format.byText))
      yield {
        kind: 'note',
        note: {
          id: 'groups',
          level: 'warning',
          message:
            'Rows carry no uid: those with the same input and ground truth are one group. A question asked twice in a step is one group too.',
        },
      };
  }

  private async recognise(file: SourceFile): Promise<void> {
    if (this.kinds.has(file.name)) return;
    const [first] = await firstJsonLines(file.path, 1);
    if (first === undefined) {
      // A file that no line can be read of is told as what its name says, so that its fault is reported.
      if (file.bytes > 0 && stepOfName(file.name) !== null) this.kinds.set(file.name, { dump: true, reward: false, metrics: false });
      return;
    }
    const row = asRecord(first) ?? {};
    const metrics = isMetrics(first);
    this.kinds.set(file.name, { dump: !metrics && (isRollout(first) || stepOfName(file.name) !== null), reward: 'reward' in row, metrics });
  }
}

function metricRow(value: Record<string, unknown>): { step: number; values: Record<string, unknown> } | null {
  const step = integer(value.step);
  const data = asRecord(value.data);
  return step === null || step < 0 || !data ? null : { step, values: data };
}
