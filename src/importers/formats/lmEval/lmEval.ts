/**
 * lm-evaluation-harness: `samples_<task>_<time>.jsonl` (a line per document and filter) and `results_<time>.json`.
 * Source: lm_eval 0.4.13, `loggers/evaluation_tracker.py`, `evaluator.py`.
 */
import { basename } from 'node:path';
import { asRecord, integer, number, text } from '../../files/json.js';
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
import type { LineGroups } from '../../parts/lineGroups.js';
import type { Part, PartEvent } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';
import { folderOf, runsBy } from '../../severalRuns.js';

/** `model/samples_gsm8k_2026-08-22T10-00-00.123456.jsonl` */
const samplesName = /^(|.*\/)samples_(.+)_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?)\.jsonl$/;
const resultsName = /^(|.*\/)results_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?)\.json$/;

const isSample = (value: unknown): boolean => {
  const row = asRecord(value);
  return row !== null && integer(row.doc_id) !== null && Array.isArray(row.resps) && 'filtered_resps' in row;
};

export const lmEval: Importer = {
  id: 'lm-eval',
  title: 'lm-evaluation-harness',
  several: runsBy(
    (name) => (samplesName.test(name) || resultsName.test(name) ? folderOf(name) : null),
    'Each is a model’s evaluation; they are read as one, their groups one behind another, and of a score that two tell, the last one stands.',
  ),

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter(({ name }) => name.endsWith('.jsonl')).slice(0, 10))
      if ((await firstJsonLines(file.path, 1)).some(isSample))
        return { confidence: 0.95, why: `${file.name} with doc_id, resps and filtered_resps in each line` };
    for (const file of files.filter(({ name }) => resultsName.test(name)).slice(0, 3)) {
      const results = jsonFileIfAny(file);
      if (results && asRecord(results.results) && 'n-samples' in results)
        return { confidence: 0.8, why: `${file.name} with results and n-samples; there are no samples` };
    }
    return null;
  },

  open: (source) => new LmEvalSession(source),
};

class LmEvalSession extends PartsSession {
  private readonly samples = new PartCache<LineGroups<Sample>>();
  private readonly results = new PartCache<ResultsPart>();
  private readonly weights = new Map<string, number>();
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

  protected parts(files: readonly SourceFile[]): Part[] {
    const single = files.length === 1 && files[0].name.endsWith('.jsonl');
    const samples = files.flatMap((file) => {
      const match = samplesName.exec(file.name);
      if (match) return [{ file, task: match[2], time: match[3], where: `${match[1]}${match[2]}` }];
      return single ? [{ file, task: file.name.replace(/\.jsonl$/, ''), time: '', where: '' }] : [];
    });
    const results = files.flatMap((file) => {
      const match = resultsName.exec(file.name);
      return match ? [{ file, time: match[2], where: match[1] }] : [];
    });
    // In the order of places.
    const shown = newestOfEach(samples, ({ where }) => where).sort((a, b) => (a.where < b.where ? -1 : 1));
    this.older = samples.length - shown.length;
    const parts = shown.map(({ file, task }) => this.samples.get(file, (own) => samplesPart(own, task, this.weights)));
    for (const [i, part] of parts.entries()) part.behind = parts.slice(0, i);
    // Tasks may have been evaluated one by one: each results file has its own.
    const scores = results.map(({ file }) => this.results.get(file, (own) => new ResultsPart(own)));
    return [...parts, ...scores];
  }

  protected override *notes(): Iterable<ImportItem> {
    yield* scoresAgain(this.results.values());
    yield* olderLeftOut(this.older, 'samples');
  }
}

/** `results_<time>.json`: the scores of each task and filter. */
class ResultsPart implements Part, ScoresFile {
  readonly suites = new Set<string>();
  config: Record<string, unknown> | null = null;

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
      for (const [key, score] of Object.entries(asRecord(taskScores) ?? {})) {
        const [metric, filter] = key.split(',') as [string, string | undefined];
        const value = number(score);
        if (filter === undefined || metric.endsWith('_stderr') || value === null) continue;
        const mode = filter === 'none' ? metric : `${metric} (${filter})`;
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
