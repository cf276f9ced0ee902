/** ART (OpenPipe): `trajectories/<split>/<step>.parquet` (or .jsonl, .yaml) and history.jsonl of a model's folder. */
import { basename } from 'node:path';
import { trajectoriesIn } from './trajectories.js';
import { asArray, asRecord, integer } from '../../files/json.js';
import { parquetSchema } from '../../files/parquet.js';
import { firstBytes, firstJsonLines } from '../../files/peek.js';
import { groupOf } from '../../foreignGroups.js';
import type { ForeignRun, ImportItem, Importer, SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import { MetricLines, type MetricRow } from '../../parts/metricParts.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { note } from '../../parts/trace.js';
import { WholePart } from '../../parts/wholePart.js';
import { before, runsBy } from '../../severalRuns.js';

const trajectories = /(?:^|\/)([^/]+)\/(\d+)\.(?:parquet|jsonl|ya?ml)$/;

export const art: Importer = {
  id: 'art',
  title: 'ART (trajectories)',
  several: runsBy(before(/(?:^|\/)trajectories\/[^/]+\/\d+\.(?:parquet|jsonl|ya?ml)$/), 'Only the last model is shown.'),

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

class ArtSession extends PartsSession {
  private readonly merger = new MetricMerger('art');
  private readonly steps = new PartCache<WholePart>();
  private readonly history = new PartCache<MetricLines>();
  /** Folders of models, with a slash behind them; the last one is shown. */
  private models: string[] = [];
  /** The split whose groups are shown; of others the share of right answers is. */
  private shown = 'train';
  private textless = false;

  describe(): Promise<ForeignRun> {
    const name = basename(this.models.at(-1) ?? '') || basename(this.source.root);
    return Promise.resolve({ name, method: null, totalSteps: null, seed: null, config: {}, versions: {} });
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const found = files.flatMap((file) => {
      const [, split, step] = trajectories.exec(file.name) ?? [];
      return split ? [{ file, split, step: Number(step), model: file.name.slice(0, file.name.lastIndexOf(`trajectories/${split}/`)) }] : [];
    });
    this.models = [...new Set(found.map(({ model }) => model))];
    const model = this.models.at(-1);
    if (model === undefined) return [];
    const own = found.filter((one) => one.model === model).sort((a, b) => a.step - b.step);
    const splits = new Set(own.map(({ split }) => split));
    this.shown = splits.has('train') || splits.size > 1 ? 'train' : own[0].split;
    const steps = own.map(({ file, split, step }) => {
      const part = this.steps.get(file, (kept) => new WholePart(kept, (signal) => this.step(kept, step, split, signal)));
      part.basis = String(split === this.shown);
      return part;
    });
    const history = files
      .filter((file) => file.name === `${model}history.jsonl`)
      .map((file) => this.history.get(file, (kept) => new MetricLines(kept, this.merger, metricRow, 'cuts')));
    return [...steps, ...history];
  }

  protected override *notes(): Iterable<ImportItem> {
    if (this.textless)
      yield note({
        id: 'art:texts',
        level: 'info',
        message:
          'Some trajectories have no messages in ART’s table (exchanges that it does not flatten): their rewards are here without texts.',
      });
  }

  private step(file: SourceFile, step: number, split: string, signal: AbortSignal): AsyncGenerator<ImportItem> {
    return split === this.shown ? this.training(file, step, signal) : evaluation(file, step, split, signal);
  }

  private async *training(file: SourceFile, step: number, signal: AbortSignal): AsyncGenerator<ImportItem> {
    for await (const { group, rows, bytes } of trajectoriesIn(file, signal)) {
      const [{ question, hasText }] = rows;
      const solutions = rows.map(({ answer, reward, correct }) => ({ ...answer, reward, correct }));
      const questionId = hasText ? {} : { questionId: `step ${step}, group ${group}` };
      yield { kind: 'event', event: groupOf({ step, group, question, ...questionId, solutions }) };
      yield { kind: 'progress', bytes, of: file.bytes };
      this.textless ||= rows.some((row) => !row.hasText);
    }
  }
}

/** A share of right answers where every trajectory says whether it is. */
async function* evaluation(file: SourceFile, step: number, suite: string, signal: AbortSignal): AsyncGenerator<ImportItem> {
  let right = 0;
  let n = 0;
  let judged = true;
  for await (const { rows, bytes } of trajectoriesIn(file, signal)) {
    n += rows.length;
    right += rows.filter(({ correct }) => correct).length;
    judged &&= rows.every(({ correct }) => correct !== null);
    yield { kind: 'progress', bytes, of: file.bytes };
  }
  if (n > 0 && judged) yield { kind: 'event', event: { type: 'benchmark', step, suite, mode: 'sampled', value: right / n, n } };
}

function metricRow(row: Record<string, unknown>): MetricRow | null {
  const step = integer(row.step);
  const values = Object.entries(row).filter(([name]) => name !== 'step' && name !== 'training_step');
  return step === null || step < 0 ? null : { step, values: Object.fromEntries(values) };
}
