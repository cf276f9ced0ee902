/**
 * tinker-cookbook's log folder: rollout summaries and log trees per iteration, metrics.jsonl, config.json.
 * Source: tinker_cookbook 0.6.1, stores/training_store.py, rl/rollout_logging.py.
 */
import { basename, dirname } from 'node:path';
import { asArray, asRecord, integer, number, parseJsonLine, text } from './files/json.js';
import { tornNote } from './files/tornLines.js';
import { LineTail } from './files/lineTail.js';
import { firstJsonLines } from './files/peek.js';
import { jsonFile } from './files/wholeFile.js';
import { groupOf, GroupGatherer, type ForeignSolution } from './groups.js';
import {
  ImportError,
  type ForeignRun,
  type Imported,
  type Importer,
  type ImportSession,
  type Source,
  type SourceFile,
} from './importer.js';
import { MetricMerger } from './metrics.js';
import { loggedGroups, type LoggedAnswer, type LoggedGroup } from './tinkerTree.js';
import { Retelling } from './retelling.js';

const summaries = /(?:^|\/)iteration_(\d+)\/(train|eval_[^/]+)_rollout_summaries\.jsonl$/;
const maxTreeBytes = 256 * 1024 * 1024;

export const tinker: Importer = {
  id: 'tinker',
  title: 'tinker-cookbook (rollout summaries, metrics)',
  wholeFiles: true,

  async detect(source) {
    for (const file of (await source.list()).filter((f) => summaries.test(f.name)).slice(0, 3)) {
      const row = asRecord((await firstJsonLines(file.path, 1))[0]);
      if (row && 'group_idx' in row && 'total_reward' in row)
        return { confidence: 0.95, why: `${file.name} with group_idx, traj_idx and total_reward` };
    }
    return null;
  },

  open: (source) => new TinkerSession(source),
};

interface Row {
  groupIndex: number;
  tags: string[];
  /** Tokens of each turn. */
  lengths: number[];
  total: number;
  /** Sum of the environment's rewards, and what the group adds. */
  environment: number;
  group: number;
  correct: boolean | null;
}

class TinkerSession implements ImportSession {
  private readonly retelling = new Retelling(() => (this.tail = null));
  private readonly metrics = new MetricMerger('tinker');
  private tail: LineTail | null = null;
  private config: Record<string, unknown> = {};
  private configRead = NaN;

  constructor(private readonly source: Source) {}

  describe(): Promise<ForeignRun> {
    const name = text(this.config.wandb_name) ?? basename(this.source.root);
    return Promise.resolve({ name, method: null, totalSteps: null, seed: integer(this.config.seed), config: this.config, versions: {} });
  }

  async *read(signal: AbortSignal): AsyncGenerator<Imported> {
    const files = await this.source.list();
    const folder = rootOf(files);
    const config = files.find((file) => file.name === `${folder}config.json`);
    if (config && config.modified !== this.configRead) {
      this.config = await jsonFile(config);
      this.configRead = config.modified;
    }
    for (const file of files) {
      const found = summaries.exec(file.name);
      if (!found) continue;
      const [, iteration, split] = found;
      const tree = files.find((other) => other.name === file.name.replace('_rollout_summaries.jsonl', '_logtree.json'));
      yield* this.retelling.unit(file.name, tree ? [file, tree] : [file], () => iterationOf(Number(iteration), split, file, tree, signal));
    }
    const metrics = files.find((file) => file.name === `${folder}metrics.jsonl`);
    if (metrics) yield* this.retelling.pass(this.curves(metrics, signal));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The cookbook cuts metrics.jsonl when it goes on from a checkpoint. */
  private async *curves(file: SourceFile, signal: AbortSignal): AsyncGenerator<Imported> {
    this.tail ??= new LineTail(file);
    for await (const { text: content, line } of this.tail.read(signal)) {
      const values = asRecord(parseJsonLine(file.name, line, content));
      const step = integer(values?.step);
      if (!values || step === null || step < 0)
        throw new ImportError(file.name, `line ${line}`, 'no metrics of tinker-cookbook: an object with a `step` is expected.');
      this.metrics.add(step, Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'step')));
    }
    yield* tornNote([{ file, line: this.tail.torn?.line }]);
    for (const event of this.metrics.take()) yield { kind: 'event', event };
    for (const note of this.metrics.takeNotes()) yield { kind: 'note', note };
  }
}

async function* iterationOf(
  step: number,
  split: string,
  file: SourceFile,
  tree: SourceFile | undefined,
  signal: AbortSignal,
): AsyncGenerator<Imported> {
  const groups = await groupsIn(file, signal);
  if (split === 'train') yield* training(step, groups, tree ? loggedGroups(await jsonFile(tree, maxTreeBytes)) : []);
  else yield* evaluation(step, split.slice('eval_'.length), groups.flat());
}

/** The folder that holds the iterations, with its slash. */
function rootOf(files: readonly SourceFile[]): string {
  const summary = files.find((file) => summaries.test(file.name));
  const folder = summary ? dirname(dirname(summary.name)) : '.';
  return folder === '.' ? '' : `${folder}/`;
}

/** Rows by `group_idx`, each group in the order of `traj_idx`. */
async function groupsIn(file: SourceFile, signal: AbortSignal): Promise<Row[][]> {
  const gatherer = new GroupGatherer<Row>();
  for await (const { text: content, line } of new LineTail(file).read(signal)) {
    const row = rowOf(asRecord(parseJsonLine(file.name, line, content)));
    if (!row)
      throw new ImportError(
        file.name,
        `line ${line}`,
        'no rollout summary of tinker-cookbook: group_idx, total_reward and steps are expected.',
      );
    gatherer.add(String(row.groupIndex), row);
  }
  return gatherer.flush();
}

function rowOf(value: Record<string, unknown> | null): Row | null {
  const groupIndex = integer(value?.group_idx);
  const total = number(value?.total_reward);
  const steps = asArray(value?.steps)?.map(asRecord);
  if (!value || groupIndex === null || groupIndex < 0 || total === null || !steps) return null;
  const correct = number(asRecord(steps.at(-1)?.metrics)?.correct);
  return {
    groupIndex,
    tags: (asArray(value.tags) ?? []).map(text).filter((tag) => tag !== null),
    lengths: steps.map((step) => integer(step?.ac_len) ?? 0),
    total,
    environment: steps.reduce((sum, step) => sum + (number(step?.reward) ?? NaN), 0),
    group: number(value.final_reward) ?? 0,
    correct: correct === 0 || correct === 1 ? correct === 1 : null,
  };
}

function* training(step: number, groups: readonly Row[][], logged: LoggedGroup[]): Generator<Imported> {
  let without = 0;
  for (const rows of groups) {
    const answers = answersOf(rows, logged);
    if (!answers) without++;
    const [{ groupIndex, tags }] = rows;
    yield {
      kind: 'event',
      event: groupOf({
        step,
        group: groupIndex,
        question: answers?.[0].question ?? '',
        gold: answers?.[0].reference ?? null,
        // Without its text nobody knows which question it is: none is equal to another.
        ...(!answers && { questionId: `iteration ${step}, group ${groupIndex}` }),
        solutions: rows.map((row, i) => solutionOf(row, answers?.[i].response ?? '')),
        info: {
          ...(tags.length > 0 && { tags: tags.join(', ').slice(0, 200) }),
          ...(!answers && { text: 'not written by tinker-cookbook' }),
        },
      }),
    };
  }
  if (without > 0) yield { kind: 'note', note: noTexts };
}

const noTexts = {
  id: 'tinker:texts',
  level: 'info',
  message:
    'tinker-cookbook writes texts of the first groups of an iteration only (num_groups_to_log). The other groups have rewards and lengths without texts. Where there are texts, they belong to their trajectories by equal rewards: two of one group with the same reward may be exchanged.',
} as const;

const solutionOf = (row: Row, answer: string): ForeignSolution => ({
  text: answer,
  rewards: row.group === 0 ? { environment: row.environment } : { environment: row.environment, group: row.group },
  reward: row.total,
  correct: row.correct,
  tokens: row.lengths.reduce((sum, n) => sum + n, 0),
});

/**
 * The texts of a group: that of the log tree whose trajectories have these lengths and returns. Groups of equal rewards may
 * have been left out of the summaries, so the index says nothing. Each logged group is used once.
 * @returns an answer per row, or null when there is none or they cannot be told apart
 */
function answersOf(rows: readonly Row[], logged: LoggedGroup[]): LoggedAnswer[] | null {
  const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.00051;
  const at = logged.findIndex(
    ({ trajectories }) =>
      trajectories.length === rows.length &&
      trajectories.every(({ lengths, total }, i) => near(total, rows[i].total) && lengths.join() === rows[i].lengths.join()),
  );
  if (at < 0) return null;
  const [{ answers }] = logged.splice(at, 1);
  if (answers.length !== rows.length) return null;
  const left = [...answers];
  const ordered: LoggedAnswer[] = [];
  for (const row of rows) {
    const fits = left.findIndex(({ reward }) => reward !== null && near(reward, row.environment));
    if (fits < 0) return null;
    ordered.push(...left.splice(fits, 1));
  }
  return ordered;
}

/** A share of right answers where the environment says what is right. */
function* evaluation(step: number, suite: string, rows: readonly Row[]): Generator<Imported> {
  if (rows.length === 0) return;
  const right = rows.filter((row) => row.correct === true).length;
  if (rows.every((row) => row.correct !== null))
    yield { kind: 'event', event: { type: 'benchmark', step, suite, mode: 'sampled', value: right / rows.length, n: rows.length } };
  else
    yield {
      kind: 'event',
      event: {
        type: 'metrics',
        step,
        values: { [`${suite}/reward/mean`.slice(0, 200)]: rows.reduce((sum, row) => sum + row.total, 0) / rows.length },
      },
    };
}
