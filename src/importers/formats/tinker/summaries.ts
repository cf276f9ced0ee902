/** `train_rollout_summaries.jsonl` of an iteration: a trajectory a line; and the texts of its log tree. */
import { append } from '../../../core/extremes.js';
import { asArray, asRecord, integer, number, text } from '../../files/json.js';
import type { Chat } from '../../files/chat.js';
import { jsonFile } from '../../files/wholeFile.js';
import { groupOf, type ForeignSolution } from '../../foreignGroups.js';
import type { ImportItem, SourceFile } from '../../importer.js';
import { LineGroups, type RowFormat } from '../../parts/lineGroups.js';
import type { PartEvent } from '../../parts/part.js';
import { printOf } from '../../parts/wholePart.js';
import { loggedGroups, type LoggedAnswer, type LoggedGroup } from './logTree.js';

const maxTreeBytes = 256 * 1024 * 1024;

export interface Row {
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

/** @throws Error when it is no trajectory */
export function rowOf(value: Record<string, unknown>): Row {
  const groupIndex = integer(value.group_idx);
  const total = number(value.total_reward);
  const steps = asArray(value.steps)?.map(asRecord);
  if (groupIndex === null || groupIndex < 0 || total === null || !steps)
    throw new Error('no rollout summary of tinker-cookbook: group_idx, total_reward and steps are expected.');
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

/** Told anew when its log tree has changed. */
export class IterationPart extends LineGroups<Row, Summaries> {
  tree: SourceFile | undefined;
  private treeRead = '';

  constructor(file: SourceFile, iteration: number) {
    super(file, new Summaries(iteration));
  }

  override due(): boolean {
    return super.due() || this.treeRead !== printOf([this.tree]);
  }

  /** The tree's texts are kept no longer than this takes. */
  override async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    if (this.due()) this.reset(false);
    // Also when it cannot be read: then it is looked at again when it has changed.
    this.treeRead = printOf([this.tree]);
    try {
      this.format.logged = this.tree ? loggedGroups(jsonFile(this.tree, maxTreeBytes)) : [];
      yield* super.read(signal);
    } finally {
      this.format.logged = [];
    }
  }
}

class Summaries implements RowFormat<Row> {
  /** What the log tree has, while it is read. */
  logged: LoggedGroup[] = [];
  /** Groups whose texts are known, by their index. */
  readonly texts = new Set<number>();
  /** Of the log tree's groups those that belong to none of the summaries yet (null: all); and which one belongs to each. */
  private left: number[] | null = null;
  private readonly taken = new Map<number, number>();

  constructor(private readonly iteration: number) {}

  begin(): void {
    this.left = null;
    this.taken.clear();
    this.texts.clear();
  }

  row(value: Record<string, unknown>): { key: string; row: Row } {
    const row = rowOf(value);
    return { key: String(row.groupIndex), row };
  }

  *group(rows: Row[]): Iterable<ImportItem> {
    const answers = this.answersOf(rows);
    const [{ groupIndex, tags }] = rows;
    if (answers) this.texts.add(groupIndex);
    else this.texts.delete(groupIndex);
    yield {
      kind: 'event',
      event: groupOf({
        step: this.iteration,
        group: groupIndex,
        question: answers?.[0].question ?? '',
        gold: answers?.[0].reference ?? null,
        // Without its text nobody knows which question it is: none is equal to another.
        ...(!answers && { questionId: `iteration ${this.iteration}, group ${groupIndex}` }),
        solutions: rows.map((row, i) => solutionOf(row, answers?.[i].response ?? { text: '' })),
        info: {
          ...(tags.length > 0 && { tags: tags.join(', ').slice(0, 200) }),
          ...(!answers && { text: 'not written by tinker-cookbook' }),
        },
      }),
    };
  }

  firstStep(): number {
    return this.iteration;
  }

  /**
   * The texts of a group: that of the log tree whose trajectories have these lengths and returns. Groups of equal rewards may
   * have been left out of the summaries, so the index says nothing. Each logged group is used once.
   * @returns an answer per row, or null when there is none or they cannot be told apart
   */
  private answersOf(rows: readonly Row[]): LoggedAnswer[] | null {
    const [{ groupIndex }] = rows;
    const left = (this.left ??= [...this.logged.keys()]);
    const former = this.taken.get(groupIndex);
    // A group that is told once more, because it has grown, has its former texts or others.
    if (former !== undefined) left.unshift(former);
    this.taken.delete(groupIndex);
    const at = left.findIndex((index) => isOf(this.logged[index], rows));
    if (at < 0) return null;
    const [index] = left.splice(at, 1);
    this.taken.set(groupIndex, index);
    return inOrder(this.logged[index].answers, rows);
  }
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.00051;

const isOf = ({ trajectories }: LoggedGroup, rows: readonly Row[]): boolean =>
  trajectories.length === rows.length &&
  trajectories.every(({ lengths, total }, i) => near(total, rows[i].total) && lengths.join() === rows[i].lengths.join());

/** Answers stand in the order in which attempts ended: each belongs to a row of its reward. */
function inOrder(answers: readonly LoggedAnswer[], rows: readonly Row[]): LoggedAnswer[] | null {
  if (answers.length !== rows.length) return null;
  const left = [...answers];
  const ordered: LoggedAnswer[] = [];
  for (const row of rows) {
    const fits = left.findIndex(({ reward }) => reward !== null && near(reward, row.environment));
    if (fits < 0) return null;
    append(ordered, left.splice(fits, 1));
  }
  return ordered;
}

const solutionOf = (row: Row, answer: Chat): ForeignSolution => ({
  ...answer,
  rewards: row.group === 0 ? { environment: row.environment } : { environment: row.environment, group: row.group },
  reward: row.total,
  correct: row.correct,
  tokens: row.lengths.reduce((sum, n) => sum + n, 0),
});
