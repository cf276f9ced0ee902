/** Which columns tell the runs of one table apart: with them no step is told twice, without them steps are. Pure. */
import { numeric } from '../../files/json.js';
import { isBlank, isStepName, type Row } from './columns.js';

/** Names that people give to such a column, the likeliest first; numbers tell runs apart only under one of these. */
const usual = words(`run run_id run_name experiment experiment_name exp exp_name name arm algo algorithm method variant condition
  model model_name config setting ablation group trial seed fold replicate rank worker`);
/** A column of nothing but these says of what part of a run a row is. */
const splitWords = new Set(words('train training val valid validation eval evaluation test dev heldout held_out held-out'));
export const isTraining = (split: string): boolean => split === '' || split === 'train' || split === 'training';

/** What comes behind so many rows changes nothing. */
const mostRows = 200_000;
/** More values are no names of runs. */
const mostRuns = 2000;
const longestName = 200;

export interface RunInTable {
  /** Its values of the columns. */
  id: string;
  rows: number;
  lastStep: number;
  /** Numbers of its first and last row. */
  first: number;
  last: number;
}

export interface Apart {
  /** Columns that tell runs apart; none for a single run. */
  columns: readonly string[];
  /** The column that says of what part of a run a row is. */
  split: string | null;
}

interface Column {
  numbers: Map<string, number>;
  /** By row. */
  values: number[];
}

export class RunColumns {
  private readonly columns = new Map<string, Column>();
  private readonly steps: number[] = [];
  private readonly shapes: number[] = [];
  private readonly shapeNumbers = new Map<string, number>();
  private readonly excluded = new Set<string>();

  /** @param metrics names of the row's metrics, a line each: rows of one step with different metrics belong together */
  add(row: Row, step: number, metrics: string): void {
    if (this.steps.length >= mostRows) return;
    const index = this.steps.length;
    this.steps.push(step);
    this.shapes.push(numberOf(this.shapeNumbers, metrics));
    for (const name of Object.keys(row)) if (!this.excluded.has(name)) this.put(name, row[name], index);
  }

  /** Whether none of the columns that these rows have can tell runs apart, whatever rows come. @param names of a table that has no others */
  rulesOut(names: readonly string[]): boolean {
    return names.every((name) => this.excluded.has(name));
  }

  private put(name: string, value: unknown, index: number): void {
    if (isBlank(value)) return;
    const word = wordOf(name, value);
    if (word === null || isStepName(name)) {
      this.excluded.add(name);
      this.columns.delete(name);
      return;
    }
    const column = this.columns.get(name) ?? { numbers: new Map([['', 0]]), values: [] };
    this.columns.set(name, column);
    while (column.values.length < index) column.values.push(0);
    column.values.push(numberOf(column.numbers, word));
    if (column.numbers.size <= mostRuns) return;
    this.excluded.add(name);
    this.columns.delete(name);
  }

  /** @param run the run that a person has named: a column that has it is one of those that tell runs apart, though it may be alone so far */
  apart(run?: string): Apart {
    const split = [...this.columns].find(([, { numbers }]) => numbers.size > 2 && [...numbers.keys()].every(isSplit))?.[0] ?? null;
    const fixed = split === null ? [] : [split];
    const alone = this.repeats(fixed);
    const candidates = [...this.columns.keys()].filter((name) => name !== split && this.isRuns(name)).sort(this.byLikelihood);
    const pairs = candidates.flatMap((a, i) => candidates.slice(i + 1).map((b) => [a, b]));
    const sets = [...candidates.map((name) => [name]), ...pairs];
    const found = alone === 0 ? undefined : sets.find((names) => this.repeats([...fixed, ...names]) === 0);
    const named = run === undefined ? undefined : [...this.columns].find(([, { numbers }]) => numbers.has(run))?.[0];
    return { columns: found ?? (named === undefined ? [] : [named]), split };
  }

  /** The one that wrote last first. */
  runs(columns: readonly string[]): RunInTable[] {
    const runs = new Map<string, RunInTable>();
    const names = columns.map((name) => [...(this.columns.get(name)?.numbers.keys() ?? [])]);
    for (const [index, step] of this.steps.entries()) {
      const id = columns.map((name, c) => names[c][this.valueAt(name, index)] ?? '').join(', ');
      const run = runs.get(id) ?? { id, rows: 0, lastStep: 0, first: index, last: index };
      runs.set(id, Object.assign(run, { rows: run.rows + 1, lastStep: Math.max(run.lastStep, step), last: index }));
    }
    return [...runs.values()].sort((a, b) => b.last - a.last);
  }

  /** Rows that tell again what a row before has told of the same step, when rows with the same values are one run. */
  private repeats(columns: readonly string[]): number {
    const seen = new Set<string>();
    for (const [index, step] of this.steps.entries())
      seen.add(`${step} ${this.shapes[index]} ${columns.map((name) => this.valueAt(name, index)).join(' ')}`);
    return this.steps.length - seen.size;
  }

  /** Several values, each of several rows: a column that differs in each row, such as a time, tells no runs apart. */
  private isRuns(name: string): boolean {
    const values = new Set(this.columns.get(name)!.values).size;
    return values >= 2 && this.steps.length >= 2 * values;
  }

  private readonly byLikelihood = (a: string, b: string): number => {
    const place = (name: string): number => usualPlace(name) ?? usual.length;
    return place(a) - place(b) || this.columns.get(a)!.numbers.size - this.columns.get(b)!.numbers.size;
  };

  private valueAt(name: string, index: number): number {
    return this.columns.get(name)?.values[index] ?? 0;
  }
}

/** The run that a row is of. */
export const runOf = (row: Row, columns: readonly string[]): string =>
  columns.map((name) => (isBlank(row[name]) ? '' : (wordOf(name, row[name]) ?? ''))).join(', ');

/** A value that may name a run; null for one that cannot: another number than of a usual column, a record, a text. */
function wordOf(name: string, value: unknown): string | null {
  if (typeof value === 'boolean') return String(value);
  if (numeric(value) !== null && usualPlace(name) === undefined) return null;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value.length <= longestName ? value.trim() : null;
}

const isSplit = (word: string): boolean => word === '' || splitWords.has(word.toLowerCase());

function usualPlace(name: string): number | undefined {
  const place = usual.indexOf(
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  return place < 0 ? undefined : place;
}

function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

function words(list: string): string[] {
  return list.split(/\s+/);
}
