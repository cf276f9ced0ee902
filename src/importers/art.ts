/** ART (OpenPipe): `trajectories/<split>/<step>.parquet` (or .jsonl, .yaml) and history.jsonl of a model's folder. */
import { basename } from 'node:path';
import { trajectoriesIn, type Trajectory } from './artFiles.js';
import { asArray, asRecord, integer, parseJsonLine } from './files/json.js';
import { tornNote } from './files/tornLines.js';
import { LineTail } from './files/lineTail.js';
import { parquetSchema } from './files/parquet.js';
import { firstBytes, firstJsonLines } from './files/peek.js';
import { groupOf } from './groups.js';
import {
  ImportError,
  type ForeignRun,
  type Imported,
  type Importer,
  type ImportNote,
  type ImportSession,
  type Source,
  type SourceFile,
} from './importer.js';
import { MetricMerger } from './metrics.js';
import { Retelling } from './retelling.js';

const trajectories = /(?:^|\/)([^/]+)\/(\d+)\.(?:parquet|jsonl|ya?ml)$/;

export const art: Importer = {
  id: 'art',
  title: 'ART (trajectories)',

  async detect(source) {
    const files = (await source.list()).filter((file) => trajectories.test(file.name));
    // The first of each kind and a few more: all of one folder are alike.
    for (const file of files.slice(0, 5))
      if (await isArt(file)) return { confidence: 0.9, why: `${file.name} with groups of ART’s trajectories` };
    return null;
  },

  open: (source) => new ArtSession(source),
};

async function isArt(file: SourceFile): Promise<boolean> {
  if (file.name.endsWith('.parquet')) {
    const schema = await parquetSchema(file.path, file.name).catch(() => null); // no sign of this format then
    const columns = schema?.columns.map(({ name }) => name) ?? [];
    return ['group_index', 'reward', 'messages'].every((name) => columns.includes(name));
  }
  if (file.name.endsWith('.jsonl')) return asArray(asRecord((await firstJsonLines(file.path, 1))[0])?.trajectories) !== null;
  return /^- trajectories:|messages_and_choices:/m.test((await firstBytes(file.path, 4096)).toString('utf8'));
}

class ArtSession implements ImportSession {
  private readonly retelling = new Retelling(() => (this.history = null));
  private readonly metrics = new MetricMerger('art');
  private history: LineTail | null = null;
  private name: string;

  constructor(private readonly source: Source) {
    this.name = basename(source.root);
  }

  describe(): Promise<ForeignRun> {
    return Promise.resolve({ name: this.name, method: null, totalSteps: null, seed: null, config: {}, versions: {} });
  }

  async *read(signal: AbortSignal): AsyncGenerator<Imported> {
    const files = await this.source.list();
    const found = files.flatMap((file) => {
      const [, split, step] = trajectories.exec(file.name) ?? [];
      return split ? [{ file, split, step: Number(step), model: file.name.slice(0, file.name.lastIndexOf(`trajectories/${split}/`)) }] : [];
    });
    const models = [...new Set(found.map(({ model }) => model))];
    const model = models.at(-1);
    if (model === undefined) return;
    if (models.length > 1) yield* this.retelling.pass([{ kind: 'note', note: several(models.length, model) }]);
    if (model !== '') this.name = basename(model);
    const own = found.filter((one) => one.model === model).sort((a, b) => a.step - b.step);
    const splits = new Set(own.map(({ split }) => split));
    const shown = splits.has('train') || splits.size > 1 ? 'train' : own[0].split;
    for (const { file, split, step } of own) {
      yield* this.retelling.unit(file.name, [file], () => stepOf(file, step, split === shown ? null : split, signal));
    }
    const history = files.find((file) => file.name === `${model}history.jsonl`);
    if (history) yield* this.retelling.pass(this.curves(history, signal));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private async *curves(file: SourceFile, signal: AbortSignal): AsyncGenerator<Imported> {
    this.history ??= new LineTail(file);
    for await (const { text, line } of this.history.read(signal)) {
      const values = asRecord(parseJsonLine(file.name, line, text));
      const step = integer(values?.step);
      if (!values || step === null || step < 0)
        throw new ImportError(file.name, `line ${line}`, 'no metrics of ART: an object with a `step` is expected.');
      this.metrics.add(step, Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'step' && name !== 'training_step')));
    }
    yield* tornNote([{ file, line: this.history.torn?.line }]);
    for (const event of this.metrics.take()) yield { kind: 'event', event };
    for (const note of this.metrics.takeNotes()) yield { kind: 'note', note };
  }
}

/** @param suite null for the split whose groups are shown */
async function* stepOf(file: SourceFile, step: number, suite: string | null, signal: AbortSignal): AsyncGenerator<Imported> {
  const groups = await trajectoriesIn(file, signal);
  yield* suite === null ? training(step, groups) : evaluation(step, suite, groups.flat());
}

function* training(step: number, groups: readonly Trajectory[][]): Generator<Imported> {
  for (const [group, rows] of groups.entries()) {
    yield {
      kind: 'event',
      event: groupOf({
        step,
        group,
        question: rows[0].question,
        ...(!rows[0].hasText && { questionId: `step ${step}, group ${group}` }),
        solutions: rows.map(({ answer, reward, correct }) => ({ text: answer, reward, correct })),
      }),
    };
    if (rows.some(({ hasText }) => !hasText)) yield { kind: 'note', note: noTexts };
  }
}

const noTexts: ImportNote = {
  id: 'art:texts',
  level: 'info',
  message: 'Some trajectories have no messages in ART’s table (exchanges that it does not flatten): their rewards are here without texts.',
};

const several = (count: number, model: string): ImportNote => ({
  id: 'art:models',
  level: 'warning',
  message: `${count} models are here; ${model} is shown. Import the folder of another one to see it.`,
});

/** A share of right answers where every trajectory says whether it is. */
function* evaluation(step: number, suite: string, rows: readonly Trajectory[]): Generator<Imported> {
  if (rows.length === 0 || rows.some(({ correct }) => correct === null)) return;
  const right = rows.filter(({ correct }) => correct).length;
  yield { kind: 'event', event: { type: 'benchmark', step, suite, mode: 'sampled', value: right / rows.length, n: rows.length } };
}
