import { chatOf, chatText, type Chat } from '../../files/chat.js';
import { asRecord, integer, number, text } from '../../files/json.js';
import { groupOf, type ForeignSolution } from '../../foreignGroups.js';
import type { ImportItem, SourceFile } from '../../importer.js';
import { Accuracy, rightOf } from '../../parts/grading.js';
import { LineGroups, type RowFormat } from '../../parts/lineGroups.js';

export interface Row {
  question: Chat;
  gold: string | null;
  task: string | null;
  solution: ForeignSolution;
}

const STEP = 1;

export const resultsPart = (file: SourceFile): LineGroups<Row> => new LineGroups(file, new Results());

/** `results.jsonl` of verifiers before 1.0: a rollout a line, `example_id` common to the rollouts of a question. */
class Results implements RowFormat<Row> {
  private readonly accuracy = new Accuracy();
  private task: string | null = null;

  begin(): void {
    this.accuracy.clear();
  }

  firstStep(): number {
    return STEP;
  }

  row(value: Record<string, unknown>): { key: string; row: Row } {
    const id = integer(value.example_id);
    if (id === null) throw new Error('no whole number "example_id".');
    if (value.completion === undefined || value.completion === null) throw new Error('no "completion".');
    const answer = value.answer ?? null;
    const terms = Object.entries(asRecord(value.metrics) ?? {}).map(([name, score]) => [name, number(score)] as const);
    const usage = asRecord(value.token_usage);
    return {
      key: String(id),
      row: {
        question: chatOf(value.prompt),
        gold: answer === null ? null : (text(answer) ?? JSON.stringify(answer)),
        task: text(value.task),
        solution: {
          ...chatOf(value.completion),
          error: errorOf(value.error),
          rewards: Object.fromEntries(terms),
          reward: number(value.reward) ?? NaN,
          finish: finishOf(value),
          tokens: integer(usage?.output_tokens) ?? integer(usage?.completion_tokens),
        },
      },
    };
  }

  *group(rows: Row[], group: number, index: number): Iterable<ImportItem> {
    const [{ question, gold, task }] = rows;
    this.task = task;
    this.accuracy.set(
      index,
      rows.map(({ solution }) => rightOf(solution.reward)),
    );
    yield {
      kind: 'event',
      event: groupOf({
        step: STEP,
        group,
        question,
        gold,
        solutions: rows.map(({ solution }) => solution),
        ...(task !== null && { info: { task } }),
      }),
    };
  }

  *end(): Iterable<ImportItem> {
    const found = this.accuracy.get();
    if (!found) return;
    const mode = found.k === 1 ? 'single sample' : `avg@${found.k}`;
    const suite = this.task ?? 'evaluation';
    yield {
      kind: 'event',
      event: { type: 'benchmark', step: STEP, suite, mode, value: found.value, n: found.n, checker: 'verifiers reward' },
    };
  }
}

/** A text, or what else there is of it. */
const errorOf = (error: unknown): string | null => (error === false ? null : chatText(error));

function finishOf(value: Record<string, unknown>): ForeignSolution['finish'] {
  if (value.is_truncated === true) return 'length';
  return value.is_completed === true && (value.error ?? null) === null ? 'stop' : 'other';
}
