import { createHash } from 'node:crypto';
import { integer, number, text } from '../../files/json.js';
import { templatedAnswer, templatedPrompt } from '../../files/templatedChat.js';
import { parquetRows, parquetSchema, type ParquetColumn } from '../../files/parquet.js';
import { gatheredOrder, groupOf, inferGroupSize, type ForeignSolution, type GroupBody } from '../../foreignGroups.js';
import { ImportError, type ImportItem, type SourceFile } from '../../importer.js';
import type { Part, PartEvent } from '../../parts/part.js';
import type { TrlFacts } from './trlFacts.js';

export const completionColumns = ['step', 'prompt', 'completion', 'advantage'] as const;

/** @returns null for a file of another name */
export function completionsStep(name: string): number | null {
  const match = /(?:^|\/)completions_(\d{1,12})\.parquet$/.exec(name);
  return match ? Number(match[1]) : null;
}

type Row = Record<string, unknown>;
/** Characters of a file's rows that are kept between looking at all of them and telling them; a larger file is read twice. */
const keptChars = 48 * 1024 * 1024;
const numeric = new Set(['double', 'float', 'int32', 'int64', 'boolean']);
/** Columns that people log for the answer that is right. */
const goldColumn = /^(?:gold|gold(?:en)?_answer|ground_truth|gts?)$/i;

interface Looked {
  digest: string;
  /** Prompts by number: equal prompts have equal numbers. */
  prompts: string[];
  rows: Row[] | null;
}

/** The rows that TRL gathered last when it logged a step: groups stand one behind the other. */
export class CompletionsPart implements Part {
  /** Of the rows that were told. */
  private digest = '';
  private basis = '';
  /** Groups that stand. */
  private groups = 0;

  constructor(
    readonly file: SourceFile,
    private readonly step: number,
    private readonly facts: TrlFacts,
  ) {}

  /** What other files say of this one became known after it had been told. */
  due(): boolean {
    return this.digest !== '' && this.basis !== this.basisNow();
  }

  private basisNow(): string {
    const evaluation = this.facts.evaluated.has(this.step);
    return JSON.stringify([evaluation, this.facts.groupSize(evaluation), this.facts.weights, [...this.facts.terms].sort()]);
  }

  reset(takenBack: boolean): void {
    this.digest = '';
    if (takenBack) this.groups = 0;
    this.facts.digests.delete(this.step);
  }

  async *read(signal: AbortSignal): AsyncGenerator<PartEvent> {
    const schema = await parquetSchema(this.file.path, this.file.name);
    const terms = this.termsOf(schema.columns);
    const extras = schema.columns.map(({ name }) => name).filter((name) => !completionKeys.has(name) && !terms.includes(name));
    const evaluation = this.facts.evaluated.has(this.step);
    const looked = this.gathered(await this.look(signal), evaluation);
    this.facts.columns = terms;
    if (looked.digest === this.digest && this.basis === this.basisNow()) return;
    this.basis = this.basisNow();

    const repeats = this.repeatOf(looked.digest);
    this.digest = looked.digest;
    this.facts.digests.set(this.step, looked.digest);
    if (repeats) {
      this.facts.repeated.add(this.step);
      if (this.groups > 0) yield this.superseded();
      this.groups = 0;
      return;
    }
    this.facts.repeated.delete(this.step);
    if (evaluation) this.facts.overwritten.add(this.step);
    const before = this.facts.inferred;
    const size = this.sizeOf(looked.prompts, evaluation);
    const count = Math.ceil(looked.prompts.length / size);
    if (looked.prompts.length % size === 0) this.facts.uneven.delete(this.step);
    else this.facts.uneven.add(this.step);
    const fewer = count < this.groups;
    this.groups = Math.max(this.groups, count); // should it fail on the way, some of them stand
    yield* this.tell(looked, size, terms, extras, evaluation, signal);
    this.groups = count;
    // Files told before were cut into groups by a size that turns out to be wrong.
    if (!evaluation && before !== null && this.facts.inferred !== before) yield { kind: 'superseded', from: 0 };
    else if (fewer) yield this.superseded();
  }

  private superseded(): PartEvent {
    return { kind: 'superseded', from: this.step };
  }

  /** Numbers between the completion and the advantage, and of those only reward functions when metrics name them. */
  private termsOf(columns: readonly ParquetColumn[]): string[] {
    const names = columns.map(({ name }) => name);
    for (const column of completionColumns)
      if (!names.includes(column))
        throw new ImportError(this.file.name, `column ${column}`, `there is no such column. The file has ${names.join(', ')}.`);
    const between = columns.slice(names.indexOf('completion') + 1, names.indexOf('advantage')).filter(({ type }) => numeric.has(type));
    const named = between.filter(({ name }) => this.facts.terms.has(name));
    return (named.length > 0 ? named : between).map(({ name }) => name);
  }

  /** Everything once: what the rows are as a whole, and the rows themselves where they are not too many to keep. */
  private async look(signal: AbortSignal): Promise<Looked> {
    const hash = createHash('md5');
    const numbers = new Map<string, string>();
    const prompts: string[] = [];
    let rows: Row[] | null = [];
    let chars = 0;
    let before = '';
    for await (const row of this.rows(signal)) {
      const prompt = this.textOf(row, 'prompt', prompts.length);
      const completion = this.textOf(row, 'completion', prompts.length);
      const id = numbers.get(prompt) ?? String(numbers.size);
      // Rows sampled anew differ in one of these somewhere; whole texts would take as long again as decoding them.
      hash.update(`${prompt === before ? '' : prompt} ${String(row.advantage)} ${completion.length} ${completion.slice(0, 256)}`);
      before = prompt;
      numbers.set(prompt, id);
      prompts.push(id);
      chars += prompt.length + completion.length;
      if (chars > keptChars) rows = null;
      rows?.push(row);
    }
    if (prompts.length === 0) throw new ImportError(this.file.name, null, 'a completions file without rows.');
    return { digest: hash.digest('hex'), prompts, rows };
  }

  /** Rows of one prompt together, where they are not and can be held. */
  private gathered(looked: Looked, evaluation: boolean): Looked {
    const { rows, prompts } = looked;
    const order = rows && gatheredOrder(prompts, this.facts.groupSize(evaluation));
    if (!order) {
      this.facts.gathered.delete(this.step);
      return looked;
    }
    this.facts.gathered.add(this.step);
    return { ...looked, rows: order.map((i) => rows[i]), prompts: order.map((i) => prompts[i]) };
  }

  /** Whether the nearest earlier file has the very same rows. */
  private repeatOf(digest: string): boolean {
    const earlier = [...this.facts.digests].filter(([step]) => step < this.step).sort(([a], [b]) => b - a);
    return earlier.length > 0 && earlier[0][1] === digest;
  }

  private sizeOf(prompts: string[], evaluation: boolean): number {
    const statedSize = this.facts.groupSize(evaluation);
    if (statedSize !== null) return statedSize;
    const here = inferGroupSize(prompts);
    if (evaluation) return here ?? this.facts.inferred ?? 1;
    if (here !== null) this.facts.runs.set(this.step, here);
    else this.facts.runs.delete(this.step);
    if (here !== null && this.facts.inferred !== null) return this.facts.inferred;
    this.facts.ungrouped = true;
    return 1;
  }

  private async *tell(
    looked: Looked,
    size: number,
    terms: readonly string[],
    extras: readonly string[],
    evaluation: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<ImportItem> {
    let group: Row[] = [];
    let index = 0;
    let sum = 0;
    let scored = 0;
    let row = 0;
    const flush = (): ImportItem => {
      const body = this.group(group, index++, row, terms, extras, evaluation);
      for (const { reward } of body.solutions)
        if (typeof reward === 'number') {
          sum += reward;
          scored++;
        }
      group = [];
      return { kind: 'event', event: body };
    };
    for await (const one of looked.rows ?? this.rows(signal)) {
      group.push(one);
      row++;
      if (group.length === size) yield flush();
      if (row % 1024 === 0) yield { kind: 'progress', bytes: (this.file.bytes * row) / looked.prompts.length, of: this.file.bytes };
    }
    if (group.length > 0) yield flush();
    const logged = this.facts.means.get(this.step);
    if (!evaluation && logged !== undefined && scored > 0 && Math.abs(logged - sum / scored) > 1e-3 * Math.max(1, Math.abs(logged)))
      this.facts.disagreement ??= { step: this.step, logged, computed: sum / scored };
  }

  private group(
    rows: Row[],
    index: number,
    end: number,
    terms: readonly string[],
    extras: readonly string[],
    evaluation: boolean,
  ): GroupBody {
    const { guessed, ...question } = templatedPrompt(this.textOf(rows[0], 'prompt', end - rows.length));
    if (guessed) this.facts.guessedPrompts++;
    const weights = this.facts.weights ?? {};
    const info: NonNullable<GroupBody['info']> = evaluation ? { split: 'evaluation' } : {};
    let gold: string | null = null;
    for (const name of extras) {
      const value = rows[0][name];
      if ((typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') || rows.some((row) => row[name] !== value))
        continue;
      if (goldColumn.test(name)) gold ??= String(value);
      else info[name] = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
    }
    try {
      return groupOf({
        step: this.step,
        group: index,
        question,
        gold,
        info,
        solutions: rows.map((row, i) => this.solution(row, end - rows.length + i, terms, weights)),
      });
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new ImportError(this.file.name, `row ${end - rows.length}`, `${cause.message}. Set the group size.`, cause);
    }
  }

  /** The total as TRL makes it: functions that gave nothing count 0, and a row that none could score has no total. */
  private solution(row: Row, index: number, terms: readonly string[], weights: Record<string, number>): ForeignSolution {
    const rewards = Object.fromEntries(terms.map((name) => [name, number(row[name])]));
    const rewardsInRow = Object.entries(rewards).filter((entry): entry is [string, number] => entry[1] !== null && !Number.isNaN(entry[1]));
    const total = rewardsInRow.reduce((sum, [name, value]) => sum + (Object.hasOwn(weights, name) ? weights[name] : 1) * value, 0);
    return {
      ...templatedAnswer(this.textOf(row, 'completion', index)),
      rewards,
      reward: rewardsInRow.length === 0 ? NaN : total,
      advantage: number(row.advantage),
    };
  }

  private textOf(row: Row, column: string, index: number): string {
    const value = text(row[column]);
    if (value === null) throw new ImportError(this.file.name, `row ${index}, column ${column}`, 'not a text.');
    return value;
  }

  private async *rows(signal: AbortSignal): AsyncGenerator<Row> {
    let row = 0;
    for await (const one of parquetRows(this.file.path, { signal, name: this.file.name })) {
      if (integer(one.step) !== this.step)
        throw new ImportError(this.file.name, `row ${row}, column step`, `${String(one.step)}; the file's name says ${this.step}.`);
      row++;
      yield one;
    }
  }
}

const completionKeys = new Set<string>([...completionColumns, '__index_level_0__']);
