import { smallest } from '../../core/extremes.js';
import { hash64 } from '../../core/hash.js';
import { KeyNumbers } from '../compact/keyNumbers.js';
import { groupOf } from '../foreignGroups.js';
import type { ImportItem, SourceFile } from '../importer.js';
import { Accuracy, rightOf } from '../parts/grading.js';
import { LineGroups, type RowFormat } from '../parts/lineGroups.js';
import { note, placelessTokens, traceOf } from '../parts/trace.js';
import { questionKey, rolloutOf, type Rollout, type RolloutKind } from './rollout.js';
import type { TracesAt } from './tracesPart.js';

/** A rollout and the number of its group among those of its step in the file. */
export type RolloutRow = Rollout & { inStep: number };
export type RolloutsPart = LineGroups<RolloutRow, Rollouts>;

const EVALUATION = 1;
/** That are named. */
const mostRuns = 1000;

/** @param at a step of null is the row's own, and 1 where it has none */
export const rolloutsPart = (file: SourceFile, at: TracesAt): RolloutsPart => new LineGroups(file, new Rollouts(at));

/** A rollout a line. */
class Rollouts implements RowFormat<RolloutRow> {
  readonly kinds = new Set<RolloutKind>();
  /** Values of `run_id`. */
  readonly runs = new Set<string>();
  traced = false;
  private readonly accuracy = new Accuracy();
  private readonly steps = new Map<number, KeyNumbers>();
  /** Numbers that the writer gave, and of each the question that it was first given to. */
  private ids = new Map<string, string>();
  private readonly shared = new Set<string>();
  private task: string | null = null;

  constructor(private readonly at: TracesAt) {}

  /** Numbers that stand at several questions. */
  get sharedIds(): number {
    return this.shared.size;
  }

  begin(): void {
    this.accuracy.clear();
    this.steps.clear();
    this.ids.clear();
    this.shared.clear();
  }

  firstStep(): number {
    return this.steps.size > 0 ? smallest(this.steps.keys()) : (this.at.step ?? EVALUATION);
  }

  row(value: Record<string, unknown>): { key: string; row: RolloutRow } {
    const rollout = rolloutOf(value);
    this.kinds.add(rollout.kind);
    if (rollout.run !== null && this.runs.size < mostRuns) this.runs.add(rollout.run);
    const step = this.stepOf(rollout);
    if (step < 0) throw new Error(`step ${step} is negative.`);
    const key = rollout.kind === 'id' ? this.byQuestion(rollout) : questionKey(rollout);
    let numbers = this.steps.get(step);
    if (!numbers) this.steps.set(step, (numbers = new KeyNumbers()));
    return { key: `${step}\n${key}`, row: { ...rollout, inStep: numbers.add(key) } };
  }

  *group(rows: RolloutRow[], group: number, index: number): Iterable<ImportItem> {
    const [{ question, gold, task, environment, inStep }] = rows;
    const step = this.stepOf(rows[0]);
    this.task = task ?? environment;
    this.accuracy.set(
      index,
      rows.map(({ solution }) => rightOf(solution.reward)),
    );
    const number = group - index + inStep;
    yield {
      kind: 'event',
      event: groupOf({
        step,
        group: number,
        question,
        gold,
        solutions: rows.map(({ solution }) => solution),
        info: {
          ...(task !== null && { task }),
          ...(environment !== null && environment !== task && { environment }),
          ...(this.at.split !== null && { split: this.at.split }),
        },
      }),
    };
    for (const [solution, { numbers, tokens }] of rows.entries()) {
      const event = traceOf({ step, group: number, solution }, numbers, tokens);
      if (!event) continue;
      this.traced = true;
      yield { kind: 'event', event };
    }
  }

  *end(): Iterable<ImportItem> {
    const found = this.at.evaluation ? this.accuracy.get() : null;
    if (!found) return;
    const mode = found.k === 1 ? 'single sample' : `avg@${found.k}`;
    const suite = this.task ?? 'evaluation';
    const step = this.at.step ?? EVALUATION;
    yield { kind: 'event', event: { type: 'benchmark', step, suite, mode, value: found.value, n: found.n, checker: 'verifiers reward' } };
  }

  private stepOf(rollout: Rollout): number {
    return this.at.step ?? rollout.step ?? EVALUATION;
  }

  /**
   * The oldest writer numbered rows one after the other (0, 0, 0, 1, …) while its rollouts went round the questions (a, b, c, a, …):
   * rows of one `id` are of several questions. What tells rollouts of one question is the question, with its answer.
   */
  private byQuestion({ id, question, gold }: Rollout): string {
    const key = hash64(`${question.text}\n${gold ?? ''}`).join();
    const first = this.ids.get(id);
    if (first === undefined) this.ids.set(id, key);
    else if (first !== key) this.shared.add(id);
    return key;
  }
}

const writers: Record<RolloutKind, string> = {
  example_id: 'verifiers before it had episodes ("example_id")',
  id: 'verifiers of 2025 ("id" in the place of "example_id")',
  problem_id: 'an export of hosted training ("problem_id" and "sample_id", nested values as JSON in strings)',
};

/** What there is to know of rows read from these files. */
export function* rolloutNotes(parts: readonly RolloutsPart[]): Iterable<ImportItem> {
  const kinds = [...new Set(parts.flatMap(({ format }) => [...format.kinds]))].sort();
  if (kinds.length > 0)
    yield note({ id: 'written-by', level: 'info', message: `Read as rows of ${kinds.map((kind) => writers[kind]).join('; and of ')}.` });
  const shared = parts.reduce((sum, { format }) => sum + format.sharedIds, 0);
  if (shared > 0)
    yield note({
      id: 'ids',
      level: 'warning',
      message: `The rows of ${shared === 1 ? 'one "id" are' : `each of ${shared} "id"s are`} of several questions: rows with the same question and answer are one group, whatever their "id".`,
    });
  const runs = new Set(parts.flatMap(({ format }) => [...format.runs]));
  if (runs.size > 1)
    yield note({
      id: 'run-ids',
      level: 'warning',
      message: `The rows are of ${runs.size} runs by their "run_id" (${[...runs].slice(0, 8).join(', ').slice(0, 300)}): they are read as one run, no group of one with rows of another.`,
    });
  if (parts.some(({ format }) => format.traced)) yield note(placelessTokens);
}
