/**
 * lm-evaluation-harness: `samples_<task>_<time>.jsonl` (a line per document and filter) and `results_<time>.json`.
 * Source: lm_eval 0.4.13, `loggers/evaluation_tracker.py`, `evaluator.py`.
 */
import { basename } from 'node:path';
import { asRecord, integer, number, text } from '../../files/json.js';
import { LineKinds } from '../../files/lineKinds.js';
import { firstJsonLines } from '../../files/peek.js';
import { jsonFile, jsonFileIfAny } from '../../files/wholeFile.js';
import type { ForeignRun, ImportItem, Importer, SourceFile } from '../../importer.js';
import { samplesPart, type Sample } from './lmEvalSamples.js';
import {
  EVALUATION_STEP,
  evaluationValues,
  newestOfEach,
  olderLeftOut,
  scoresAgain,
  type TaskScore,
  type ScoresFile,
} from '../../parts/evaluationScores.js';
import { evaluationRuns, type EvaluationFile } from '../../parts/evaluationRuns.js';
import type { LineGroups } from '../../parts/lineGroups.js';
import { lineRuns } from '../../parts/linesSession.js';
import type { Part, PartEvent } from '../../parts/part.js';
import { note } from '../../parts/trace.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { printOf } from '../../parts/wholePart.js';
import { firstOf, folderOf } from '../../severalRuns.js';

/** `model/samples_gsm8k_2026-08-22T10-00-00.123456.jsonl` */
const samplesName = /^(|.*\/)samples_(.+)_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?)\.jsonl$/;
const resultsName = /^(|.*\/)results_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?)\.json$/;

const isSample = (value: unknown): boolean => {
  const row = asRecord(value);
  return row !== null && integer(row.doc_id) !== null && Array.isArray(row.resps) && 'filtered_resps' in row;
};

/** Its results, also of versions before filters; lighteval's have `config_general`. */
const isResults = (value: Record<string, unknown> | null): boolean =>
  asRecord(value?.results) !== null &&
  !('config_general' in value!) &&
  ('n-samples' in value! || (asRecord(value!.versions) !== null && asRecord(value!.config) !== null));
/** Larger files are no results. */
const maxResults = 16 * 1024 * 1024;

const asOne =
  'Each is a model’s evaluation; they are read as one, their groups one behind another; of a task that two tell of, the last one stands.';

export const lmEval: Importer = {
  id: 'lm-eval',
  title: 'lm-evaluation-harness',
  several: firstOf(
    {
      runs: ({ listed }) => Promise.resolve(evaluationRuns(evaluationFiles(listed))),
      together: () => asOne,
    },
    // Under names of somebody's own.
    lineRuns(isSample, folderOf, asOne),
  ),

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter(({ name }) => name.endsWith('.jsonl')).slice(0, 10))
      if ((await firstJsonLines(file.path, 1)).some(isSample))
        return { confidence: 0.95, why: `${file.name} with doc_id, resps and filtered_resps in each line` };
    const jsons = files.filter(({ name, bytes }) => name.endsWith('.json') && bytes <= maxResults);
    const named = jsons.filter(({ name }) => resultsName.test(name));
    for (const file of [...named.slice(0, 3), ...jsons.slice(0, 3)])
      if (isResults(jsonFileIfAny(file)))
        return { confidence: 0.8, why: `${file.name} with results of tasks and the versions of these; there are no samples` };
    return null;
  },

  open: (source) => new LmEvalSession(source),
};

function evaluationFiles(files: readonly SourceFile[]): EvaluationFile[] {
  return files.flatMap((file): EvaluationFile[] => {
    const home = folderOf(file.name);
    const samples = samplesName.exec(file.name);
    if (samples) return [{ file, home, root: home, time: samples[3], tasks: [`samples ${samples[2]}`] }];
    const results = resultsName.exec(file.name);
    if (!results) return [];
    const tasks = Object.keys(asRecord(jsonFileIfAny(file)?.results) ?? {}).map((task) => `results ${task}`);
    return [{ file, home, root: home, time: results[2], tasks }];
  });
}

class LmEvalSession extends PartsSession {
  private readonly samples = new PartCache<LineGroups<Sample>>();
  private readonly results = new PartCache<ResultsPart>();
  private readonly weights = new Map<string, number>();
  private readonly kinds = new LineKinds((line) => (isSample(line) ? true : null));
  /** Results under names of somebody's own, and how each file was when it was looked at. */
  private readonly ownResults = new Set<string>();
  private readonly ownLooks = new Map<string, string>();
  private older = 0;

  describe(): Promise<ForeignRun> {
    const results = this.results.values().find(({ config }) => config !== null)?.config ?? {};
    const version = text(results.lm_eval_version);
    const versions: Record<string, string> = version === null ? {} : { lm_eval: version };
    const config = asRecord(results.config) ?? {};
    return Promise.resolve({
      name: text(results.model_name_sanitized)?.slice(0, 100) ?? basename(this.source.root).replace(/\.jsonl$/, ''),
      method: 'eval',
      totalSteps: null,
      seed: integer(config.random_seed),
      config: { ...config, ...(asRecord(results['n-shot']) && { 'n-shot': results['n-shot'] }) },
      ...(this.weights.size > 0 && { weights: Object.fromEntries(this.weights) }),
      versions,
    });
  }

  override async *read(signal: AbortSignal): AsyncGenerator<ImportItem> {
    const files = await this.source.list();
    await this.kinds.look(files.filter(({ name }) => !samplesName.test(name)));
    for (const file of files.filter(({ name, bytes }) => /\.json$/i.test(name) && !resultsName.test(name) && bytes <= maxResults)) {
      const now = printOf([file]);
      if (this.ownLooks.get(file.name) === now) continue;
      this.ownLooks.set(file.name, now);
      if (isResults(jsonFileIfAny(file, maxResults))) this.ownResults.add(file.name);
    }
    yield* super.read(signal);
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const single = files.length === 1 && files[0].name.endsWith('.jsonl');
    const samples = files.flatMap((file) => {
      const match = samplesName.exec(file.name);
      if (match) return [{ file, task: match[2], time: match[3], where: `${match[1]}${match[2]}` }];
      // Under a name of somebody's own, which is all there is to call the task by.
      return single || this.kinds.of(file) ? [{ file, task: ownTask(file.name), time: '', where: file.name }] : [];
    });
    const results = files.filter(({ name }) => resultsName.test(name) || this.ownResults.has(name));
    // In the order of places.
    const shown = newestOfEach(samples, ({ where }) => where).sort((a, b) => (a.where < b.where ? -1 : 1));
    this.older = samples.length - shown.length;
    const parts = shown.map(({ file, task }) => this.samples.get(file, (own) => samplesPart(own, task, this.weights)));
    for (const [i, part] of parts.entries()) part.behind = parts.slice(0, i);
    // Tasks may have been evaluated one by one: each results file has its own.
    const scores = results.map((file) => this.results.get(file, (own) => new ResultsPart(own)));
    return [...parts, ...scores];
  }

  protected override *notes(): Iterable<ImportItem> {
    yield* scoresAgain(this.results.values());
    yield* olderLeftOut(this.older, 'samples');
    const unfiltered = this.results.values().filter((part) => part.unfiltered).length;
    if (unfiltered > 0)
      yield note({
        id: 'written-by',
        level: 'info',
        message: `Read as results of lm_eval before 0.4, which had no filters (files: ${unfiltered}).`,
      });
  }
}

/** `samples_pubmedqa_L1.jsonl`: `pubmedqa_L1`. */
const ownTask = (name: string): string =>
  basename(name)
    .replace(/\.[^.]+$/, '')
    .replace(/^samples_/, '');

/** `results_<time>.json`: the scores of each task and filter. */
class ResultsPart implements Part, ScoresFile {
  readonly suites = new Set<string>();
  config: Record<string, unknown> | null = null;
  /** It names metrics alone, without filters. */
  unfiltered = false;

  constructor(readonly file: SourceFile) {}

  reset(): void {
    // read whole each time
  }

  *read(): Generator<PartEvent> {
    const value = jsonFile(this.file);
    this.config = value;
    this.suites.clear();
    const scores: TaskScore[] = [];
    for (const [task, taskScores] of Object.entries(asRecord(value.results) ?? {})) {
      const n = integer(asRecord(asRecord(value['n-samples'])?.[task])?.effective) ?? integer(asRecord(taskScores)?.sample_len);
      // Versions before 0.4 had no filters.
      const filtered = Object.keys(asRecord(taskScores) ?? {}).some((key) => key.includes(','));
      for (const [key, score] of Object.entries(asRecord(taskScores) ?? {})) {
        const [metric, filter] = key.split(',') as [string, string | undefined];
        const value = number(score);
        this.unfiltered ||= !filtered && value !== null;
        if ((filter === undefined && filtered) || metric.endsWith('_stderr') || metric === 'sample_len' || value === null) continue;
        const mode = filter === undefined || filter === 'none' ? metric : `${metric} (${filter})`;
        this.suites.add(task);
        scores.push({ suite: task, mode, value, n, checker: `lm-eval ${key}`, fraction: fractions.has(metric) });
      }
    }
    yield* evaluationValues(EVALUATION_STEP, scores);
  }
}

/** Metrics of lm_eval that are a share of right answers. */
const fractions = new Set([
  'acc',
  'acc_norm',
  'acc_mutual_info',
  'exact_match',
  'em',
  'pass@1',
  'pass_at_1',
  'quasi_exact_match',
  'math_verify',
]);
