/** What the columns of a table of metrics are. Pure. */
import { asArray, asRecord, numeric } from '../../files/json.js';
import { guessMapping } from '../generic/fields.js';

export type Row = Readonly<Record<string, unknown>>;

/** Names of what counts steps, in any case, the likeliest first: of several in one table the first counts, the others are curves. */
const stepNames = [
  ...['global_step', 'train/global_step', 'trainer/global_step', 'training/global_step', 'step', '_step', 'training_step', 'train_step'],
  ...['iteration', 'iter', 'update', 'updates', 'num_updates', 'round', 'episode', 'epoch'],
];

const placeOf = (name: string): number =>
  stepNames.indexOf(
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );

export const isStepName = (name: string): boolean => placeOf(name) >= 0;

/** @returns null for what is no step */
export function stepIn(row: Row, column: string): number | null {
  const step = Object.hasOwn(row, column) ? numeric(row[column]) : null;
  return step !== null && Number.isSafeInteger(step) && step >= 0 ? step : null;
}

/** A cell that says nothing, such as CSV's empty ones. */
export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

/** The column that counts steps: whole numbers in more than half of its cells, so that a share of epochs is none. @returns null when no column does */
export function stepColumn(rows: readonly Row[]): string | null {
  const names = [...new Set(rows.flatMap(Object.keys))].filter(isStepName).sort((a, b) => placeOf(a) - placeOf(b));
  const counts = (name: string): boolean => {
    const values = rows.filter((row) => !isBlank(row[name]));
    return values.filter((row) => stepIn(row, name) !== null).length > values.length / 2;
  };
  return names.find(counts) ?? null;
}

const maxDepth = 8;

interface Cells {
  isLeftOut(name: string): boolean;
  number(name: string, n: number): unknown;
  /** A cell that is neither a number nor a record, and not blank. */
  word?(name: string): unknown;
}

/** Calls for the numbers of a row, those in nested records by their joined names; switches are no numbers. */
export function eachCell(row: Row, cells: Cells, prefix = '', depth = 0): void {
  for (const name of Object.keys(row)) {
    if (depth === 0 && cells.isLeftOut(name)) continue;
    const value = row[name];
    const n = typeof value === 'boolean' ? null : numeric(value);
    if (n !== null) {
      cells.number(prefix + name, n);
      continue;
    }
    const inner = asRecord(value);
    if (inner && depth < maxDepth) eachCell(inner, cells, `${prefix}${name}/`, depth + 1);
    else if (!inner && depth === 0 && !isBlank(value)) cells.word?.(name);
  }
}

/** The names of a row's numbers. */
export function metricsOf(row: Row, isLeftOut: (name: string) => boolean, word?: (name: string) => unknown): string[] {
  const names: string[] = [];
  eachCell(row, { isLeftOut, number: (name) => names.push(name), ...(word && { word }) });
  return names;
}

/** Longer words are no name of anything, but a text. */
const longestName = 120;

/** Whether rows hold what models say: then they are no table of metrics, whatever numbers stand beside it. */
export function haveTexts(rows: readonly Row[]): boolean {
  const isText = (value: unknown): boolean => typeof value === 'string' && numeric(value) === null && !isBlank(value);
  const isLong = (value: unknown): boolean =>
    (isText(value) && (String(value).length > longestName || String(value).trim().includes('\n'))) ||
    (asArray(value)?.some((item) => asRecord(item) !== null || isText(item)) ?? false);
  return rows.some((row) => {
    const { solution } = guessMapping(Object.keys(row));
    return (solution !== undefined && isText(row[solution])) || Object.values(row).some(isLong);
  });
}
