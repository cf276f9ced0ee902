/**
 * lighteval: `details/<model>/<time>/details_<task>_<time>.parquet` (a row a document) and `results/<model>/results_<time>.json`.
 * Source: lighteval 0.13, `logging/evaluation_tracker.py`.
 */
import { basename } from 'node:path';
import { asRecord, integer, number, text } from '../../files/json.js';
import { parquetSchema } from '../../files/parquet.js';
import { jsonFile, jsonFileIfAny } from '../../files/wholeFile.js';
import type { ForeignRun, ImportItem, Importer, SourceFile } from '../../importer.js';
import { DetailsPart } from './details.js';
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
import type { Part, PartEvent } from '../../parts/part.js';
import { PartCache, PartsSession } from '../../parts/partsSession.js';

const detailsName = /^(|.*\/)details_(.+)_(\d{4}-\d\d-\d\dT[\d:.-]+)\.parquet$/;
const resultsName = /(?:^|\/)results_\d{4}-\d\d-\d\dT[\d:.-]+\.json$/;
const columns = ['doc', 'metric', 'model_response'] as const;

export const lighteval: Importer = {
  id: 'lighteval',
  title: 'lighteval',
  several: {
    runs: (source) => Promise.resolve(evaluationRuns(evaluationFiles(source.listed))),
    together: () =>
      'Each is a model’s evaluation; they are read as one, their groups one behind another, and of a score that two tell, the last one stands.',
  },

  async detect(source) {
    const files = await source.list();
    for (const file of files.filter(({ name }) => name.endsWith('.parquet')).slice(0, 5)) {
      const names = await parquetSchema(file.path, file.name).then(
        (schema) => schema.columns.map(({ name }) => name),
        (): string[] => [],
      );
      if (columns.every((column) => names.includes(column)))
        return { confidence: 0.95, why: `${file.name} with the columns ${columns.join(', ')}` };
    }
    for (const file of files.filter(({ name }) => resultsName.test(name)).slice(0, 3)) {
      const results = jsonFileIfAny(file);
      if (results && asRecord(results.config_general) && asRecord(results.results))
        return { confidence: 0.8, why: `${file.name} with config_general and results; there are no details` };
    }
    return null;
  },

  open: (source) => new LightevalSession(source),
};

/** `details/<model>/<time>/details_<task>_<time>.parquet` and `results/<model>/results_<time>.json`, which lie beside those of other models. */
const evaluationFile = /^(|.*\/)(?:details|results)\/(.+?)\/(?:[^/]+\/)?(details|results)_(?:(.+)_)?(\d{4}-\d\d-\d\dT[\d:.-]+)\.\w+$/;

function evaluationFiles(files: readonly SourceFile[]): EvaluationFile[] {
  return files.flatMap((file): EvaluationFile[] => {
    const match = evaluationFile.exec(file.name);
    if (!match) return [];
    const [, root, model, kind, task, time] = match;
    // Results tell of all tasks of a time; which they are matters where there are no details alone.
    const tasks = kind === 'details' ? [task] : tasksOf(jsonFileIfAny(file));
    return [{ file, home: `${root}${model}`, root: root.replace(/\/$/, ''), time, tasks: tasks.map((name) => `${kind} ${name}`) }];
  });
}

/** `all` is the mean over tasks. */
const tasksOf = (results: Record<string, unknown> | null): string[] =>
  Object.keys(asRecord(results?.results) ?? {}).filter((task) => task !== 'all');

class LightevalSession extends PartsSession {
  private readonly details = new PartCache<DetailsPart>();
  private readonly results = new PartCache<ResultsPart>();
  private older = 0;

  describe(): Promise<ForeignRun> {
    const results = this.results.values().find(({ value }) => value !== null)?.value ?? {};
    const general = asRecord(results.config_general) ?? {};
    return Promise.resolve({
      name:
        text(general.model_name) ??
        text(asRecord(general.model_config)?.model_name) ??
        basename(this.source.root).replace(/\.parquet$/, ''),
      method: 'eval',
      totalSteps: null,
      seed: null,
      config: general,
      versions: {},
    });
  }

  protected parts(files: readonly SourceFile[]): Part[] {
    const single = files.length === 1 && files[0].name.endsWith('.parquet');
    const all = files.flatMap((file) => {
      const match = detailsName.exec(file.name);
      if (match) return [{ file, task: match[2], time: match[3], model: match[1].split('/').at(-3) ?? '' }];
      return single ? [{ file, task: file.name.replace(/\.parquet$/, ''), time: '', model: '' }] : [];
    });
    const newest = newestOfEach(all, ({ model, task }) => `${model}\n${task}`);
    this.older = all.length - newest.length;
    const details = newest.map(({ file, task }) => this.details.get(file, (own) => new DetailsPart(own, task)));
    for (const [i, part] of details.entries()) part.behind = details.slice(0, i);
    const results = files
      .filter(({ name }) => resultsName.test(name))
      .map((file) => this.results.get(file, (own) => new ResultsPart(own, () => this.details.values())));
    return [...details, ...results];
  }

  protected override *notes(): Iterable<ImportItem> {
    yield* scoresAgain(this.results.values());
    yield* olderLeftOut(this.older, 'details');
  }
}

class ResultsPart implements Part, ScoresFile {
  readonly suites = new Set<string>();
  value: Record<string, unknown> | null = null;
  /** A task's documents were not known when the scores were told. */
  private uncounted = false;
  private documentsThen = 0;

  constructor(
    readonly file: SourceFile,
    private readonly details: () => readonly DetailsPart[],
  ) {}

  due(): boolean {
    return this.uncounted && this.documentsThen !== this.documents();
  }

  reset(): void {
    this.uncounted = false;
  }

  *read(): Generator<PartEvent> {
    const value = jsonFile(this.file);
    this.value = value;
    this.uncounted = false;
    this.documentsThen = this.documents();
    this.suites.clear();
    const scores: TaskScore[] = [];
    for (const task of tasksOf(value)) {
      const taskScores = asRecord(value.results)?.[task];
      const n = documents(value, task) ?? this.details().find((part) => part.taskName === task)?.size ?? null;
      for (const [metric, score] of Object.entries(asRecord(taskScores) ?? {})) {
        const x = number(score);
        if (x === null || metric.endsWith('_stderr')) continue;
        this.uncounted ||= n === null;
        this.suites.add(task);
        scores.push({ suite: task, mode: metric, value: x, n, checker: `lighteval ${metric}`, fraction: isFraction(metric) });
      }
    }
    yield* evaluationValues(EVALUATION_STEP, scores);
  }

  private documents(): number {
    return this.details().reduce((sum, { size }) => sum + size, 0);
  }
}

/** Documents of a task: its configuration counts them; keys there may or may not have the number of shots. */
function documents(value: Record<string, unknown>, task: string): number | null {
  const configs = asRecord(value.config_tasks) ?? {};
  const config = asRecord(configs[task]) ?? asRecord(configs[task.replace(/[|:]\d+$/, '')]);
  const n = integer(config?.effective_num_docs) ?? integer(config?.original_num_docs);
  return n !== null && n > 0 ? n : null;
}

const isFraction = (metric: string): boolean =>
  /^(?:em|qem|pem|pqem|acc|acc_norm|exact_match|extractive_match|(?:math_)?(?:avg|maj|pass|g-pass)@.*)$/.test(metric.split(':')[0]);
