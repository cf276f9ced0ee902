/**
 * tinker-cookbook's log folder: rollout summaries and log trees per iteration, metrics.jsonl, config.json.
 * Source: tinker_cookbook 0.6.1, stores/training_store.py, rl/rollout_logging.py.
 */
import { basename, dirname } from 'node:path';
import { messageOf } from '../../../core/messageOf.js';
import { asRecord, integer, parseJson, parseJsonLine, text } from '../../files/json.js';
import { LineTail, type Line } from '../../files/lineTail.js';
import { firstBytesSync, firstJsonLines } from '../../files/peek.js';
import { jsonFile } from '../../files/wholeFile.js';
import { ImportError, type ForeignRun, type ImportItem, type Importer, type SeveralRuns, type SourceFile } from '../../importer.js';
import { MetricMerger } from '../../foreignMetrics.js';
import { MetricLines, type MetricRow } from '../../parts/metricParts.js';
import type { Part } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { note } from '../../parts/trace.js';
import { WholePart } from '../../parts/wholePart.js';
import { before, fileRuns, firstOf, runsBy } from '../../severalRuns.js';
import { IterationPart, rowOf, type Row } from './summaries.js';

const summaries = /(?:^|\/)iteration_(\d+)\/(train|eval_[^/]+)_rollout_summaries\.jsonl$/;

/** Names that stand in every line of its metrics, whatever the environment. */
const ownMetrics = ['progress/batch', 'progress/done_frac', 'optim/lr', 'time/total'];
/** A line of metrics is shorter. */
const lineBytes = 64 * 1024;
/** Files that are looked into. */
const looked = 50;

/** Metrics that lie there by themselves, under whatever name. */
function metricFiles(files: readonly SourceFile[]): SourceFile[] {
  return files
    .filter(({ name }) => /\.jsonl$/i.test(name))
    .slice(0, looked)
    .filter(({ path }) => hasOwnMetrics(firstBytesSync(path, lineBytes).toString('utf8').split('\n', 1)[0]));
}

function hasOwnMetrics(line: string): boolean {
  try {
    const row = asRecord(parseJson(line)) ?? {};
    return integer(row.step) !== null && ownMetrics.filter((name) => name in row).length >= 3;
  } catch {
    return false; // another file, or a line that is not whole yet
  }
}

const metricRuns: SeveralRuns = {
  runs: ({ listed }) => Promise.resolve(fileRuns(metricFiles(listed))),
  together: () => 'Only the first one is read.',
};

export const tinker: Importer = {
  id: 'tinker',
  title: 'tinker-cookbook (rollout summaries, metrics)',
  wholeFiles: true,
  several: firstOf(
    runsBy(before(summaries), 'Where two have the same iteration, the groups of the last one stand; metrics are those of the first.'),
    metricRuns,
  ),

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter((f) => summaries.test(f.name)).slice(0, 3)) {
      const row = asRecord((await firstJsonLines(file.path, 1))[0]);
      if (row && 'group_idx' in row && 'total_reward' in row)
        return { confidence: 0.95, why: `${file.name} with group_idx, traj_idx and total_reward` };
    }
    const metrics = metricFiles(files).at(0);
    return metrics ? { confidence: 0.8, why: `${metrics.name} with tinker-cookbook’s metrics; there are no rollout summaries` } : null;
  },

  open: (source) => new TinkerSession(source),
};

class TinkerSession extends PartsSession {
  private readonly merger = new MetricMerger('tinker');
  private readonly iterations = new PartCache<IterationPart>();
  private readonly evaluations = new PartCache<WholePart>();
  private readonly metrics = new PartCache<MetricLines>();
  private config: Record<string, unknown> = {};
  private configRead = NaN;

  describe(): Promise<ForeignRun> {
    const name = text(this.config.wandb_name) ?? basename(this.source.root).replace(/\.jsonl$/i, '');
    return Promise.resolve({ name, method: null, totalSteps: null, seed: integer(this.config.seed), config: this.config, versions: {} });
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = await this.source.list();
    const config = files.find((file) => file.name === `${rootOf(files)}config.json`);
    if (config && config.modified !== this.configRead) {
      this.config = jsonFile(config);
      this.configRead = config.modified;
    }
    yield* super.read(signal);
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const named = new Map(files.map((file) => [file.name, file]));
    const iterations = files.flatMap((file): Part[] => {
      const [, iteration, split] = summaries.exec(file.name) ?? [];
      if (!split) return [];
      const step = Number(iteration);
      if (split !== 'train') {
        const suite = split.slice('eval_'.length);
        return [this.evaluations.get(file, (own) => new WholePart(own, (signal) => evaluation(own, step, suite, signal)))];
      }
      const part = this.iterations.get(file, (own) => new IterationPart(own, step));
      part.tree = named.get(file.name.replace('_rollout_summaries.jsonl', '_logtree.json'));
      return [part];
    });
    const usual = files.filter((file) => file.name === `${rootOf(files)}metrics.jsonl`);
    const read = iterations.length > 0 || usual.length > 0 ? usual : metricFiles(files).slice(0, 1);
    const metrics = read.map((file) => this.metrics.get(file, (own) => new MetricLines(own, this.merger, metricRow, 'cuts')));
    return [...iterations, ...metrics];
  }

  protected override *notes(): Iterable<ImportItem> {
    if (this.iterations.values().some(({ size, format }) => size > format.texts.size))
      yield note({
        id: 'tinker:texts',
        level: 'info',
        message:
          'tinker-cookbook writes texts of the first groups of an iteration only (num_groups_to_log). The other groups have rewards and lengths without texts. Where there are texts, they belong to their trajectories by equal rewards: two of one group with the same reward may be exchanged.',
      });
  }
}

/** The folder that holds the iterations, with its slash. */
function rootOf(files: readonly SourceFile[]): string {
  const summary = files.find((file) => summaries.test(file.name));
  const folder = summary ? dirname(dirname(summary.name)) : '.';
  return folder === '.' ? '' : `${folder}/`;
}

function metricRow({ step: stepInFile, ...values }: Record<string, unknown>): MetricRow | null {
  const step = integer(stepInFile);
  return step === null || step < 0 ? null : { step, values };
}

/** A share of right answers where the environment says what is right. */
async function* evaluation(file: SourceFile, step: number, suite: string, signal: AbortSignal): AsyncGenerator<ImportItem> {
  const tail = new LineTail(file);
  let n = 0;
  let right = 0;
  let judged = true;
  let reward = 0;
  for await (const lines of tail.blocks(signal)) {
    for (const line of lines) {
      const { correct, total } = rowIn(file, line);
      n++;
      right += Number(correct === true);
      judged &&= correct !== null;
      reward += total;
    }
    yield { kind: 'progress', bytes: tail.bytesRead, of: file.bytes };
  }
  if (n === 0) return;
  if (judged) yield { kind: 'event', event: { type: 'benchmark', step, suite, mode: 'sampled', value: right / n, n } };
  else yield { kind: 'event', event: { type: 'metrics', step, values: { [`${suite}/reward/mean`.slice(0, 200)]: reward / n } } };
}

function rowIn(file: SourceFile, { text: content, line }: Line): Row {
  const value = asRecord(parseJsonLine(file.name, line, content)) ?? {};
  try {
    return rowOf(value);
  } catch (cause) {
    throw new ImportError(file.name, `line ${line}`, messageOf(cause), cause);
  }
}
