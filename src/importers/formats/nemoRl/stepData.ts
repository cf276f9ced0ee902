import { chatOf, type Chat } from '../../files/chat.js';
import { asArray, asRecord, integer, number, numbersOf, text } from '../../files/json.js';
import type { Line } from '../../files/lineTail.js';
import { groupOf, type ForeignSolution } from '../../foreignGroups.js';
import type { ImportItem, SourceFile } from '../../importer.js';
import { Accuracy, rightOf } from '../../parts/grading.js';
import { LineGroups, type RowFormat } from '../../parts/lineGroups.js';
import { meanOf, traceOf, type TokenNumbers } from '../../parts/trace.js';

export class NemoFacts {
  /** Files with groups of different prompts under the size that was asked for. */
  readonly mixed = new Set<string>();
  byTokens = false;
  traced = false;
  filtered = false;

  constructor(readonly groupSize: number | null) {}
}

export interface Row {
  prompt: Chat;
  /** What rows of one group have in common: the prompt's token ids where there are any. */
  prefix: string;
  solution: ForeignSolution;
  numbers: TokenNumbers;
  tokens: number;
}

export type DataPart = LineGroups<Row>;

/** `train_data_step<N>.jsonl` or `val_data_step<N>.jsonl`. */
export const dataPart = (file: SourceFile, step: number, validation: boolean, facts: NemoFacts): DataPart =>
  new LineGroups(file, new Data(file, step, validation, facts));

/** Every value but `idx` is wrapped in a list of one. */
class Data implements RowFormat<Row> {
  private readonly accuracy = new Accuracy();
  private rows = 0;
  private run = -1;
  private last = '';
  /** Keys of lines that were read, for those that are read once more. */
  private keys = new Map<number, string>();

  constructor(
    private readonly file: SourceFile,
    private readonly step: number,
    private readonly validation: boolean,
    private readonly facts: NemoFacts,
  ) {}

  begin(): void {
    this.accuracy.clear();
    this.keys = new Map();
    this.rows = 0;
    this.run = -1;
    this.last = '';
  }

  firstStep(): number {
    return this.step;
  }

  row(value: Record<string, unknown>, { line }: Line): { key: string; row: Row } {
    const row = this.parse(value);
    const known = this.keys.get(line);
    if (known !== undefined) return { key: known, row };
    if (row.prefix !== this.last || this.run < 0) this.run++;
    this.last = row.prefix;
    const key = this.facts.groupSize === null || this.validation ? `r${this.run}` : `g${Math.floor(this.rows / this.facts.groupSize)}`;
    this.rows++;
    this.keys.set(line, key);
    return { key, row };
  }

  private parse(value: Record<string, unknown>): Row {
    const { prompt, answer } = contentOf(unwrap(value.content));
    const ids = numbersIn(unwrap(value.token_ids));
    const mask = asArray(unwrap(value.token_loss_mask));
    const length = Math.min(integer(unwrap(value.input_lengths)) ?? Infinity, ids?.length ?? 0);
    if (ids && mask && mask.length !== ids.length) throw new Error('"token_ids" and "token_loss_mask" differ in length.');
    const sampled = ids && mask ? ids.flatMap((_, t) => (t < length && rightOf(mask[t]) === true ? [t] : [])) : [];
    const first = sampled.at(0) ?? length;
    const picked = (key: string): number[] | undefined => {
      const array = numbersIn(unwrap(value[key]));
      return array && array.length >= length && sampled.length > 0 ? sampled.map((t) => array[t]) : undefined;
    };
    const advantage = picked('advantages');
    this.facts.filtered ||= 'filtered_rewards' in value;
    this.facts.byTokens ||= ids !== null;
    const reward = number(unwrap(value.filtered_rewards ?? value.rewards));
    if (reward === null) throw new Error('no number "rewards".');
    return {
      prompt,
      prefix: ids ? `t${ids.slice(0, first).join(',')}` : `p${prompt.text}`,
      solution: {
        ...answer,
        rewards: { reward },
        reward,
        advantage: meanOf(advantage) ?? number(unwrap(value.advantages)),
        tokens: sampled.length,
      },
      numbers: {
        ...(ids && sampled.length > 0 && { ids: sampled.map((t) => ids[t]) }),
        logp_sampler: picked('generation_logprobs'),
        logp_old: picked('prev_logprobs'),
        advantage,
      },
      tokens: sampled.length,
    };
  }

  *group(rows: Row[], group: number, index: number): Iterable<ImportItem> {
    const [first] = rows;
    if (rows.some(({ prefix }) => prefix !== first.prefix)) this.facts.mixed.add(this.file.name);
    this.accuracy.set(
      index,
      rows.map(({ solution }) => rightOf(solution.reward)),
    );
    yield {
      kind: 'event',
      event: groupOf({
        step: this.step,
        group,
        question: first.prompt,
        solutions: rows.map(({ solution }) => solution),
        ...(this.validation && { info: { split: 'validation' } }),
      }),
    };
    for (const [solution, { numbers, tokens }] of rows.entries()) {
      const event = traceOf({ step: this.step, group, solution }, numbers, tokens);
      if (!event) continue;
      this.facts.traced = true;
      yield { kind: 'event', event };
    }
  }

  *end(): Iterable<ImportItem> {
    const found = this.validation ? this.accuracy.get() : null;
    if (!found) return;
    const mode = found.k === 1 ? 'single sample' : `avg@${found.k}`;
    yield {
      kind: 'event',
      event: { type: 'benchmark', step: this.step, suite: 'validation', mode, value: found.value, n: found.n, checker: 'NeMo-RL reward' },
    };
  }
}

const unwrap = (value: unknown): unknown => {
  const list = asArray(value);
  return list?.length === 1 ? list[0] : value;
};

function numbersIn(value: unknown): number[] | null {
  const array = numbersOf(value);
  return array && array.length > 0 ? array : null;
}

/** A text, or the texts or messages of a conversation: what stands before the first answer is the question. */
function contentOf(content: unknown): { prompt: Chat; answer: Chat } {
  const alone = text(content);
  if (alone !== null) return { prompt: { text: '' }, answer: { text: alone } };
  const record = asRecord(content);
  const parts = asArray(content) ?? (record ? [record] : null);
  if (!parts || parts.length === 0) throw new Error('"content" is neither a text nor a list of messages.');
  const spoken = parts.findIndex((part) => asRecord(part)?.role === 'assistant');
  // Texts without roles: the last one is the answer.
  const cut = spoken >= 0 ? spoken : parts.length - 1;
  return { prompt: cut === 0 ? { text: '' } : chatOf(parts.slice(0, cut)), answer: chatOf(parts.slice(cut)) };
}
